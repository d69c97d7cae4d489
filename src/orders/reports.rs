//! Figures over orders, as the API gives them.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Object, Result, SimpleObject};
use serde::{Serialize, Serializer};

use crate::customers::Customer;
use crate::db::Session;
use crate::db::filter::Filter;
use crate::db::types::{CustomerId, Money, ProductId};
use crate::error::InternalError;
use crate::graphql::error::coded;
use crate::graphql::executor::{BatchKey, BatchLoad, BatchObject, ByIdKey, Row};
use crate::graphql::scalars::int;
use crate::orders::filter::OrderCondition;
use crate::orders::ranking::{self, Figures, Sum};

/// Figures over some orders, in whatever state.
pub struct OrderAggregate(pub Figures);

/// An amount for each column of orders that has one.
#[derive(SimpleObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderAmounts {
    /// Of the orders' totals; `null` where there is no order.
    total_amount: Option<Money>,
}

impl BatchObject for OrderAggregate {}

impl BatchObject for OrderAmounts {
    fn serialize_columns<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

fn amounts(total_amount: Option<Money>) -> Row<OrderAmounts> {
    Row::new(OrderAmounts { total_amount })
}

/// The sum as money, or an error where money cannot hold it.
fn money(sum: Sum) -> Result<Money> {
    let too_large = || {
        let error = coded("the sum is larger than an amount of money can be", "AMOUNT_OUT_OF_RANGE");
        async_graphql::Error { message: error.message, source: None, extensions: error.extensions }
    };
    sum.money().ok_or_else(too_large)
}

/// Figures over some orders, in whatever state.
#[Object]
impl OrderAggregate {
    /// How many orders there are.
    async fn count(&self) -> Result<i32> {
        int(self.0.count)
    }

    /// Their exact sum. An error (`AMOUNT_OUT_OF_RANGE`) past 64 bits of minor units.
    async fn sum(&self) -> Result<Row<OrderAmounts>> {
        Ok(amounts(if self.0.count == 0 { None } else { Some(money(self.0.sum)?) }))
    }

    /// Their average, rounded half up to the cent.
    async fn average(&self) -> Row<OrderAmounts> {
        amounts(self.0.sum.average(self.0.count))
    }

    /// The smallest.
    async fn min(&self) -> Row<OrderAmounts> {
        amounts(self.0.min)
    }

    /// The largest.
    async fn max(&self) -> Row<OrderAmounts> {
        amounts(self.0.max)
    }
}

/// Names the figures over the orders of a customer. The keys of one batch have the same filter, so
/// only the customer tells them apart.
#[derive(Clone)]
pub struct AggregateOf {
    customer: CustomerId,
    filter: Arc<Filter<OrderCondition>>,
}

impl AggregateOf {
    pub fn new(customer: CustomerId, filter: Filter<OrderCondition>) -> Self {
        Self { customer, filter: Arc::new(filter) }
    }
}

impl PartialEq for AggregateOf {
    fn eq(&self, other: &Self) -> bool {
        self.customer == other.customer
    }
}

impl Eq for AggregateOf {}

impl Hash for AggregateOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.customer.hash(state);
    }
}

impl BatchKey for AggregateOf {
    type Parent = Customer;
    type Value = Row<OrderAggregate>;

    fn for_parent(&self, customer: &Customer) -> Self {
        Self { customer: customer.id, filter: self.filter.clone() }
    }
}

impl Loader<AggregateOf> for Session {
    type Value = Row<OrderAggregate>;
    type Error = InternalError;

    async fn load(
        &self,
        keys: &[AggregateOf],
    ) -> std::result::Result<HashMap<AggregateOf, Row<OrderAggregate>>, InternalError> {
        let Some(first) = keys.first() else { return Ok(HashMap::new()) };
        let filter = first.filter.clone();
        let customers: Vec<i64> = keys.iter().map(|key| key.customer.0).collect();
        let found =
            self.read(move |conn| ranking::figures_of_each(conn, &customers, filter.predicate())).await?;
        let found: HashMap<CustomerId, Figures> = found.into_iter().collect();
        let of = |key: &AggregateOf| found.get(&key.customer).copied().unwrap_or_default();
        Ok(keys.iter().map(|key| (key.clone(), Row::new(OrderAggregate(of(key))))).collect())
    }
}

/// A customer, with the figures by which customers are ranked.
pub struct RankedCustomer {
    pub customer_id: CustomerId,
    pub orders: i64,
    pub sum: Sum,
}

impl BatchObject for RankedCustomer {}

impl From<&RankedCustomer> for CustomerId {
    fn from(ranked: &RankedCustomer) -> Self {
        ranked.customer_id
    }
}

/// A customer, with the figures by which customers are ranked.
#[Object]
impl RankedCustomer {
    /// The customer.
    async fn customer(&self) -> BatchLoad<ByIdKey<CustomerId, Self>> {
        BatchLoad(ByIdKey::of(self))
    }

    /// How many orders the customer has.
    async fn order_count(&self) -> Result<i32> {
        int(self.orders)
    }

    /// What the orders of the customer add up to. An error (`AMOUNT_OUT_OF_RANGE`) past 64 bits of
    /// minor units.
    async fn total_amount(&self) -> Result<Money> {
        money(self.sum)
    }
}

/// A product, with the figures by which products are ranked.
pub struct RankedProduct {
    pub product_id: ProductId,
    pub units: i64,
    pub sum: Sum,
}

impl BatchObject for RankedProduct {}

impl From<&RankedProduct> for ProductId {
    fn from(ranked: &RankedProduct) -> Self {
        ranked.product_id
    }
}

/// A product, with the figures by which products are ranked.
#[Object]
impl RankedProduct {
    /// The product.
    async fn product(&self) -> BatchLoad<ByIdKey<ProductId, Self>> {
        BatchLoad(ByIdKey::of(self))
    }

    /// How many units of the product were ordered. An error past 32 bits.
    async fn units_sold(&self) -> Result<i32> {
        int(self.units)
    }

    /// What the order lines for the product add up to. An error (`AMOUNT_OUT_OF_RANGE`) past 64 bits
    /// of minor units.
    async fn revenue(&self) -> Result<Money> {
        money(self.sum)
    }
}
