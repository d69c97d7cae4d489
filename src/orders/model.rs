//! What an order is, and what is accepted as one.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};
use diesel::prelude::*;
use serde::Serialize;

use crate::customers::model::{CustomerBy, CustomerKey};
use crate::db::schema::{order_items, orders};
use crate::db::types::{CustomerId, Id, Money, OrderId, OrderItemId, OrderStatus, ProductId, Timestamp};
use crate::error::UserError;
use crate::graphql::scalars::DateTimeInput;
use crate::input::{self, Form};
use crate::products::model::{ProductBy, ProductKey};

/// The most lines that an order has.
pub const MOST_LINES: usize = 250;

/// What a customer ordered.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize, SimpleObject)]
#[diesel(table_name = orders)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Order {
    /// Its id, such as `ord_9`.
    pub id: OrderId,
    /// The caller's own number for it: no two orders share one. `null` when there is none.
    pub reference: Option<String>,
    #[serde(skip)]
    #[graphql(skip)]
    pub customer_id: CustomerId,
    /// When it was ordered.
    pub order_date: Timestamp,
    /// Where it stands.
    pub status: OrderStatus,
    /// Sum of the subtotals of its lines.
    pub total_amount: Money,
    /// Remarks; `null` when there are none.
    pub notes: Option<String>,
    /// Why it was cancelled; `null` when it was not, or no reason was given.
    pub cancel_reason: Option<String>,
    /// When it was entered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Starts at 1; every change raises it.
    pub version: i32,
}

/// A line of an order: so many units of a product, as it was on that day.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize, SimpleObject)]
#[diesel(table_name = order_items)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct OrderItem {
    /// Its id, such as `itm_3`.
    pub id: OrderItemId,
    #[serde(skip)]
    #[graphql(skip)]
    pub order_id: OrderId,
    #[serde(skip)]
    #[graphql(skip)]
    pub product_id: ProductId,
    /// Name of the product when it was ordered.
    pub product_name: String,
    /// SKU of the product when it was ordered.
    pub product_sku: String,
    /// Units ordered; at least 1.
    pub quantity: i32,
    /// Units that stock holds for this line. 0 once it has shipped or was cancelled.
    pub quantity_reserved: i32,
    /// Price of one unit when it was ordered.
    pub unit_price: Money,
    /// `unitPrice` times `quantity`.
    pub subtotal: Money,
    /// When it was entered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Starts at 1; every change raises it.
    pub version: i32,
}

impl From<&Order> for CustomerId {
    fn from(order: &Order) -> Self {
        order.customer_id
    }
}

impl From<&OrderItem> for OrderId {
    fn from(item: &OrderItem) -> Self {
        item.order_id
    }
}

impl From<&OrderItem> for ProductId {
    fn from(item: &OrderItem) -> Self {
        item.product_id
    }
}

/// A new order.
#[derive(Debug, Clone, InputObject)]
pub struct CreateOrderInput {
    /// Who orders.
    customer: CustomerBy,
    /// What is ordered: 1 to 250 lines. Lines for the same product add up to one.
    items: Vec<OrderLineInput>,
    /// The caller's own number for it, at most 100 characters, trimmed; blank is `null`. No other order may
    /// have it, so that an order that is sent twice is placed once.
    reference: Option<String>,
    /// When it was ordered; now, where nothing is said.
    order_date: Option<DateTimeInput>,
    /// Remarks: at most 10,000 characters, trimmed; blank is `null`.
    notes: Option<String>,
}

/// A line of a new order.
#[derive(Debug, Clone, InputObject)]
pub struct OrderLineInput {
    /// What is ordered.
    product: ProductBy,
    /// How many units; at least 1.
    quantity: i32,
}

/// What a new order is made of.
#[derive(Debug, Clone)]
pub struct NewOrder {
    pub customer: CustomerKey,
    pub lines: Vec<NewLine>,
    pub reference: Option<String>,
    pub order_date: Option<Timestamp>,
    pub notes: Option<String>,
}

/// A line of an order that is to be placed.
#[derive(Debug, Clone)]
pub struct NewLine {
    pub product: ProductKey,
    pub quantity: i32,
}

impl CreateOrderInput {
    pub fn parse(self) -> Result<NewOrder, Vec<UserError>> {
        let mut form = Form::default();
        let customer = form.key("customer", self.customer.parse());
        let count = self.items.len();
        form.check(
            "items",
            match count {
                0 => Err("an order has at least one line".to_owned()),
                1..=MOST_LINES => Ok(()),
                _ => Err(format!("an order has at most {MOST_LINES} lines, and this has {count}")),
            },
        );
        let mut lines = Vec::with_capacity(count);
        for (n, line) in self.items.into_iter().take(MOST_LINES).enumerate() {
            let product = form.key(&format!("items.{n}.product"), line.product.parse());
            let quantity = form.check(&format!("items.{n}.quantity"), input::quantity(line.quantity));
            lines.extend(product.zip(quantity).map(|(product, quantity)| NewLine { product, quantity }));
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

/// A change to an order. Fields that are left out stay as they are.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateOrderInput {
    /// The order.
    id: ID,
    /// Refuse the change when the order is not at this version any more.
    expected_version: Option<i32>,
    /// Who orders. Can change only while the order is PENDING.
    customer: MaybeUndefined<CustomerBy>,
    /// The caller's own number for it, at most 100 characters, trimmed. No other order may have it. `null` or
    /// a blank text clears it.
    reference: MaybeUndefined<String>,
    /// When it was ordered.
    order_date: MaybeUndefined<DateTimeInput>,
    /// Remarks: at most 10,000 characters, trimmed. `null` or a blank text clears them.
    notes: MaybeUndefined<String>,
    /// Where it is to stand. Moves stock as `processOrder`, `shipOrder`, `deliverOrder` and
    /// `cancelOrder` do. The state it is in already changes nothing.
    status: MaybeUndefined<OrderStatus>,
}

/// A change to an order, checked.
#[derive(Debug, Clone)]
pub struct OrderUpdate {
    pub id: OrderId,
    pub expected_version: Option<i32>,
    pub customer: Option<CustomerKey>,
    pub status: Option<OrderStatus>,
    pub changes: OrderChanges,
}

/// `None` leaves a value as it is; `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, AsChangeset)]
#[diesel(table_name = orders)]
pub struct OrderChanges {
    pub customer_id: Option<CustomerId>,
    pub reference: Option<Option<String>>,
    pub order_date: Option<Timestamp>,
    pub notes: Option<Option<String>>,
    pub status: Option<OrderStatus>,
    pub cancel_reason: Option<Option<String>>,
    pub total_amount: Option<Money>,
}

impl UpdateOrderInput {
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

/// The order to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteOrderInput {
    /// The order.
    pub id: ID,
    /// Refuse to delete it when it is not at this version any more.
    pub expected_version: Option<i32>,
}

/// The order to process.
#[derive(Debug, Clone, InputObject)]
pub struct ProcessOrderInput {
    /// The id of the order.
    pub id: ID,
    /// The version that the order must be at; `VERSION_CONFLICT` if it was changed since.
    pub expected_version: Option<i32>,
}

/// The order to ship.
#[derive(Debug, Clone, InputObject)]
pub struct ShipOrderInput {
    /// The id of the order.
    pub id: ID,
    /// The version that the order must be at; `VERSION_CONFLICT` if it was changed since.
    pub expected_version: Option<i32>,
}

/// The order to mark as delivered.
#[derive(Debug, Clone, InputObject)]
pub struct DeliverOrderInput {
    /// The id of the order.
    pub id: ID,
    /// The version that the order must be at; `VERSION_CONFLICT` if it was changed since.
    pub expected_version: Option<i32>,
}

/// The order to cancel.
#[derive(Debug, Clone, InputObject)]
pub struct CancelOrderInput {
    /// The order.
    pub id: ID,
    /// Why: at most 10,000 characters, trimmed; blank is `null`. Kept as `cancelReason`.
    pub reason: Option<String>,
    /// Refuse to cancel when the order is not at this version any more.
    pub expected_version: Option<i32>,
}

/// A line to add to an order.
#[derive(Debug, Clone, InputObject)]
pub struct AddOrderItemInput {
    /// The order. It must be PENDING.
    pub order_id: ID,
    /// What is ordered, at its present price.
    pub product: ProductBy,
    /// How many units; at least 1.
    pub quantity: i32,
    /// Refuse when the order is not at this version any more.
    pub expected_version: Option<i32>,
}

/// A change to a line.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateOrderItemInput {
    /// The line. Its order must be PENDING.
    pub id: ID,
    /// How many units there are to be; at least 1. The price stays.
    pub quantity: i32,
    /// Refuse when the line is not at this version any more.
    pub expected_version: Option<i32>,
}

/// The line to remove.
#[derive(Debug, Clone, InputObject)]
pub struct RemoveOrderItemInput {
    /// The line. Its order must be PENDING, and have another line.
    pub id: ID,
    /// Refuse when the line is not at this version any more.
    pub expected_version: Option<i32>,
}
