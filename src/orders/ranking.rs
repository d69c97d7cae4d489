//! SQL for aggregates and rankings of orders. One function, one statement. Opens no transaction; knows
//! nothing of GraphQL fields.
//!
//! Sums are computed in two halves of 32 bits, so that they do not overflow in the database.

use diesel::dsl::{count_star, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};

use crate::db::filter::Predicate;
use crate::db::keys::{in_keys, in_subquery};
use crate::db::schema::{order_items, orders};
use crate::db::statements::CachePrepared;
use crate::db::{Backend, Conn};
use crate::types::{CustomerId, Money, ProductId};

/// A sum in minor units, which may exceed 64 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum(pub i128);

impl Sum {
    fn from_halves((high, low): (i64, i64)) -> Self {
        Self((i128::from(high) << 32) + i128::from(low))
    }

    /// Returns the sum, or `None` if it exceeds the range of [`Money`].
    pub fn money(self) -> Option<Money> {
        i64::try_from(self.0).ok().map(Money)
    }

    /// Returns the average, rounded half up to the minor unit, or `None` if `count` is 0.
    pub fn average(self, count: i64) -> Option<Money> {
        let count = i128::from(count);
        if count == 0 {
            return None;
        }
        i64::try_from((2 * self.0 + count).div_euclid(2 * count)).ok().map(Money)
    }
}

/// The number of a set of orders, and the aggregates of their amounts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AggregateRow {
    /// The number of orders.
    pub count: i64,
    /// The aggregates of `total_amount`.
    pub total: AmountAggregate,
    /// The aggregates of `returned_amount`.
    pub returned: AmountAggregate,
}

/// Sum, minimum and maximum of an amount of a set of orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AmountAggregate {
    /// The sum in minor units.
    pub sum: Sum,
    /// The minimum; `None` without orders.
    pub min: Option<Money>,
    /// The maximum; `None` without orders.
    pub max: Option<Money>,
}

/// Sum in halves, minimum and maximum, as selected.
type AmountColumns = ((i64, i64), Option<Money>, Option<Money>);

impl From<AmountColumns> for AmountAggregate {
    fn from((sum, min, max): AmountColumns) -> Self {
        Self { sum: Sum::from_halves(sum), min, max }
    }
}

/// The amount that an order contributes to a ranking: cancelled and returned units do not count.
const NET_AMOUNT: &str = "(orders.total_amount - orders.returned_amount)";
/// The units that an item contributes to a ranking.
const NET_UNITS: &str =
    "(order_items.quantity - order_items.quantity_cancelled - order_items.quantity_returned)";
/// The amount that an item contributes to a ranking.
const NET_SUBTOTAL: &str = "(order_items.subtotal - order_items.unit_price * order_items.quantity_returned)";

type SumHalves = (SqlLiteral<BigInt>, SqlLiteral<BigInt>);

/// Returns the halves of the sum of a column or an expression in parentheses.
fn sum_of(amount: &str) -> SumHalves {
    (
        sql(&format!("CAST(COALESCE(SUM({amount} >> 32), 0) AS BIGINT)")),
        sql(&format!("CAST(COALESCE(SUM({amount} & 4294967295), 0) AS BIGINT)")),
    )
}

type AmountAggregates = (SumHalves, SqlLiteral<Nullable<BigInt>>, SqlLiteral<Nullable<BigInt>>);

fn aggregates_of(column: &str) -> AmountAggregates {
    (sum_of(column), sql(&format!("MIN({column})")), sql(&format!("MAX({column})")))
}

/// Returns the aggregates over all matching orders.
pub fn aggregate(conn: &mut Conn, matching: Option<Predicate<orders::table>>) -> QueryResult<AggregateRow> {
    let mut query = orders::table
        .select((count_star(), aggregates_of("orders.total_amount"), aggregates_of("orders.returned_amount")))
        .into_boxed::<Backend>();
    if let Some(predicate) = matching {
        query = query.filter(predicate);
    }
    let (count, total, returned) = query.get_result::<(i64, AmountColumns, AmountColumns)>(conn)?;
    Ok(AggregateRow { count, total: total.into(), returned: returned.into() })
}

/// Returns the aggregates over the matching orders of each customer. Customers without any have no entry.
pub fn aggregate_per_customer(
    conn: &mut Conn,
    customers: &[i64],
    matching: Option<Predicate<orders::table>>,
) -> QueryResult<Vec<(CustomerId, AggregateRow)>> {
    let mut query = orders::table
        .group_by(orders::customer_id)
        .select((
            orders::customer_id,
            count_star(),
            aggregates_of("orders.total_amount"),
            aggregates_of("orders.returned_amount"),
        ))
        .filter(in_keys(orders::customer_id, customers))
        .into_boxed::<Backend>();
    if let Some(predicate) = matching {
        query = query.filter(predicate);
    }
    let mut all = Vec::new();
    for row in query.cached().load_iter::<(CustomerId, i64, AmountColumns, AmountColumns), _>(conn)? {
        let (customer, count, total, returned) = row?;
        all.push((customer, AggregateRow { count, total: total.into(), returned: returned.into() }));
    }
    Ok(all)
}

/// The value that customers are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum CustomerRanking {
    /// The number of orders of the customer.
    OrderCount,
    /// The total amount of the orders of the customer, less the amount of returned units.
    TotalAmount,
}

/// The value that products are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum ProductRanking {
    /// The number of units ordered, without cancelled and returned units.
    UnitsSold,
    /// The sum of the subtotals of the order items, less the amount of returned units.
    Revenue,
}

/// Returns the top customers by their matching orders, each with number and sum, without cancelled and returned
/// units. Ties are broken by id.
pub fn top_customers(
    conn: &mut Conn,
    matching: Option<Predicate<orders::table>>,
    by: CustomerRanking,
    limit: i64,
) -> QueryResult<Vec<(CustomerId, i64, Sum)>> {
    let mut query = orders::table
        .group_by(orders::customer_id)
        .select((orders::customer_id, count_star(), sum_of(NET_AMOUNT)))
        .into_boxed::<Backend>();
    if let Some(predicate) = matching {
        query = query.filter(predicate);
    }
    query = match by {
        CustomerRanking::OrderCount => query.order(count_star().desc()),
        CustomerRanking::TotalAmount => {
            let (high, low) = sortable_halves(NET_AMOUNT);
            query.order(high.desc()).then_order_by(low.desc())
        }
    };
    let query = query.then_order_by(orders::customer_id.asc()).limit(limit);
    let rows: Vec<(CustomerId, i64, (i64, i64))> = query.load(conn)?;
    Ok(rows.into_iter().map(|(customer, count, sum)| (customer, count, Sum::from_halves(sum))).collect())
}

/// Returns the top products by the items of the matching orders, each with units and sum, without cancelled and
/// returned units. Ties are broken by id.
pub fn top_products(
    conn: &mut Conn,
    matching: Option<Predicate<orders::table>>,
    by: ProductRanking,
    limit: i64,
) -> QueryResult<Vec<(ProductId, i64, Sum)>> {
    let units = || sql::<BigInt>(&format!("CAST(SUM({NET_UNITS}) AS BIGINT)"));
    let mut query = order_items::table
        .group_by(order_items::product_id)
        .select((order_items::product_id, units(), sum_of(NET_SUBTOTAL)))
        .filter(sql::<Bool>(&format!("{NET_UNITS} > 0")))
        .into_boxed::<Backend>();
    if let Some(predicate) = matching {
        let subquery = orders::table.select(orders::id).filter(predicate);
        query = query.filter(in_subquery(order_items::order_id, subquery));
    }
    query = match by {
        ProductRanking::UnitsSold => query.order(units().desc()),
        ProductRanking::Revenue => {
            let (high, low) = sortable_halves(NET_SUBTOTAL);
            query.order(high.desc()).then_order_by(low.desc())
        }
    };
    let query = query.then_order_by(order_items::product_id.asc()).limit(limit);
    let rows: Vec<(ProductId, i64, (i64, i64))> = query.load(conn)?;
    Ok(rows.into_iter().map(|(product, units, sum)| (product, units, Sum::from_halves(sum))).collect())
}

/// Returns the halves of a sum with the carry of the lower half added to the higher half, so that sorting by
/// both sorts by the sum.
fn sortable_halves(column: &str) -> SumHalves {
    (
        sql(&format!(
            "CAST(SUM({column} >> 32) AS BIGINT) + (CAST(SUM({column} & 4294967295) AS BIGINT) >> 32)"
        )),
        sql(&format!("CAST(SUM({column} & 4294967295) AS BIGINT) & 4294967295")),
    )
}
