//! GraphQL mutations of orders and order items. Resolvers only call a workflow and wrap its result.

use async_graphql::{Context, Object, Result};

use crate::entity::input::DeleteInput;
use crate::graphql::executor::Row;
use crate::graphql::payload::{payload, to_payload};
use crate::orders::inputs::{
    AddOrderItemInput, CancelOrderInput, CreateOrderInput, DeliverOrderInput, ProcessOrderInput,
    RemoveOrderItemInput, ReturnOrderInput, ShipOrderInput, UpdateOrderInput, UpdateOrderItemInput,
};
use crate::orders::model::{Order, OrderItem};
use crate::orders::status::OrderStatus;
use crate::orders::transition::transition;
use crate::orders::{cancel, delete, lines, place, returns, ship, update};
use crate::types::{OrderId, OrderItemId};

/// Mutations of this module, merged into the root type.
#[derive(Default)]
pub struct OrderMutation;

#[Object]
impl OrderMutation {
    /// Places an order at current prices and reserves its stock, in one transaction. Errors:
    /// `INVALID_INPUT`, `NOT_FOUND` for the customer or a product, `ALREADY_EXISTS` for the reference,
    /// `INSUFFICIENT_STOCK` with all products that are short.
    async fn create_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order to place.")] input: CreateOrderInput,
    ) -> Result<Row<CreateOrderPayload>> {
        to_payload(place::place(ctx.data_unchecked(), input).await)
    }

    /// Updates the given fields of an order. Errors: `INVALID_INPUT`, `NOT_FOUND` for the order or the
    /// customer, `ALREADY_EXISTS` for the reference, `INVALID_TRANSITION`, `INSUFFICIENT_STOCK`,
    /// `VERSION_CONFLICT`.
    async fn update_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order to update and the fields to change.")] input: UpdateOrderInput,
    ) -> Result<Row<UpdateOrderPayload>> {
        to_payload(update::update(ctx.data_unchecked(), input).await)
    }

    /// Deletes a PENDING order and releases its reserved stock, or deletes a CANCELLED order. Errors:
    /// `INVALID_INPUT`, also in any other status; `NOT_FOUND`, `VERSION_CONFLICT`.
    async fn delete_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order to delete.")] input: DeleteInput<Order>,
    ) -> Result<Row<DeleteOrderPayload>> {
        to_payload(delete::delete(ctx.data_unchecked(), input).await)
    }

    /// Changes the status of an order from PENDING to PROCESSING and reserves the units that an import could
    /// not reserve. Errors: `INVALID_INPUT`, `NOT_FOUND`, `INVALID_TRANSITION`, `INSUFFICIENT_STOCK`,
    /// `VERSION_CONFLICT`.
    async fn process_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order to process.")] input: ProcessOrderInput,
    ) -> Result<Row<ProcessOrderPayload>> {
        to_payload(
            transition(ctx.data_unchecked(), input.id, input.expected_version, OrderStatus::Processing).await,
        )
    }

    /// Ships units of a PROCESSING or PARTIALLY_SHIPPED order and removes them from the inventory, including
    /// units that an import could not reserve. The order becomes SHIPPED, or PARTIALLY_SHIPPED if units are
    /// still open. Errors: `INVALID_INPUT`, also for more units than are open; `NOT_FOUND` for the order or
    /// an item, `INVALID_TRANSITION`, `INSUFFICIENT_STOCK`, `VERSION_CONFLICT`.
    async fn ship_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order, and the units to ship.")] input: ShipOrderInput,
    ) -> Result<Row<ShipOrderPayload>> {
        to_payload(ship::ship(ctx.data_unchecked(), input).await)
    }

    /// Changes the status of an order from SHIPPED to DELIVERED. Errors: `INVALID_INPUT`, `NOT_FOUND`,
    /// `INVALID_TRANSITION`, `VERSION_CONFLICT`.
    async fn deliver_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order to mark as delivered.")] input: DeliverOrderInput,
    ) -> Result<Row<DeliverOrderPayload>> {
        to_payload(
            transition(ctx.data_unchecked(), input.id, input.expected_version, OrderStatus::Delivered).await,
        )
    }

    /// Cancels open units of a PENDING, PROCESSING or PARTIALLY_SHIPPED order and releases their reserved
    /// stock. An order whose units are all cancelled becomes CANCELLED; one with shipped units and without
    /// open ones becomes SHIPPED, or RETURNED if all of them were returned. Errors: `INVALID_INPUT`, also for
    /// more units than are open; `NOT_FOUND` for the order or an item, `INVALID_TRANSITION`,
    /// `VERSION_CONFLICT`.
    async fn cancel_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order, the units to cancel, and the reason.")] input: CancelOrderInput,
    ) -> Result<Row<CancelOrderPayload>> {
        to_payload(cancel::cancel(ctx.data_unchecked(), input).await)
    }

    /// Returns shipped units of a PARTIALLY_SHIPPED, SHIPPED or DELIVERED order, and adds them to the
    /// inventory unless `restock` is `false`. An order without open units whose shipped units are all returned
    /// becomes RETURNED. Errors: `INVALID_INPUT`, also for more units than have shipped and were not
    /// returned, and for units to restock of a product without inventory; `NOT_FOUND` for the order or an
    /// item, `INVALID_TRANSITION`, `VERSION_CONFLICT`.
    async fn return_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order, the units to return, and the reason.")] input: ReturnOrderInput,
    ) -> Result<Row<ReturnOrderPayload>> {
        to_payload(returns::return_units(ctx.data_unchecked(), input).await)
    }

    /// Adds an item to a PENDING order, or units to the item with the same product and price. Errors:
    /// `INVALID_INPUT`, also in any other status; `NOT_FOUND` for the order or the product,
    /// `INSUFFICIENT_STOCK`, `VERSION_CONFLICT`.
    async fn add_order_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order, and the product and quantity to add.")] input: AddOrderItemInput,
    ) -> Result<Row<AddOrderItemPayload>> {
        to_payload(lines::add(ctx.data_unchecked(), input).await)
    }

    /// Sets the quantity of an item of a PENDING order. Errors: `INVALID_INPUT`, also in any other status and
    /// for a quantity that does not exceed the cancelled units; `NOT_FOUND`, `INSUFFICIENT_STOCK`,
    /// `VERSION_CONFLICT`.
    async fn update_order_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order item to update and its new quantity.")] input: UpdateOrderItemInput,
    ) -> Result<Row<UpdateOrderItemPayload>> {
        to_payload(lines::update(ctx.data_unchecked(), input).await)
    }

    /// Removes an item from a PENDING order and releases its reserved stock. Errors: `INVALID_INPUT`, also
    /// for the last item with open units and in any other status; `NOT_FOUND`, `VERSION_CONFLICT`.
    async fn remove_order_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order item to remove.")] input: RemoveOrderItemInput,
    ) -> Result<Row<RemoveOrderItemPayload>> {
        to_payload(lines::remove(ctx.data_unchecked(), input).await)
    }
}

payload! {
    /// The result of `createOrder`.
    CreateOrderPayload(order: Order) {
        /// The created order; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `updateOrder`.
    UpdateOrderPayload(order: Order) {
        /// The updated order; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `deleteOrder`.
    DeleteOrderPayload(id: OrderId) {
        /// The id of the deleted order; `null` if there are errors.
        deleted_id: OrderId = id,
    }
}

payload! {
    /// The result of `processOrder`.
    ProcessOrderPayload(order: Order) {
        /// The order with its new status; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `shipOrder`.
    ShipOrderPayload(order: Order) {
        /// The order with its new status; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `deliverOrder`.
    DeliverOrderPayload(order: Order) {
        /// The order with its new status; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `cancelOrder`.
    CancelOrderPayload(order: Order) {
        /// The order after the cancellation; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `returnOrder`.
    ReturnOrderPayload(order: Order) {
        /// The order after the return; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `addOrderItem`.
    AddOrderItemPayload(item: OrderItem, order: Order) {
        /// The item that was added or whose quantity was increased; `null` if there are errors.
        item: Row<OrderItem> = Row::new(item),
        /// The order with its new total; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `updateOrderItem`.
    UpdateOrderItemPayload(item: OrderItem, order: Order) {
        /// The updated item; `null` if there are errors.
        item: Row<OrderItem> = Row::new(item),
        /// The order with its new total; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}

payload! {
    /// The result of `removeOrderItem`.
    RemoveOrderItemPayload(id: OrderItemId, order: Order) {
        /// The id of the removed item; `null` if there are errors.
        deleted_id: OrderItemId = id,
        /// The order with its new total; `null` if there are errors.
        order: Row<Order> = Row::new(order),
    }
}
