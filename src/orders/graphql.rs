//! Orders in the schema: queries and relations. What changes them is in `mutations.rs`.

use async_graphql::{ComplexObject, Context, ID, Object, OneofObject, Result};
use serde::{Serialize, Serializer};

use crate::db::Session;
use crate::db::filter::Filter;
use crate::db::types::{CustomerId, Id, OrderId, OrderItemId, OrderStatus, ProductId};
use crate::error::UserError;
use crate::graphql::connection::{Connection, PageArgs, PageKey, PageRequest, RequestedFields};
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, BatchObject, ByIdKey, Row, Rows};
use crate::graphql::filter::{filter, order};
use crate::input;
use crate::orders::filter::{
    OrderCondition, OrderItemCondition, OrderItemOrderBy, OrderItemOrderField, OrderItemWhere, OrderOrderBy,
    OrderWhere,
};
use crate::orders::model::{Order, OrderItem};
use crate::orders::ranking::{self, CustomerRanking, ProductRanking};
use crate::orders::reports::{OrderAggregate, RankedCustomer, RankedProduct};
use crate::orders::{items, store};

/// Names an order by one of its keys.
#[derive(Debug, Clone, OneofObject)]
pub enum OrderBy {
    /// Its id.
    Id(ID),
    /// The caller's own number for it.
    Reference(String),
}

#[derive(Default)]
pub struct OrderQuery;

#[Object]
impl OrderQuery {
    /// One order, by its id or reference; `null` when there is none.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] by: OrderBy,
    ) -> Option<Result<Row<Order>>> {
        nullable(async {
            let session = ctx.data_unchecked::<Session>();
            let found = match by {
                OrderBy::Id(id) => {
                    let id = OrderId::parse(&id).map_err(|e| UserError::invalid(&["by", "id"], e))?;
                    session.look_up(move |conn| store::find(conn, id)).await?
                }
                OrderBy::Reference(reference) => {
                    let reference = input::key(&reference);
                    let reference = reference.map_err(|e| UserError::invalid(&["by", "reference"], e))?;
                    session.look_up(move |conn| store::find_by_reference(conn, &reference)).await?
                }
            };
            Ok(found.map(Row::new))
        })
        .await
    }

    /// One line of an order, by its id; `null` when there is none.
    async fn order_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Row<OrderItem>>> {
        nullable(async {
            let id = OrderItemId::parse(&id).map_err(|e| UserError::invalid(&["id"], e))?;
            let session = ctx.data_unchecked::<Session>();
            Ok(session.look_up(move |conn| items::find(conn, id)).await?.map(Row::new))
        })
        .await
    }

    /// Orders, page by page; in the order of their entry where nothing else is said.
    #[allow(clippy::too_many_arguments)]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many rows: at most 100, and 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows: at most 100, and not with `first`.")] last: Option<i32>,
        #[graphql(
            desc = "Only rows before this cursor. Without `first`, `last` and `after`: the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Only rows that fulfil this.")] r#where: Option<OrderWhere>,
        #[graphql(desc = "What to sort by, first things first. The id decides where all else is equal.")]
        order_by: Option<Vec<OrderOrderBy>>,
    ) -> Result<Row<Connection<Order>>> {
        let request = PageRequest {
            filter: filter("where", r#where, ctx.data_unchecked())?,
            page: PageArgs { first, after, last, before }.page(order(order_by))?,
            fields: RequestedFields::of(ctx),
        };
        Ok(request.load(ctx.data_unchecked()).await?)
    }

    /// Lines of orders, page by page; in the order of their entry where nothing else is said.
    #[allow(clippy::too_many_arguments)]
    async fn order_items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many rows: at most 100, and 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows: at most 100, and not with `first`.")] last: Option<i32>,
        #[graphql(
            desc = "Only rows before this cursor. Without `first`, `last` and `after`: the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Only rows that fulfil this.")] r#where: Option<OrderItemWhere>,
        #[graphql(desc = "What to sort by, first things first. The id decides where all else is equal.")]
        order_by: Option<Vec<OrderItemOrderBy>>,
    ) -> Result<Row<Connection<OrderItem>>> {
        let request = PageRequest {
            filter: filter("where", r#where, ctx.data_unchecked())?,
            page: PageArgs { first, after, last, before }.page(order(order_by))?,
            fields: RequestedFields::of(ctx),
        };
        Ok(request.load(ctx.data_unchecked()).await?)
    }

    /// Figures over orders: over all of them, in whatever state, where nothing else is said.
    async fn orders_aggregate(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only orders that fulfil this.")] r#where: Option<OrderWhere>,
    ) -> Result<Row<OrderAggregate>> {
        let filter = filter("where", r#where, ctx.data_unchecked())?;
        let session = ctx.data_unchecked::<Session>();
        let figures = session.read(move |conn| ranking::figures(conn, filter.predicate())).await?;
        Ok(Row::new(OrderAggregate(figures)))
    }

    /// The customers who order most. Orders that are CANCELLED do not count, unless `where` names a
    /// status; ties go to the lower id; customers without such orders are left out.
    async fn top_customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many customers, 1 to 100.", default = 10)] limit: i32,
        #[graphql(desc = "Which figure decides.", default_with = "CustomerRanking::OrderCount")]
        by: CustomerRanking,
        #[graphql(desc = "Only orders that fulfil this.")] r#where: Option<OrderWhere>,
    ) -> Result<Rows<RankedCustomer>> {
        let limit = ranking_limit(limit)?;
        let filter = without_cancelled(filter("where", r#where, ctx.data_unchecked())?);
        let session = ctx.data_unchecked::<Session>();
        let top =
            session.read(move |conn| ranking::top_customers(conn, filter.predicate(), by, limit)).await?;
        let ranked = |(customer_id, orders, sum)| RankedCustomer { customer_id, orders, sum };
        Ok(Rows::new(top.into_iter().map(ranked).collect()))
    }

    /// The products that sell best. Orders that are CANCELLED do not count, unless `where` names a
    /// status; ties go to the lower id; products that were not ordered are left out.
    async fn top_products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many products, 1 to 100.", default = 10)] limit: i32,
        #[graphql(desc = "Which figure decides.", default_with = "ProductRanking::UnitsSold")]
        by: ProductRanking,
        #[graphql(desc = "Only lines of orders that fulfil this.")] r#where: Option<OrderWhere>,
    ) -> Result<Rows<RankedProduct>> {
        let limit = ranking_limit(limit)?;
        let filter = without_cancelled(filter("where", r#where, ctx.data_unchecked())?);
        let session = ctx.data_unchecked::<Session>();
        let top =
            session.read(move |conn| ranking::top_products(conn, filter.predicate(), by, limit)).await?;
        let ranked = |(product_id, units, sum)| RankedProduct { product_id, units, sum };
        Ok(Rows::new(top.into_iter().map(ranked).collect()))
    }
}

fn ranking_limit(limit: i32) -> Result<i64, UserError> {
    match limit {
        1..=100 => Ok(i64::from(limit)),
        _ => Err(UserError::invalid(&["limit"], format!("it is 1 to 100, and {limit} is not in between"))),
    }
}

/// Adds that the order is not CANCELLED, unless the filter has something to say on the state.
fn without_cancelled(filter: Filter<OrderCondition>) -> Filter<OrderCondition> {
    if filter.mentions(&|condition| matches!(condition, OrderCondition::Status(_))) {
        return filter;
    }
    Filter::All(vec![filter, Filter::Is(OrderCondition::is_not(OrderStatus::Cancelled))])
}

impl BatchObject for Order {
    fn serialize_columns<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

#[ComplexObject]
impl Order {
    /// Who ordered.
    async fn customer(&self) -> BatchLoad<ByIdKey<CustomerId, Self>> {
        BatchLoad(ByIdKey::of(self))
    }

    /// The lines of this order, page by page, in the order they were added.
    async fn items(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many rows: at most 100, and 20 by default.")] first: Option<i32>,
        #[graphql(desc = "Only rows after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many rows: at most 100, and not with `first`.")] last: Option<i32>,
        #[graphql(
            desc = "Only rows before this cursor. Without `first`, `last` and `after`: the last 20 of them."
        )]
        before: Option<String>,
    ) -> Result<BatchLoad<PageKey<Self, OrderItemOrderField, OrderItemCondition>>> {
        let request = PageRequest {
            filter: Filter::default(),
            page: PageArgs { first, after, last, before }.page(Vec::new())?,
            fields: RequestedFields::of(ctx),
        };
        Ok(BatchLoad(PageKey::new(self, request)))
    }

    /// What this order may become now. Empty at the end of its life.
    async fn next_statuses(&self) -> Vec<OrderStatus> {
        self.status.next().to_vec()
    }
}

impl BatchObject for OrderItem {
    fn serialize_columns<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

#[ComplexObject]
impl OrderItem {
    /// The order that this is a line of.
    async fn order(&self) -> BatchLoad<ByIdKey<OrderId, Self>> {
        BatchLoad(ByIdKey::of(self))
    }

    /// What was ordered, as it is now.
    async fn product(&self) -> BatchLoad<ByIdKey<ProductId, Self>> {
        BatchLoad(ByIdKey::of(self))
    }
}
