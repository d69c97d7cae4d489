//! GraphQL types of aggregates and rankings of orders. The SQL is in `ranking.rs`.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Object, Result, SimpleObject};

use crate::customers::Customer;
use crate::db::Session;
use crate::db::filter::{EntityFilter, Filter};
use crate::error::InternalError;
use crate::graphql::error::coded;
use crate::graphql::executor::{BatchKey, BatchLoad, BatchObject, Row};
use crate::graphql::relation::ToOne;
use crate::graphql::scalars::int;
use crate::orders::Order;
use crate::orders::ranking::{self, AggregateRow, AmountAggregate, Sum};
use crate::products::Product;
use crate::types::{CustomerId, Money, ProductId};

/// Aggregates over a set of orders.
pub struct OrderAggregate(pub AggregateRow);

/// An aggregated amount for each amount field of orders.
#[derive(SimpleObject)]
pub struct OrderAmounts {
    /// The aggregate of `totalAmount`, which includes returned units; `null` if there are no orders.
    total_amount: Option<Money>,
    /// The aggregate of `returnedAmount`; `null` if there are no orders.
    returned_amount: Option<Money>,
}

impl BatchObject for OrderAggregate {}

impl BatchObject for OrderAmounts {}

fn amounts(aggregates: AggregateRow, of: fn(AmountAggregate) -> Option<Money>) -> Row<OrderAmounts> {
    let AggregateRow { total, returned, .. } = aggregates;
    Row::new(OrderAmounts { total_amount: of(total), returned_amount: of(returned) })
}

/// Returns the sum as `Money`, or an error if it does not fit.
fn money(sum: Sum) -> Result<Money> {
    let too_large = || {
        let message = format!("the sum exceeds {}; use a filter that matches fewer orders", Money(i64::MAX));
        let error = coded(message, "AMOUNT_OUT_OF_RANGE");
        async_graphql::Error { message: error.message, source: None, extensions: error.extensions }
    };
    sum.money().ok_or_else(too_large)
}

/// Aggregates over a set of orders.
#[Object]
impl OrderAggregate {
    /// The number of orders. Fails with `INT_OUT_OF_RANGE` if it exceeds 2147483647.
    async fn count(&self) -> Result<i32> {
        int(self.0.count)
    }

    /// The exact sum of the amounts. Fails with `AMOUNT_OUT_OF_RANGE` if it exceeds 92233720368547758.07.
    async fn sum(&self) -> Result<Row<OrderAmounts>> {
        let AggregateRow { count, total, returned } = self.0;
        if count == 0 {
            return Ok(amounts(self.0, |_| None));
        }
        let (total_amount, returned_amount) = (Some(money(total.sum)?), Some(money(returned.sum)?));
        Ok(Row::new(OrderAmounts { total_amount, returned_amount }))
    }

    /// The average amounts, rounded half up to the cent.
    async fn average(&self) -> Row<OrderAmounts> {
        let AggregateRow { count, total, returned } = self.0;
        let (total_amount, returned_amount) = (total.sum.average(count), returned.sum.average(count));
        Row::new(OrderAmounts { total_amount, returned_amount })
    }

    /// The minimum amounts.
    async fn min(&self) -> Row<OrderAmounts> {
        amounts(self.0, |amount| amount.min)
    }

    /// The maximum amounts.
    async fn max(&self) -> Row<OrderAmounts> {
        amounts(self.0, |amount| amount.max)
    }
}

/// The batch key of the aggregates of one customer. All keys of a batch have the same filter, so only the
/// customer takes part in equality.
#[derive(Clone)]
pub struct OrderAggregateKey {
    customer: CustomerId,
    filter: Arc<Filter<EntityFilter<Order>>>,
}

impl OrderAggregateKey {
    /// Returns the key for the orders of `customer` that match `filter`.
    pub fn new(customer: CustomerId, filter: Filter<EntityFilter<Order>>) -> Self {
        Self { customer, filter: Arc::new(filter) }
    }
}

impl PartialEq for OrderAggregateKey {
    fn eq(&self, other: &Self) -> bool {
        self.customer == other.customer
    }
}

impl Eq for OrderAggregateKey {}

impl Hash for OrderAggregateKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.customer.hash(state);
    }
}

impl BatchKey for OrderAggregateKey {
    type Parent = Customer;
    type Value = Row<OrderAggregate>;
    type Loader = Session;

    fn column(&self) -> &'static str {
        "id"
    }

    fn key(&self) -> i64 {
        self.customer.0
    }

    fn with_key(&self, key: i64) -> Self {
        Self { customer: CustomerId(key), filter: self.filter.clone() }
    }
}

impl Loader<OrderAggregateKey> for Session {
    type Value = Row<OrderAggregate>;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[OrderAggregateKey],
    ) -> std::result::Result<HashMap<OrderAggregateKey, Row<OrderAggregate>>, InternalError> {
        let Some(first) = keys.first() else { return Ok(HashMap::new()) };
        let _load = self.stats().begin_load("OrderAggregate", keys.len());
        let filter = first.filter.clone();
        let customers: Vec<i64> = keys.iter().map(|key| key.customer.0).collect();
        let found = self
            .read_blocking(move |conn| ranking::aggregate_per_customer(conn, &customers, filter.predicate()))
            .await?;
        let found: HashMap<CustomerId, AggregateRow> = found.into_iter().collect();
        let aggregate = |key: &OrderAggregateKey| found.get(&key.customer).copied().unwrap_or_default();
        Ok(keys.iter().map(|key| (key.clone(), Row::new(OrderAggregate(aggregate(key))))).collect())
    }
}

/// A customer with the values that customers are ranked by.
pub struct RankedCustomer {
    /// The id of the customer.
    pub customer_id: CustomerId,
    /// The number of orders.
    pub orders: i64,
    /// The sum in minor units.
    pub sum: Sum,
}

impl BatchObject for RankedCustomer {
    fn key(&self, column: &str) -> Option<i64> {
        (column == "customer_id").then_some(self.customer_id.0)
    }
}

/// A customer with the values that customers are ranked by.
#[Object]
impl RankedCustomer {
    /// The customer.
    async fn customer(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Customer>> {
        BatchLoad(ToOne::id(ctx, "customer_id", self.customer_id.0))
    }

    /// The number of matching orders of the customer. Fails with `INT_OUT_OF_RANGE` if it exceeds 2147483647.
    async fn order_count(&self) -> Result<i32> {
        int(self.orders)
    }

    /// The total amount of the matching orders of the customer, less the amount of returned units: the sum of
    /// `totalAmount` minus `returnedAmount`. Fails with `AMOUNT_OUT_OF_RANGE` if it exceeds
    /// 92233720368547758.07.
    async fn total_amount(&self) -> Result<Money> {
        money(self.sum)
    }
}

/// A product with the values that products are ranked by.
pub struct RankedProduct {
    /// The id of the product.
    pub product_id: ProductId,
    /// The number of units ordered, without cancelled and returned units.
    pub units: i64,
    /// The sum in minor units.
    pub sum: Sum,
}

impl BatchObject for RankedProduct {
    fn key(&self, column: &str) -> Option<i64> {
        (column == "product_id").then_some(self.product_id.0)
    }
}

/// A product with the values that products are ranked by.
#[Object]
impl RankedProduct {
    /// The product.
    async fn product(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Product>> {
        BatchLoad(ToOne::id(ctx, "product_id", self.product_id.0))
    }

    /// The number of units ordered, without cancelled and returned units. Fails with `INT_OUT_OF_RANGE` if it
    /// exceeds 2147483647.
    async fn units_sold(&self) -> Result<i32> {
        int(self.units)
    }

    /// The sum of the subtotals of the matching order items, less the amount of returned units. Fails with
    /// `AMOUNT_OUT_OF_RANGE` if it exceeds 92233720368547758.07.
    async fn revenue(&self) -> Result<Money> {
        money(self.sum)
    }
}
