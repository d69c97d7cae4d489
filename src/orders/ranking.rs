//! SQL for figures over orders. One function, one statement. Opens no transaction; knows nothing of
//! GraphQL.
//!
//! Sums are taken in two halves of 32 bits, so that none overflows inside the database.

use diesel::dsl::{count_star, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use crate::db::filter::Predicate;
use crate::db::keys::{in_keys, in_subquery};
use crate::db::schema::{order_items, orders};
use crate::db::statements::CachePrepared;
use crate::db::{Backend, Conn};
use crate::types::{CustomerId, Money, ProductId};

/// A sum that may be larger than 64 bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sum(pub i128);

impl Sum {
    fn of((high, low): (i64, i64)) -> Self {
        Self((i128::from(high) << 32) + i128::from(low))
    }

    /// The sum as money; `None` past 64 bits of minor units.
    pub fn money(self) -> Option<Money> {
        i64::try_from(self.0).ok().map(Money)
    }

    /// The average over `count`, rounded half up to the minor unit.
    pub fn average(self, count: i64) -> Option<Money> {
        let count = i128::from(count);
        if count == 0 {
            return None;
        }
        i64::try_from((2 * self.0 + count).div_euclid(2 * count)).ok().map(Money)
    }
}

/// Figures over some orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub count: i64,
    pub sum: Sum,
    pub min: Option<Money>,
    pub max: Option<Money>,
}

type Halves = (SqlLiteral<BigInt>, SqlLiteral<BigInt>);

fn sum_of_totals() -> Halves {
    (
        sql("CAST(COALESCE(SUM(orders.total_amount >> 32), 0) AS BIGINT)"),
        sql("CAST(COALESCE(SUM(orders.total_amount & 4294967295), 0) AS BIGINT)"),
    )
}

fn sum_of_subtotals() -> Halves {
    (
        sql("CAST(COALESCE(SUM(order_items.subtotal >> 32), 0) AS BIGINT)"),
        sql("CAST(COALESCE(SUM(order_items.subtotal & 4294967295), 0) AS BIGINT)"),
    )
}

/// Figures over all orders that match.
pub fn figures(conn: &mut Conn, matching: Option<Predicate<orders::table>>) -> QueryResult<Figures> {
    let mut query = orders::table
        .select((
            count_star(),
            sum_of_totals(),
            sql::<Nullable<BigInt>>("MIN(orders.total_amount)"),
            sql::<Nullable<BigInt>>("MAX(orders.total_amount)"),
        ))
        .into_boxed::<Backend>();
    if let Some(predicate) = matching {
        query = query.filter(predicate);
    }
    let (count, sum, min, max) = query.get_result(conn)?;
    Ok(Figures { count, sum: Sum::of(sum), min, max })
}

/// Figures over the orders of each customer that match. A customer without any is left out.
pub fn figures_of_each(
    conn: &mut Conn,
    customers: &[i64],
    matching: Option<Predicate<orders::table>>,
) -> QueryResult<Vec<(CustomerId, Figures)>> {
    let mut query = orders::table
        .group_by(orders::customer_id)
        .select((
            orders::customer_id,
            count_star(),
            sum_of_totals(),
            sql::<Nullable<BigInt>>("MIN(orders.total_amount)"),
            sql::<Nullable<BigInt>>("MAX(orders.total_amount)"),
        ))
        .filter(in_keys(orders::customer_id, customers))
        .into_boxed::<Backend>();
    if let Some(predicate) = matching {
        query = query.filter(predicate);
    }
    let mut all = Vec::new();
    for row in
        query.cached().load_iter::<(CustomerId, i64, (i64, i64), Option<Money>, Option<Money>), _>(conn)?
    {
        let (customer, count, sum, min, max) = row?;
        all.push((customer, Figures { count, sum: Sum::of(sum), min, max }));
    }
    Ok(all)
}

/// Which figure customers are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum CustomerRanking {
    /// How many orders they have.
    OrderCount,
    /// What their orders add up to.
    TotalAmount,
}

/// Which figure products are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::Enum)]
pub enum ProductRanking {
    /// How many units were ordered.
    UnitsSold,
    /// What their order lines add up to.
    Revenue,
}

/// The customers that are ahead by the orders that match: how many, and their sum. Ties go to the
/// lower id.
pub fn top_customers(
    conn: &mut Conn,
    matching: Option<Predicate<orders::table>>,
    by: CustomerRanking,
    limit: i64,
) -> QueryResult<Vec<(CustomerId, i64, Sum)>> {
    let mut query = orders::table
        .group_by(orders::customer_id)
        .select((orders::customer_id, count_star(), sum_of_totals()))
        .into_boxed::<Backend>();
    if let Some(predicate) = matching {
        query = query.filter(predicate);
    }
    query = match by {
        CustomerRanking::OrderCount => query.order(count_star().desc()),
        CustomerRanking::TotalAmount => {
            let (high, low) = carried("orders.total_amount");
            query.order(high.desc()).then_order_by(low.desc())
        }
    };
    let query = query.then_order_by(orders::customer_id.asc()).limit(limit);
    let rows: Vec<(CustomerId, i64, (i64, i64))> = query.load(conn)?;
    Ok(rows.into_iter().map(|(customer, count, sum)| (customer, count, Sum::of(sum))).collect())
}

/// The products that are ahead by the lines of the orders that match: units, and what they add up
/// to. Ties go to the lower id.
pub fn top_products(
    conn: &mut Conn,
    matching: Option<Predicate<orders::table>>,
    by: ProductRanking,
    limit: i64,
) -> QueryResult<Vec<(ProductId, i64, Sum)>> {
    let units = || sql::<BigInt>("CAST(SUM(order_items.quantity) AS BIGINT)");
    let mut query = order_items::table
        .group_by(order_items::product_id)
        .select((order_items::product_id, units(), sum_of_subtotals()))
        .into_boxed::<Backend>();
    if let Some(predicate) = matching {
        let of = orders::table.select(orders::id).filter(predicate);
        query = query.filter(in_subquery(order_items::order_id, of));
    }
    query = match by {
        ProductRanking::UnitsSold => query.order(units().desc()),
        ProductRanking::Revenue => {
            let (high, low) = carried("order_items.subtotal");
            query.order(high.desc()).then_order_by(low.desc())
        }
    };
    let query = query.then_order_by(order_items::product_id.asc()).limit(limit);
    let rows: Vec<(ProductId, i64, (i64, i64))> = query.load(conn)?;
    Ok(rows.into_iter().map(|(product, units, sum)| (product, units, Sum::of(sum))).collect())
}

/// The two halves of a sum, what the lower half carries added to the higher: to sort by.
fn carried(column: &str) -> Halves {
    (
        sql(&format!(
            "CAST(SUM({column} >> 32) AS BIGINT) + (CAST(SUM({column} & 4294967295) AS BIGINT) >> 32)"
        )),
        sql(&format!("CAST(SUM({column} & 4294967295) AS BIGINT) & 4294967295")),
    )
}
