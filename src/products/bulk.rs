//! Changing or removing all products that a filter finds.

use crate::db::filter::Filter;
use crate::db::paged::Paged;
use crate::db::{Conn, Session};
use crate::error::{Error, UserError, UserErrorKind};
use crate::input::BulkExpectation;
use crate::orders;
use crate::products::filter::{ProductCondition, ProductOrderField};
use crate::products::model::ProductChanges;
use crate::products::store;

/// Changes all that the filter finds; how many. A change of nothing leaves their versions as they are.
pub async fn update(
    session: &Session,
    filter: Filter<ProductCondition>,
    changes: ProductChanges,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write(move |conn, now| {
            conn.in_one_moment()?;
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

/// Removes all that the filter finds, and their stock; how many. No line of an order may be of them.
pub async fn delete(
    session: &Session,
    filter: Filter<ProductCondition>,
    expected: BulkExpectation,
) -> Result<i32, Error> {
    session
        .write(move |conn, _| {
            conn.in_one_moment()?;
            let count = count(conn, &filter, expected)?;
            let Some(matching) = filter.predicate() else { return Ok(count) };
            let items = orders::items::count_of_products(conn, matching)?;
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
    expected.check(ProductOrderField::count(conn, filter.predicate())?)
}
