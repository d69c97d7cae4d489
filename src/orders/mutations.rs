//! What changes orders and their lines, in the schema.

use async_graphql::{Context, Object, Result};

use crate::graphql::executor::Row;
use crate::graphql::payload::{payload, to_payload};
use crate::orders::model::{
    AddOrderItemInput, CancelOrderInput, CreateOrderInput, DeleteOrderInput, DeliverOrderInput, Order,
    OrderItem, ProcessOrderInput, RemoveOrderItemInput, ShipOrderInput, UpdateOrderInput,
    UpdateOrderItemInput,
};
use crate::orders::status::OrderStatus;
use crate::orders::transition::transition;
use crate::orders::{cancel, delete, lines, place, update};
use crate::types::{OrderId, OrderItemId};

#[derive(Default)]
pub struct OrderMutation;

#[Object]
impl OrderMutation {
    /// Places an order: prices are read, stock is reserved in full, and totals are computed; or
    /// nothing at all happens. Errors: `INVALID_INPUT`, `NOT_FOUND` for the customer and products,
    /// `ALREADY_EXISTS` for the reference, `INSUFFICIENT_STOCK` with every product that is short.
    async fn create_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who orders what.")] input: CreateOrderInput,
    ) -> Result<Row<CreateOrderPayload>> {
        to_payload(place::place(ctx.data_unchecked(), input).await)
    }

    /// Changes the fields given of an order. Errors: `INVALID_INPUT`, `NOT_FOUND`, `ALREADY_EXISTS`
    /// for the reference, `INVALID_TRANSITION`, `INSUFFICIENT_STOCK`, `VERSION_CONFLICT`.
    async fn update_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order, and what to change.")] input: UpdateOrderInput,
    ) -> Result<Row<UpdateOrderPayload>> {
        to_payload(update::update(ctx.data_unchecked(), input).await)
    }

    /// Removes an order that is PENDING, and gives its stock back, or one that is CANCELLED. Errors:
    /// `INVALID_INPUT` in any other state, `NOT_FOUND`, `VERSION_CONFLICT`.
    async fn delete_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: DeleteOrderInput,
    ) -> Result<Row<DeleteOrderPayload>> {
        to_payload(delete::delete(ctx.data_unchecked(), input).await)
    }

    /// Takes an order from PENDING to PROCESSING, and reserves what an import could not. Errors:
    /// `INVALID_INPUT`, `NOT_FOUND`, `INVALID_TRANSITION`, `INSUFFICIENT_STOCK`, `VERSION_CONFLICT`.
    async fn process_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: ProcessOrderInput,
    ) -> Result<Row<ProcessOrderPayload>> {
        to_payload(
            transition(ctx.data_unchecked(), input.id, input.expected_version, OrderStatus::Processing).await,
        )
    }

    /// Takes an order from PROCESSING to SHIPPED: its units leave the stock, also those that an import
    /// could not reserve. Errors: `INVALID_INPUT`, `NOT_FOUND`, `INVALID_TRANSITION`,
    /// `INSUFFICIENT_STOCK`, `VERSION_CONFLICT`.
    async fn ship_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: ShipOrderInput,
    ) -> Result<Row<ShipOrderPayload>> {
        to_payload(
            transition(ctx.data_unchecked(), input.id, input.expected_version, OrderStatus::Shipped).await,
        )
    }

    /// Takes an order from SHIPPED to DELIVERED. Errors: `INVALID_INPUT`, `NOT_FOUND`,
    /// `INVALID_TRANSITION`, `VERSION_CONFLICT`.
    async fn deliver_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: DeliverOrderInput,
    ) -> Result<Row<DeliverOrderPayload>> {
        to_payload(
            transition(ctx.data_unchecked(), input.id, input.expected_version, OrderStatus::Delivered).await,
        )
    }

    /// Calls an order off before it ships, and gives its stock back. Errors: `INVALID_INPUT`,
    /// `NOT_FOUND`, `INVALID_TRANSITION`, `VERSION_CONFLICT`.
    async fn cancel_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order, and why.")] input: CancelOrderInput,
    ) -> Result<Row<CancelOrderPayload>> {
        to_payload(cancel::cancel(ctx.data_unchecked(), input).await)
    }

    /// Adds a line to an order that is PENDING, or units to its line for the same product at the same
    /// price. Errors: `INVALID_INPUT`, `NOT_FOUND`, `INSUFFICIENT_STOCK`, `VERSION_CONFLICT`.
    async fn add_order_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order, and what to add.")] input: AddOrderItemInput,
    ) -> Result<Row<AddOrderItemPayload>> {
        to_payload(lines::add(ctx.data_unchecked(), input).await)
    }

    /// Sets how many units a line of an order that is PENDING has. Errors: `INVALID_INPUT`,
    /// `NOT_FOUND`, `INSUFFICIENT_STOCK`, `VERSION_CONFLICT`.
    async fn update_order_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which line, and how many units.")] input: UpdateOrderItemInput,
    ) -> Result<Row<UpdateOrderItemPayload>> {
        to_payload(lines::update(ctx.data_unchecked(), input).await)
    }

    /// Removes a line of an order that is PENDING, and gives its stock back. Errors: `INVALID_INPUT`,
    /// also for the last line, `NOT_FOUND`, `VERSION_CONFLICT`.
    async fn remove_order_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which line.")] input: RemoveOrderItemInput,
    ) -> Result<Row<RemoveOrderItemPayload>> {
        to_payload(lines::remove(ctx.data_unchecked(), input).await)
    }
}

payload! {
    /// The outcome of `createOrder`.
    CreateOrderPayload(order: Order) {
        /// The new order; `null` when there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The outcome of `updateOrder`.
    UpdateOrderPayload(order: Order) {
        /// The order as changed; `null` when there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The outcome of `deleteOrder`.
    DeleteOrderPayload(id: OrderId) {
        /// The id of what was removed; `null` when there are errors.
        deleted_id: OrderId = id,
    }
}

payload! {
    /// The result of `processOrder`.
    ProcessOrderPayload(order: Order) {
        /// The order as processed; `null` when there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `shipOrder`.
    ShipOrderPayload(order: Order) {
        /// The order as shipped; `null` when there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `deliverOrder`.
    DeliverOrderPayload(order: Order) {
        /// The order as delivered; `null` when there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The outcome of `cancelOrder`.
    CancelOrderPayload(order: Order) {
        /// The order as cancelled; `null` when there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The outcome of `addOrderItem`.
    AddOrderItemPayload(item: OrderItem, order: Order) {
        /// The line as added, or as added to; `null` when there are errors.
        item: Row<OrderItem> = Row::new(item),
        /// The order with its new total; `null` when there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The outcome of `updateOrderItem`.
    UpdateOrderItemPayload(item: OrderItem, order: Order) {
        /// The line as changed; `null` when there are errors.
        item: Row<OrderItem> = Row::new(item),
        /// The order with its new total; `null` when there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The outcome of `removeOrderItem`.
    RemoveOrderItemPayload(id: OrderItemId, order: Order) {
        /// The id of the line that was removed; `null` when there are errors.
        deleted_id: OrderItemId = id,
        /// The order with its new total; `null` when there are errors.
        order: Row<Order> = Row::new(order),
    }
}
