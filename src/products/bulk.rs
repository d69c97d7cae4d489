//! Workflows: update or delete all products that match a filter, in one transaction. Contains no SQL.

use crate::db::filter::Filter;
use crate::db::select;
use crate::db::{Conn, Session};
use crate::error::{Error, UserError, UserErrorKind};
use crate::input::BulkExpectation;
use crate::orders;
use crate::products::filter::ProductCondition;
use crate::products::model::ProductChanges;
use crate::products::{Product, store};

/// Updates all products that match the filter and returns their number. Without changes, versions remain
/// unchanged.
pub async fn update(
    session: &Session,
    filter: Filter<ProductCondition>,
    changes: ProductChanges,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write(move |conn, now| {
            conn.set_repeatable_read()?;
            let count = count(conn, &filter, expected)?;
            if !expected.dry_run
                && changes != ProductChanges::default()
                && let Some(matching) = filter.predicate()
            {
                store::update_matching(conn, matching, &changes, now)?;
            }
            Ok(count)
        })
        .await
}

/// Deletes all products that match the filter, with their inventories, and returns their number. Fails if
/// any of them has order items.
pub async fn delete(
    session: &Session,
    filter: Filter<ProductCondition>,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write(move |conn, _| {
            conn.set_repeatable_read()?;
            let count = count(conn, &filter, expected)?;
            let Some(matching) = filter.predicate() else { return Ok(count) };
            let items = orders::items::count_by_products(conn, matching)?;
            if items > 0 {
                let reason =
                    UserErrorKind::InUse { what: "some of the products", by: "order items", count: items };
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
    filter: &Filter<ProductCondition>,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    expected.check(select::count::<Product>(conn, filter.predicate())?)
}
