//! The inputs of the mutations of orders and order items. Parses and validates; runs no SQL.

use async_graphql::{ID, InputObject, MaybeUndefined};

use crate::customers::Customer;
use crate::entity::key::{KeyInput, UniqueKey};
use crate::error::UserError;
use crate::graphql::scalars::DateTimeInput;
use crate::input::{self, Form};
use crate::orders::fulfilment::OrderItemQuantity;
use crate::orders::model::OrderChanges;
use crate::orders::status::OrderStatus;
use crate::products::Product;
use crate::types::{Id, OrderId, Timestamp};

/// The maximum number of items of an order.
pub const MAX_ITEMS: usize = 250;

/// The input of `createOrder`.
#[derive(Debug, Clone, InputObject)]
pub struct CreateOrderInput {
    /// The customer who places the order.
    customer: KeyInput<Customer>,
    /// The products to order: 1 to 250 lines. Lines for the same product are merged.
    items: Vec<OrderLineInput>,
    /// A reference assigned by the client: at most 100 characters after trimming. Blank is stored as `null`.
    /// Must be unique among orders, so that a repeated request does not place the order twice.
    reference: Option<String>,
    /// The date and time when the order was placed. Defaults to the current time.
    order_date: Option<DateTimeInput>,
    /// Notes: at most 10,000 characters after trimming. Blank is stored as `null`.
    notes: Option<String>,
}

/// A line of `CreateOrderInput`.
#[derive(Debug, Clone, InputObject)]
pub struct OrderLineInput {
    /// The product to order.
    product: KeyInput<Product>,
    /// The number of units: at least 1.
    quantity: i32,
}

/// The validated input of `createOrder`.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// The key of the customer.
    pub customer: UniqueKey<Customer>,
    /// The lines in the order of the input.
    pub lines: Vec<NewOrderLine>,
    /// The reference, if given.
    pub reference: Option<String>,
    /// The time when the order was placed; the current time if `None`.
    pub order_date: Option<Timestamp>,
    /// The notes, if given.
    pub notes: Option<String>,
}

/// A line of [`NewOrder`].
#[derive(Debug, Clone)]
pub struct NewOrderLine {
    /// The key of the product.
    pub product: UniqueKey<Product>,
    /// The number of units.
    pub quantity: i32,
}

impl CreateOrderInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<NewOrder, Vec<UserError>> {
        let mut form = Form::default();
        let customer = form.key("customer", self.customer.parse());
        let count = self.items.len();
        form.check(
            "items",
            match count {
                0 => Err("an order must have at least 1 item, but `items` is empty".to_owned()),
                1..=MAX_ITEMS => Ok(()),
                _ => Err(format!(
                    "an order can have at most {MAX_ITEMS} items, but `items` has {count}; \
                     split it into several orders"
                )),
            },
        );
        let mut lines = Vec::with_capacity(count);
        for (n, line) in self.items.into_iter().take(MAX_ITEMS).enumerate() {
            let product = form.key(&format!("items.{n}.product"), line.product.parse());
            let quantity = form.check(&format!("items.{n}.quantity"), input::quantity(line.quantity));
            lines.extend(product.zip(quantity).map(|(product, quantity)| NewOrderLine { product, quantity }));
        }
        let reference = form.optional_text("reference", self.reference, input::code);
        let order_date = form.optional("orderDate", self.order_date, |date| date.check());
        let notes = form.optional_text("notes", self.notes, input::text);
        form.finish(|| {
            Some(NewOrder {
                customer: customer?,
                lines,
                reference: reference?,
                order_date: order_date?,
                notes: notes?,
            })
        })
    }
}

/// The input of `updateOrder`. Omitted fields remain unchanged.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateOrderInput {
    /// The id of the order.
    id: ID,
    /// The expected `version` of the order. Fails with `VERSION_CONFLICT` if it has changed since.
    expected_version: Option<i32>,
    /// The customer who places the order. Can change only while the order is PENDING.
    customer: MaybeUndefined<KeyInput<Customer>>,
    /// A reference assigned by the client: at most 100 characters after trimming. Must be unique among
    /// orders. `null` or blank clears it.
    reference: MaybeUndefined<String>,
    /// The date and time when the order was placed.
    order_date: MaybeUndefined<DateTimeInput>,
    /// Notes: at most 10,000 characters after trimming. `null` or blank clears them.
    notes: MaybeUndefined<String>,
    /// The new status. Has the same effect as `processOrder`, `deliverOrder`, and `shipOrder` or `cancelOrder`
    /// of everything that is open. The current status has no effect. `PARTIALLY_SHIPPED` and `RETURNED` are
    /// refused: use `shipOrder` or `returnOrder` with `items`.
    status: MaybeUndefined<OrderStatus>,
}

/// The validated input of `updateOrder`.
#[derive(Debug, Clone)]
pub struct OrderUpdate {
    /// The id of the order.
    pub id: OrderId,
    /// The version that the row must have, if given.
    pub expected_version: Option<i32>,
    /// The key of the new customer, if given.
    pub customer: Option<UniqueKey<Customer>>,
    /// The new status, if given.
    pub status: Option<OrderStatus>,
    /// The columns to update.
    pub changes: OrderChanges,
}

impl UpdateOrderInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<OrderUpdate, Vec<UserError>> {
        let mut form = Form::default();
        let id = form.check("id", OrderId::parse(&self.id));
        let customer = match form.change("customer", self.customer, Ok) {
            Some(Some(customer)) => form.key("customer", customer.parse()).map(Some),
            Some(None) => Some(None),
            None => None,
        };
        let reference = form.clearable_text("reference", self.reference, input::code);
        let order_date = form.change("orderDate", self.order_date, |date| date.check());
        let notes = form.clearable_text("notes", self.notes, input::text);
        let status = form.change("status", self.status, Ok);
        form.finish(|| {
            let changes = OrderChanges {
                reference: reference?,
                order_date: order_date?,
                notes: notes?,
                ..OrderChanges::default()
            };
            Some(OrderUpdate {
                id: id?,
                expected_version: self.expected_version,
                customer: customer?,
                status: status?,
                changes,
            })
        })
    }
}

/// The input of `processOrder`.
#[derive(Debug, Clone, InputObject)]
pub struct ProcessOrderInput {
    /// The id of the order.
    pub id: ID,
    /// The expected `version` of the order. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}

/// The input of `shipOrder`.
#[derive(Debug, Clone, InputObject)]
pub struct ShipOrderInput {
    /// The id of the order.
    pub id: ID,
    /// The units to ship: 1 to 250 entries. Entries for the same item are added up. Omit it to ship
    /// everything that is open.
    pub items: Option<Vec<OrderItemQuantity>>,
    /// The tracking number of the shipment: at most 100 characters after trimming. Blank counts as omitted.
    pub tracking_number: Option<String>,
    /// The expected `version` of the order. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}

/// The input of `deliverOrder`.
#[derive(Debug, Clone, InputObject)]
pub struct DeliverOrderInput {
    /// The id of the order.
    pub id: ID,
    /// The expected `version` of the order. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}

/// The input of `cancelOrder`.
#[derive(Debug, Clone, InputObject)]
pub struct CancelOrderInput {
    /// The id of the order.
    pub id: ID,
    /// The units to cancel: 1 to 250 entries. Entries for the same item are added up. Omit it to cancel
    /// everything that is open.
    pub items: Option<Vec<OrderItemQuantity>>,
    /// The reason, stored as `cancelReason`: at most 10,000 characters after trimming. Blank counts as
    /// omitted.
    pub reason: Option<String>,
    /// The expected `version` of the order. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}

/// The input of `returnOrder`.
#[derive(Debug, Clone, InputObject)]
pub struct ReturnOrderInput {
    /// The id of the order.
    pub id: ID,
    /// The units to return: 1 to 250 entries. Entries for the same item are added up.
    pub items: Vec<OrderItemQuantity>,
    /// Whether to add the returned units to the inventory. Pass `false` for damaged or lost units.
    #[graphql(default = true)]
    pub restock: bool,
    /// The reason, stored as `returnReason`: at most 10,000 characters after trimming. Blank counts as
    /// omitted.
    pub reason: Option<String>,
    /// The expected `version` of the order. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}

/// The input of `addOrderItem`.
#[derive(Debug, Clone, InputObject)]
pub struct AddOrderItemInput {
    /// The id of the order, which must be PENDING.
    pub order_id: ID,
    /// The product to add, at its current price.
    pub product: KeyInput<Product>,
    /// The number of units: at least 1.
    pub quantity: i32,
    /// The expected `version` of the order. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}

/// The input of `updateOrderItem`.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateOrderItemInput {
    /// The id of the order item. The order must be PENDING.
    pub id: ID,
    /// The new number of units: at least 1, and more than the cancelled units of the item. The unit price
    /// remains unchanged.
    pub quantity: i32,
    /// The expected `version` of the order item. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}

/// The input of `removeOrderItem`.
#[derive(Debug, Clone, InputObject)]
pub struct RemoveOrderItemInput {
    /// The id of the order item. The order must be PENDING and have at least one other item with open units.
    pub id: ID,
    /// The expected `version` of the order item. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}
