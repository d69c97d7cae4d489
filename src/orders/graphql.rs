//! GraphQL fields of orders: queries and relations. Mutations are in `mutations.rs`.

use async_graphql::{ComplexObject, Context, ID, Object, Result};

use crate::customers::Customer;
use crate::db::Session;
use crate::entity::key::{KeyInput, UniqueKey};
use crate::error::UserError;
use crate::events::OrderEvent;
use crate::events::store::order_events;
use crate::graphql::error::nullable;
use crate::graphql::executor::{BatchLoad, Row, Rows};
use crate::graphql::filter::filter;
use crate::graphql::list::{ListArguments, RelatedPage, list_fields};
use crate::graphql::page_args::PageArgs;
use crate::graphql::page_request::PageKey;
use crate::graphql::read::read_by_unique_key;
use crate::graphql::relation::ToOne;
use crate::graphql::where_input::EntityWhere;
use crate::orders::model::{Order, OrderItem};
use crate::orders::ranking::{self, CustomerRanking, ProductRanking};
use crate::orders::reports::{OrderAggregate, RankedCustomer, RankedProduct};
use crate::orders::status::OrderStatus;
use crate::orders::store;
use crate::products::Product;
use crate::types::{Id, OrderItemId};

pub use crate::orders::mutations::OrderMutation;

/// Queries of this module, merged into the root type.
#[derive(Default)]
pub struct OrderQuery;

list_fields! {
    #[Object]
    impl OrderQuery {
        fields {
            /// Returns an order by id or reference; `null` if none exists.
            async fn order(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "The key of the order.")] by: KeyInput<Order>,
            ) -> Option<Result<Row<Order>>> {
                nullable(async { Ok(read_by_unique_key(ctx, by.parse_argument("by")?).await?) }).await
            }

            /// Returns an order item by id; `null` if none exists.
            async fn order_item(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "The id of the order item.")] id: ID,
            ) -> Option<Result<Row<OrderItem>>> {
                nullable(async {
                    let id = OrderItemId::parse(&id).map_err(|e| UserError::invalid(&["id"], e))?;
                    Ok(read_by_unique_key(ctx, UniqueKey::<OrderItem>::id(id)).await?)
                })
                .await
            }
        }

        /// Returns a list of orders, sorted by id unless `orderBy` is given.
        list orders: Order;

        /// Returns a list of order items, sorted by id unless `orderBy` is given.
        list order_items: OrderItem;

        fields {
            /// Returns aggregates over the orders that match `where`, or over all orders, in any status.
            async fn orders_aggregate(
                &self,
                ctx: &Context<'_>,
                #[graphql(desc = "Filters the orders.")] r#where: Option<EntityWhere<Order>>,
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
                #[graphql(desc = "Filters the orders.")] r#where: Option<EntityWhere<Order>>,
            ) -> Result<Rows<RankedCustomer>> {
                let limit = ranking_limit(limit)?;
                let filter = store::exclude_cancelled(filter("where", r#where, ctx.data_unchecked())?);
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
                #[graphql(desc = "Filters the orders whose lines are counted.")] r#where: Option<EntityWhere<Order>>,
            ) -> Result<Rows<RankedProduct>> {
                let limit = ranking_limit(limit)?;
                let filter = store::exclude_cancelled(filter("where", r#where, ctx.data_unchecked())?);
                let session = ctx.data_unchecked::<Session>();
                let top = session
                    .read_blocking(move |conn| ranking::top_products(conn, filter.predicate(), by, limit))
                    .await?;
                let ranked = |(product_id, units, sum)| RankedProduct { product_id, units, sum };
                Ok(Rows::new(top.into_iter().map(ranked).collect()))
            }
        }
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

list_fields! {
    #[ComplexObject]
    impl Order {
        fields {
            /// The customer who placed the order.
            async fn customer(&self, ctx: &Context<'_>) -> BatchLoad<ToOne<Self, Customer>> {
                BatchLoad(ToOne::id(ctx, "customer_id", self.customer_id.0))
            }
        }

        /// The items of the order, sorted by id.
        page items: OrderItem by "order_id";

        fields {
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
            ) -> Result<BatchLoad<RelatedPage<Self, OrderEvent>>> {
                let page = PageArgs { first, after, last, before };
                let request = ListArguments::new(page).matching(order_events()).request(ctx)?;
                Ok(BatchLoad(PageKey::new("order_id", self.id, request)))
            }

            /// The statuses that the order can change to. Empty for RETURNED and CANCELLED orders.
            async fn next_statuses(&self) -> Vec<OrderStatus> {
                self.status.next().to_vec()
            }
        }
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
