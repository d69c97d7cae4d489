//! GraphQL fields of orders: queries and relations. Mutations are in `mutations.rs`.

use async_graphql::{ComplexObject, Context, ID, Object, OneofObject, Result};

use crate::customers::Customer;
use crate::db::Session;
use crate::db::filter::{Comparison, Filter, TextComparison};
use crate::error::UserError;
use crate::events::filter::{IsOrderEvent, OrderEventOrder};
use crate::graphql::connection::Connection;
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, Row, Rows};
use crate::graphql::filter::{filter, order};
use crate::graphql::page_args::PageArgs;
use crate::graphql::page_request::{PageKey, PageRequest};
use crate::graphql::read::read_by_key;
use crate::graphql::relation::ToOne;
use crate::input;
use crate::orders::filter::{
    OrderCondition, OrderItemCondition, OrderItemOrderBy, OrderItemOrderField, OrderItemWhere, OrderOrderBy,
    OrderWhere,
};
use crate::orders::model::{Order, OrderItem};
use crate::orders::ranking::{self, CustomerRanking, ProductRanking};
use crate::orders::reports::{OrderAggregate, RankedCustomer, RankedProduct};
use crate::orders::status::OrderStatus;
use crate::products::Product;
use crate::types::{Id, OrderId, OrderItemId};

/// Identifies an order by one of its keys.
#[derive(Debug, Clone, OneofObject)]
pub enum OrderBy {
    /// The id of the order, such as `ord_9`.
    Id(ID),
    /// The reference assigned by the client; case-sensitive.
    Reference(String),
}

pub use crate::orders::mutations::OrderMutation;

/// Queries of this module, merged into the root type.
#[derive(Default)]
pub struct OrderQuery;

#[Object]
impl OrderQuery {
    /// Returns an order by id or reference; `null` if none exists.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key of the order.")] by: OrderBy,
    ) -> Option<Result<Row<Order>>> {
        nullable(async {
            let condition = match by {
                OrderBy::Id(id) => {
                    let id = OrderId::parse(&id).map_err(|e| UserError::invalid(&["by", "id"], e))?;
                    OrderCondition::Id(Comparison::Eq(id.0))
                }
                OrderBy::Reference(reference) => {
                    let reference = input::key(&reference);
                    let reference = reference.map_err(|e| UserError::invalid(&["by", "reference"], e))?;
                    OrderCondition::Reference(TextComparison::equal(reference))
                }
            };
            Ok(read_by_key(ctx, condition).await?)
        })
        .await
    }

    /// Returns an order item by id; `null` if none exists.
    async fn order_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the order item.")] id: ID,
    ) -> Option<Result<Row<OrderItem>>> {
        nullable(async {
            let id = OrderItemId::parse(&id).map_err(|e| UserError::invalid(&["id"], e))?;
            Ok(read_by_key(ctx, OrderItemCondition::Id(Comparison::Eq(id.0))).await?)
        })
        .await
    }

    /// Returns a list of orders, sorted by id unless `orderBy` is given.
    #[allow(clippy::too_many_arguments)]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Filters the list.")] r#where: Option<OrderWhere>,
        #[graphql(desc = "Sort keys in order of precedence; ties are broken by id (default: id only).")]
        order_by: Option<Vec<OrderOrderBy>>,
    ) -> Result<Row<Connection<Order>>> {
        let filter = filter("where", r#where, ctx.data_unchecked())?;
        let page = PageArgs { first, after, last, before }.page(order(order_by))?;
        let request = PageRequest::new(ctx, filter, page);
        Ok(request.load(ctx.data_unchecked()).await?)
    }

    /// Returns a list of order items, sorted by id unless `orderBy` is given.
    #[allow(clippy::too_many_arguments)]
    async fn order_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Filters the list.")] r#where: Option<OrderItemWhere>,
        #[graphql(desc = "Sort keys in order of precedence; ties are broken by id (default: id only).")]
        order_by: Option<Vec<OrderItemOrderBy>>,
    ) -> Result<Row<Connection<OrderItem>>> {
        let filter = filter("where", r#where, ctx.data_unchecked())?;
        let page = PageArgs { first, after, last, before }.page(order(order_by))?;
        let request = PageRequest::new(ctx, filter, page);
        Ok(request.load(ctx.data_unchecked()).await?)
    }

    /// Returns aggregates over the orders that match `where`, or over all orders, in any status.
    async fn orders_aggregate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filters the orders.")] r#where: Option<OrderWhere>,
    ) -> Result<Row<OrderAggregate>> {
        let filter = filter("where", r#where, ctx.data_unchecked())?;
        let session = ctx.data_unchecked::<Session>();
        let row = session.read_blocking(move |conn| ranking::aggregate(conn, filter.predicate())).await?;
        Ok(Row::new(OrderAggregate(row)))
    }

    /// Returns the customers with the most orders or the highest total amount. Excludes cancelled and returned
    /// units from the amount, CANCELLED orders unless `where` has a condition on `status`, and customers
    /// without matching orders. Ties are broken by id.
    async fn top_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The maximum number of customers: 1 to 100.", default = 10)] limit: i32,
        #[graphql(desc = "The value to rank by.", default_with = "CustomerRanking::OrderCount")]
        by: CustomerRanking,
        #[graphql(desc = "Filters the orders.")] r#where: Option<OrderWhere>,
    ) -> Result<Rows<RankedCustomer>> {
        let limit = ranking_limit(limit)?;
        let filter = exclude_cancelled(filter("where", r#where, ctx.data_unchecked())?);
        let session = ctx.data_unchecked::<Session>();
        let top = session
            .read_blocking(move |conn| ranking::top_customers(conn, filter.predicate(), by, limit))
            .await?;
        let ranked = |(customer_id, orders, sum)| RankedCustomer { customer_id, orders, sum };
        Ok(Rows::new(top.into_iter().map(ranked).collect()))
    }

    /// Returns the best-selling products. Excludes cancelled and returned units, and products without any
    /// other units in the matching orders. Ties are broken by id.
    async fn top_products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The maximum number of products: 1 to 100.", default = 10)] limit: i32,
        #[graphql(desc = "The value to rank by.", default_with = "ProductRanking::UnitsSold")]
        by: ProductRanking,
        #[graphql(desc = "Filters the orders whose lines are counted.")] r#where: Option<OrderWhere>,
    ) -> Result<Rows<RankedProduct>> {
        let limit = ranking_limit(limit)?;
        let filter = exclude_cancelled(filter("where", r#where, ctx.data_unchecked())?);
        let session = ctx.data_unchecked::<Session>();
        let top = session
            .read_blocking(move |conn| ranking::top_products(conn, filter.predicate(), by, limit))
            .await?;
        let ranked = |(product_id, units, sum)| RankedProduct { product_id, units, sum };
        Ok(Rows::new(top.into_iter().map(ranked).collect()))
    }
}

fn ranking_limit(limit: i32) -> Result<i64, UserError> {
    match limit {
        1..=100 => Ok(i64::from(limit)),
        _ => {
            Err(UserError::invalid(&["limit"], format!("`limit` must be between 1 and 100, but was {limit}")))
        }
    }
}

/// Excludes CANCELLED orders unless the filter has a condition on the status.
fn exclude_cancelled(filter: Filter<OrderCondition>) -> Filter<OrderCondition> {
    if filter.mentions(&|condition| matches!(condition, OrderCondition::Status(_))) {
        return filter;
    }
    Filter::All(vec![filter, Filter::Condition(OrderCondition::is_not(OrderStatus::Cancelled))])
}

#[ComplexObject]
impl Order {
    /// The customer who placed the order.
    async fn customer(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Customer>> {
        BatchLoad(ToOne::id(ctx, "customer_id", self.customer_id.0))
    }

    /// The items of the order, sorted by id.
    async fn items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
    ) -> Result<BatchLoad<PageKey<Self, OrderItemOrderField, OrderItemCondition>>> {
        let filter = Filter::default();
        let page = PageArgs { first, after, last, before }.page(Vec::new())?;
        let request = PageRequest::new(ctx, filter, page);
        Ok(BatchLoad(PageKey::new("order_id", self.id, request)))
    }

    /// The events of the order, sorted by id, which is the order of the changes.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
    ) -> Result<BatchLoad<PageKey<Self, OrderEventOrder, IsOrderEvent>>> {
        let filter = Filter::Condition(IsOrderEvent);
        let page = PageArgs { first, after, last, before }.page(Vec::new())?;
        let request = PageRequest::new(ctx, filter, page);
        Ok(BatchLoad(PageKey::new("order_id", self.id, request)))
    }

    /// The statuses that the order can change to. Empty for RETURNED and CANCELLED orders.
    async fn next_statuses(&self) -> Vec<OrderStatus> {
        self.status.next().to_vec()
    }
}

#[ComplexObject]
impl OrderItem {
    /// The number of units that are still to be shipped: neither shipped nor cancelled.
    async fn quantity_open(&self) -> i32 {
        self.open()
    }

    /// The order that the item belongs to.
    async fn order(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Order>> {
        BatchLoad(ToOne::id(ctx, "order_id", self.order_id.0))
    }

    /// The product with its current values.
    async fn product(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Product>> {
        BatchLoad(ToOne::id(ctx, "product_id", self.product_id.0))
    }
}
