//! Workflows: update or delete all customers that match a filter, in one transaction. Contains no SQL.

use crate::customers::filter::CustomerCondition;
use crate::customers::model::CustomerChanges;
use crate::customers::{Customer, store};
use crate::db::filter::Filter;
use crate::db::select;
use crate::db::{Conn, Session};
use crate::error::{Error, UserError, UserErrorKind};
use crate::input::BulkExpectation;
use crate::orders;

/// Updates all customers that match the filter and returns their number. Without changes, versions remain
/// unchanged.
pub async fn update(
    session: &Session,
    filter: Filter<CustomerCondition>,
    changes: CustomerChanges,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write(move |conn, now| {
            conn.set_repeatable_read()?;
            let count = count(conn, &filter, expected)?;
            if !expected.dry_run
                && changes != CustomerChanges::default()
                && let Some(matching) = filter.predicate()
            {
                store::update_matching(conn, matching, &changes, now)?;
            }
            Ok(count)
        })
        .await
}

/// Deletes all customers that match the filter and returns their number. Fails if any of them has orders.
pub async fn delete(
    session: &Session,
    filter: Filter<CustomerCondition>,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write(move |conn, _| {
            conn.set_repeatable_read()?;
            let count = count(conn, &filter, expected)?;
            let Some(matching) = filter.predicate() else { return Ok(count) };
            let orders = orders::store::count_by_customers(conn, matching)?;
            if orders > 0 {
                let reason =
                    UserErrorKind::InUse { what: "some of the customers", by: "orders", count: orders };
                return Err(UserError::new(&["where"], reason).into());
            }
            if !expected.dry_run
                && let Some(matching) = filter.predicate()
            {
                store::delete_matching(conn, matching)?;
            }
            Ok(count)
        })
        .await
}

fn count(
    conn: &mut Conn,
    filter: &Filter<CustomerCondition>,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    expected.check(select::count::<Customer>(conn, filter.predicate())?)
}
