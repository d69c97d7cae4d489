//! Changing or removing all customers that a filter finds.

use crate::customers::filter::{CustomerCondition, CustomerOrderField};
use crate::customers::model::CustomerChanges;
use crate::customers::store;
use crate::db::filter::Filter;
use crate::db::paged::Paged;
use crate::db::{Conn, Session};
use crate::error::{Error, UserError, UserErrorKind};
use crate::input::BulkExpectation;
use crate::orders;

/// Changes all that the filter finds; how many. A change of nothing leaves their versions as they are.
pub async fn update(
    session: &Session,
    filter: Filter<CustomerCondition>,
    changes: CustomerChanges,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write(move |conn, now| {
            conn.in_one_moment()?;
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

/// Removes all that the filter finds; how many. None of them may have orders.
pub async fn delete(
    session: &Session,
    filter: Filter<CustomerCondition>,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write(move |conn, _| {
            conn.in_one_moment()?;
            let count = count(conn, &filter, expected)?;
            let Some(matching) = filter.predicate() else { return Ok(count) };
            let orders = orders::store::count_of_customers(conn, matching)?;
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
    expected.check(CustomerOrderField::count(conn, filter.predicate())?)
}
