//! Orders that were shipped, cancelled or returned in part, which the schema before the migration `fulfilment` cannot
//! represent.

use diesel::prelude::*;
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::LoadQuery;
use diesel::sql_types::{BigInt, Text};

#[derive(QueryableByName)]
pub(super) struct Blocker {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// Selects the kinds of orders, each with their number.
pub(super) const ORDERS: &str = "
    SELECT kind, orders AS rows FROM (
        SELECT 1 AS rank, 'PARTIALLY_SHIPPED' AS kind, count(*) AS orders FROM orders
        WHERE status = 'PARTIALLY_SHIPPED'
        UNION ALL
        SELECT 2, 'with returned units', count(*) FROM orders
        WHERE status = 'RETURNED' OR return_reason IS NOT NULL
            OR id IN (SELECT order_id FROM order_items WHERE quantity_returned > 0)
        UNION ALL
        SELECT 3, 'cancelled in part', count(*) FROM orders
        WHERE status <> 'CANCELLED'
            AND (cancel_reason IS NOT NULL OR id IN (SELECT order_id FROM order_items WHERE quantity_cancelled > 0))
        UNION ALL
        SELECT 4, 'with a tracking number', count(*) FROM orders WHERE tracking_number IS NOT NULL
    ) AS kinds
    WHERE orders > 0 ORDER BY rank";

/// Returns the rows that prevent a reverse migration, which `query` selects, as a list for the user; `None` if there are
/// none.
pub(super) fn blockers<C>(conn: &mut C, query: &str) -> QueryResult<Option<String>>
where
    for<'query> SqlQuery: LoadQuery<'query, C, Blocker>,
{
    let found: Vec<Blocker> = diesel::sql_query(query).load(conn)?;
    let list: Vec<String> =
        found.into_iter().map(|Blocker { kind, rows }| format!("{rows} {kind}")).collect();
    Ok((!list.is_empty()).then(|| list.join(", ")))
}
