//! The `Order` and `OrderItem` types: their columns and relations. Runs no SQL.

use diesel::prelude::*;

use crate::customers::Customer;
use crate::db::schema::{order_items, orders};
use crate::entity::entity;
use crate::entity::relation::{related, related_list};
use crate::events::OrderEvent;
use crate::graphql::payload_arguments::check_list;
use crate::orders::status::{self, OrderStatus};
use crate::products::Product;
use crate::types::column::{ColumnType, SqlValue};
use crate::types::{CustomerId, Money, OrderId, OrderItemId, ProductId, Timestamp};

entity! {
    /// An order of a customer.
    pub struct Order in orders by OrderId {
        /// The id of the order, such as `ord_9`.
        pub id: OrderId {
            key: "The id of the order, such as `ord_9`.",
        },
        /// The reference assigned by the client. Unique among orders; `null` if none was given.
        pub reference: Option<String> {
            key: "The reference assigned by the client; case-sensitive.",
            filter: "Filters by the reference assigned by the client.",
            sort: "Sort by reference, compared by Unicode code points.",
            sort_after: "returned_amount",
        },
        /// The id of the customer.
        #[graphql(skip)]
        pub customer_id: CustomerId,
        /// The date and time when the order was placed.
        pub order_date: Timestamp {
            filter: "Filters by the date and time when the order was placed.",
            filter_after: "status",
            sort_indexed: "Sort by the date and time when the order was placed.",
        },
        /// The status of the order.
        pub status: OrderStatus {
            filter: "Filters by status.",
            sort: "Sort by status: PENDING, PROCESSING, PARTIALLY_SHIPPED, SHIPPED, DELIVERED, RETURNED, CANCELLED.",
            rank: status::rank(),
        },
        /// The sum of the subtotals of the items. Cancelled units do not count; returned units do.
        pub total_amount: Money {
            filter: "Filters by the total amount.",
            sort_indexed: "Sort by the total amount.",
        },
        /// The amount of the returned units: the sum of `unitPrice` times `quantityReturned` of the items.
        pub returned_amount: Money {
            filter: "Filters by the amount of the returned units.",
            sort: "Sort by the amount of the returned units.",
        },
        /// Notes on the order; `null` if there are none.
        pub notes: Option<String>,
        /// The tracking number of the latest shipment that has one; `null` if none was given.
        pub tracking_number: Option<String> {
            filter: "Filters by the tracking number of the latest shipment.",
        },
        /// The reason the order, or some of its units, were cancelled: the latest one given. `null` if no unit
        /// was cancelled or no reason was given.
        pub cancel_reason: Option<String>,
        /// The reason units were returned: the latest one given. `null` if no unit was returned or no reason was
        /// given.
        pub return_reason: Option<String>,
        /// The date and time when the order was created.
        pub created_at: Timestamp {
            filter: "Filters by the date and time of creation.",
            sort: "Sort by the date and time of creation.",
        },
        /// The date and time when the order was last updated.
        pub updated_at: Timestamp {
            filter: "Filters by the date and time of the last update.",
            sort_indexed: "Sort by the date and time of the last update.",
        },
        /// The version of the order: 1 when created, incremented by every change. Pass it as `expectedVersion`
        /// for optimistic locking.
        pub version: i32,
    }
    computed {
        next_statuses from status: write_next_statuses,
    }
    relations {
        customer by customer_id {
            filter: related::<Customer>("id", "Filters by the customer."),
            sort: ("customer_name", "name", "Sort by the name of the customer, compared by Unicode code points."),
        },
        items by id {
            filter: related_list::<OrderItem>("order_id", "Filters by the items of the order."),
        },
        events by id {
            arguments: check_list::<OrderEvent>,
        },
    }
}

/// Writes the statuses that an order with this status can change to.
fn write_next_statuses(status: SqlValue<'_>, out: &mut Vec<u8>) -> Option<()> {
    let next = OrderStatus::from_sql_value(status)?.next();
    out.push(b'[');
    for (n, status) in next.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        OrderStatus::write_json(status.sql_value(), out)?;
    }
    out.push(b']');
    Some(())
}

entity! {
    /// An item of an order: a quantity of a product, with its name, SKU and price at the time of the order.
    pub struct OrderItem in order_items by OrderItemId {
        /// The id of the order item, such as `itm_3`.
        pub id: OrderItemId {
            key: "The id of the order item, such as `itm_3`.",
        },
        /// The id of the order.
        #[graphql(skip)]
        pub order_id: OrderId,
        /// The id of the product.
        #[graphql(skip)]
        pub product_id: ProductId,
        /// The name of the product at the time of the order.
        pub product_name: String,
        /// The SKU of the product at the time of the order.
        pub product_sku: String,
        /// The number of units ordered: at least 1.
        pub quantity: i32 {
            filter: "Filters by the number of units ordered.",
            sort: "Sort by the number of units ordered.",
        },
        /// The number of units reserved in the inventory for this item: at most `quantityOpen`, and less only if
        /// the stock did not cover an imported order.
        pub quantity_reserved: i32,
        /// The number of units that were cancelled before they shipped.
        pub quantity_cancelled: i32 {
            filter: "Filters by the number of units that were cancelled.",
            sort: "Sort by the number of units that were cancelled.",
        },
        /// The number of units that have shipped, including those that were returned.
        pub quantity_shipped: i32 {
            filter: "Filters by the number of units that have shipped.",
            sort: "Sort by the number of units that have shipped.",
        },
        /// The number of shipped units that were returned.
        pub quantity_returned: i32 {
            filter: "Filters by the number of units that were returned.",
            sort: "Sort by the number of units that were returned.",
        },
        /// The price of one unit at the time of the order.
        pub unit_price: Money {
            filter: "Filters by the price of one unit at the time of the order.",
            sort: "Sort by the price of one unit at the time of the order.",
        },
        /// The price of the item: `unitPrice` times the units that are not cancelled.
        pub subtotal: Money {
            filter: "Filters by subtotal.",
            sort: "Sort by subtotal.",
        },
        /// The date and time when the order item was created.
        pub created_at: Timestamp {
            sort: "Sort by the date and time of creation.",
        },
        /// The date and time when the order item was last updated.
        pub updated_at: Timestamp {
            sort: "Sort by the date and time of the last update.",
        },
        /// The version of the order item: 1 when created, incremented by every change. Pass it as
        /// `expectedVersion` for optimistic locking.
        pub version: i32,
    }
    differences {
        quantity_open = quantity - quantity_cancelled - quantity_shipped {
            filter: "Filters by the number of units that are neither shipped nor cancelled.",
            filter_after: "quantity_returned",
            sort: "Sort by the number of units that are neither shipped nor cancelled.",
            sort_after: "quantity_returned",
        },
    }
    relations {
        order by order_id {
            filter: related::<Order>("id", "Filters by the order."),
        },
        product by product_id {
            filter: related::<Product>("id", "Filters by the current values of the product."),
        },
    }
}

/// The columns to update: `None` leaves a column unchanged, `Some(None)` sets it to `NULL`.
#[derive(Debug, Clone, Default, PartialEq, AsChangeset)]
#[diesel(table_name = orders)]
pub struct OrderChanges {
    /// The new value of `customer_id`, if it changes.
    pub customer_id: Option<CustomerId>,
    /// The new value of `reference`, if it changes.
    pub reference: Option<Option<String>>,
    /// The new value of `order_date`, if it changes.
    pub order_date: Option<Timestamp>,
    /// The new value of `notes`, if it changes.
    pub notes: Option<Option<String>>,
    /// The new value of `status`, if it changes.
    pub status: Option<OrderStatus>,
    /// The new value of `cancel_reason`, if it changes.
    pub cancel_reason: Option<Option<String>>,
    /// The new value of `total_amount`, if it changes.
    pub total_amount: Option<Money>,
    /// The new value of `returned_amount`, if it changes.
    pub returned_amount: Option<Money>,
    /// The new value of `tracking_number`, if it changes.
    pub tracking_number: Option<String>,
    /// The new value of `return_reason`, if it changes.
    pub return_reason: Option<String>,
}
