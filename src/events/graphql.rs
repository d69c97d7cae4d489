//! GraphQL fields of events: queries and relations. Resolvers only parse, call and wrap.

use async_graphql::{ComplexObject, Context, ID, Object, Result};

use crate::db::Session;
use crate::events::EventType;
use crate::events::filter::EventWhere;
use crate::events::loaders::{EventEntityKey, EventItemsKey};
use crate::events::log::{self, EventLogPage};
use crate::events::model::{EntityEvent, OrderEvent, StockLevel, StockMovement, names};
use crate::events::store::{self, AuditRow};
use crate::graphql::connection::Connection;
use crate::graphql::executor::{BatchLoad, BatchObject, Row, Rows};
use crate::graphql::list::{FilterArguments, ListArguments};
use crate::graphql::order_by::OrderByInput;
use crate::graphql::page_args::PageArgs;
use crate::graphql::relation::ToOne;
use crate::graphql::scalars::int;
use crate::graphql::where_input::EntityWhere;
use crate::orders::Order;
use crate::products::Product;
use crate::types::ProductId;

/// Queries of this module, merged into the root type.
#[derive(Default)]
pub struct EventQuery;

#[Object]
impl EventQuery {
    /// Returns a page of the event log, in the order in which the changes became visible: each event once, without gaps.
    /// Poll with `after: endCursor`. Fails with `CURSOR_EXPIRED` if events after the cursor were pruned, and with
    /// `CURSOR_UNKNOWN` if the cursor is not of this log or is beyond its end.
    async fn event_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Returns the events after this cursor: `endCursor` of the last page. Omit it to start with the oldest event that is kept."
        )]
        after: Option<String>,
        #[graphql(desc = "Returns the first _n_ events (maximum 100).", default = 100)] first: i32,
        #[graphql(desc = "Filters the events.")] r#where: Option<EventWhere>,
    ) -> Result<Row<EventLogPage>> {
        let filter = r#where.unwrap_or_default().parse()?;
        log::read(ctx.data_unchecked(), after, first, filter).await
    }

    /// Returns the movements of stock of all products, sorted by id unless `orderBy` is given.
    #[allow(clippy::too_many_arguments)]
    async fn stock_movements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Returns the first _n_ elements (default 20, maximum 100).")] first: Option<i32>,
        #[graphql(desc = "Returns the elements after this cursor.")] after: Option<String>,
        #[graphql(desc = "Returns the last _n_ elements (maximum 100, not with `first`).")] last: Option<i32>,
        #[graphql(
            desc = "Returns the elements before this cursor. Used alone, returns the last 20 of them."
        )]
        before: Option<String>,
        #[graphql(desc = "Filters the list.")] r#where: Option<EntityWhere<StockMovement>>,
        #[graphql(desc = "Sort keys in order of precedence; ties are broken by id (default: id only).")]
        order_by: Option<Vec<OrderByInput<StockMovement>>>,
    ) -> Result<Row<Connection<StockMovement>>> {
        let list = ListArguments::new(PageArgs { first, after, last, before });
        let list = list.with(ctx, FilterArguments { r#where, order_by })?;
        Ok(list.and(store::movements()).request(ctx)?.load(ctx.data_unchecked()).await?)
    }

    /// Compares the stored stock of every product with its movements and with the units that open orders reserve. Returns
    /// the products that differ, sorted by id, at most 1,000. The list must be empty: an entry shows a fault of the
    /// server, or a change of the database by other software. Reads the whole ledger.
    async fn stock_audit(&self, ctx: &Context<'_>) -> Result<Rows<StockDiscrepancy>> {
        let rows = ctx.data_unchecked::<Session>().read_blocking(store::audit).await?;
        Ok(Rows::new(rows.into_iter().map(StockDiscrepancy).collect()))
    }
}

#[ComplexObject]
impl OrderEvent {
    /// The type of the event.
    async fn r#type(&self) -> EventType {
        self.kind
    }

    /// The order with its current values; `null` if it was deleted.
    async fn order(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Order, Option<Row<Order>>>> {
        BatchLoad(ToOne::id(ctx, "order_id", self.order_id.0))
    }

    /// The units of order items that the event is about: shipped, cancelled or returned, or of the item that was added,
    /// updated or removed. Empty for events about the order as a whole.
    async fn items(&self) -> BatchLoad<EventItemsKey> {
        BatchLoad(EventItemsKey(self.id))
    }

    /// The names of the fields that the change set, besides those that follow from its type.
    async fn changed_fields(&self) -> Vec<String> {
        names(self.fields.as_deref())
    }
}

#[ComplexObject]
impl StockMovement {
    /// The type of the event.
    async fn r#type(&self) -> EventType {
        self.kind
    }

    /// The number of units that could be ordered after the change: `quantity` minus `reserved`.
    async fn available(&self) -> i32 {
        self.quantity - self.reserved
    }

    /// The product with its current values; `null` if it was deleted.
    async fn product(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Product, Option<Row<Product>>>> {
        BatchLoad(ToOne::id(ctx, "product_id", self.product_id.0))
    }

    /// The order that moved the stock; `null` if there is none, or if it was deleted.
    async fn order(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Order, Option<Row<Order>>>> {
        BatchLoad(ToOne::id(ctx, "order_id", self.order_id.unwrap_or_default().0))
    }
}

#[ComplexObject]
impl EntityEvent {
    /// The type of the event.
    async fn r#type(&self) -> EventType {
        self.kind
    }

    /// The id of the customer or product.
    async fn entity_id(&self) -> ID {
        self.subject.node_id()
    }

    /// The customer or product with its current values; `null` if it was deleted.
    async fn entity(&self) -> BatchLoad<EventEntityKey> {
        BatchLoad(EventEntityKey(self.id))
    }
}

#[ComplexObject]
impl StockLevel {
    /// The number of units that could be ordered: `quantity` minus `reserved`.
    async fn available(&self) -> i32 {
        self.quantity - self.reserved
    }
}

/// A product whose stored stock differs from its movements, or from the units that open orders reserve.
pub struct StockDiscrepancy(AuditRow);

impl BatchObject for StockDiscrepancy {
    fn key(&self, column: &str) -> Option<i64> {
        (column == "product_id").then_some(self.0.product_id.0)
    }
}

/// A product whose stored stock differs from its movements, or from the units that open orders reserve.
#[Object]
impl StockDiscrepancy {
    /// The id of the product.
    async fn product_id(&self) -> ProductId {
        self.0.product_id
    }

    /// The product; `null` if it was deleted.
    async fn product(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Product, Option<Row<Product>>>> {
        BatchLoad(ToOne::id(ctx, "product_id", self.0.product_id.0))
    }

    /// The stored units on hand; 0 without an inventory. Fails with `INT_OUT_OF_RANGE` if it exceeds 32 bits.
    async fn quantity(&self) -> Result<i32> {
        int(self.0.quantity)
    }

    /// The stored reserved units; 0 without an inventory. Fails with `INT_OUT_OF_RANGE` if it exceeds 32 bits.
    async fn reserved(&self) -> Result<i32> {
        int(self.0.reserved)
    }

    /// The units on hand according to the movements. Fails with `INT_OUT_OF_RANGE` if it exceeds 32 bits.
    async fn ledger_quantity(&self) -> Result<i32> {
        int(self.0.ledger_quantity)
    }

    /// The reserved units according to the movements. Fails with `INT_OUT_OF_RANGE` if it exceeds 32 bits.
    async fn ledger_reserved(&self) -> Result<i32> {
        int(self.0.ledger_reserved)
    }

    /// The units that the items of open orders reserve. Fails with `INT_OUT_OF_RANGE` if it exceeds 32 bits.
    async fn order_reserved(&self) -> Result<i32> {
        int(self.0.order_reserved)
    }
}
