//! The types of events in the schema: their columns. Runs no SQL.

use async_graphql::SimpleObject;
use diesel::dsl::AssumeNotNull;
use diesel::prelude::*;

use crate::db::schema::events;
use crate::entity::entity;
use crate::events::EventType;
use crate::orders::status::OrderStatus;
use crate::types::column::SqlValue;
use crate::types::{CustomerId, EventId, OrderId, OrderItemId, ProductId, Timestamp};

entity! {
    /// An event in the history of an order.
    pub struct OrderEvent in events by EventId {
        /// The id of the event, such as `evt_5`.
        pub id: EventId,
        /// The type of the event.
        #[graphql(skip)]
        pub kind: EventType {
            named: "type",
            filter: "Filters by type.",
        },
        /// The date and time of the change.
        pub at: Timestamp {
            filter: "Filters by the date and time of the change.",
            sort: "Sort by the date and time of the change.",
        },
        /// The API key or user that made the change; `null` if the request was not authenticated, and for commands.
        pub actor: Option<String>,
        /// The id of the request that made the change, from the header `X-Request-Id`; `null` for commands.
        pub request_id: Option<String>,
        /// The id of the order, which may have been deleted since.
        #[diesel(select_expression = events::order_id.assume_not_null())]
        #[diesel(select_expression_type = AssumeNotNull<events::order_id>)]
        pub order_id: OrderId,
        /// The version of the order after the change; of a deleted order, its last version.
        pub version: i32,
        /// The status of the order before the change; `null` when the order was placed.
        pub from: Option<OrderStatus>,
        /// The status of the order after the change; `null` when the order was deleted.
        pub to: Option<OrderStatus>,
        /// The reason for a cancellation or a return; `null` if none was given.
        pub reason: Option<String>,
        /// The tracking number of the shipment; `null` if none was given.
        pub tracking_number: Option<String>,
        /// The names of the fields that were set, as JSON.
        #[graphql(skip)]
        pub fields: Option<String>,
    }
    computed {
        changed_fields from fields: write_names,
    }
    relations {
        order by order_id,
        items by id,
    }
}

entity! {
    /// A movement in the ledger of the stock: a change of the units on hand, or of the reserved units, of a product. The
    /// movements of a product add up to its stock.
    pub struct StockMovement in events by EventId {
        /// The id of the event, such as `evt_5`.
        pub id: EventId,
        /// The type of the event.
        #[graphql(skip)]
        pub kind: EventType {
            named: "type",
            filter: "Filters by type.",
        },
        /// The date and time of the change.
        pub at: Timestamp {
            filter: "Filters by the date and time of the change.",
            sort: "Sort by the date and time of the change.",
        },
        /// The API key or user that made the change; `null` if the request was not authenticated, and for commands.
        pub actor: Option<String>,
        /// The id of the request that made the change, from the header `X-Request-Id`; `null` for commands.
        pub request_id: Option<String>,
        /// The id of the product, which may have been deleted since.
        #[diesel(select_expression = events::product_id.assume_not_null())]
        #[diesel(select_expression_type = AssumeNotNull<events::product_id>)]
        pub product_id: ProductId {
            filter: "Filters by the id of the product.",
        },
        /// The id of the order that moved the stock.
        #[graphql(skip)]
        pub order_id: Option<OrderId> {
            filter: "Filters by the id of the order that moved the stock.",
        },
        /// The version of the inventory after the change; of a deleted inventory, its last version.
        pub version: i32,
        /// The change of the units on hand.
        #[diesel(select_expression = events::quantity_delta.assume_not_null())]
        #[diesel(select_expression_type = AssumeNotNull<events::quantity_delta>)]
        pub quantity_delta: i32,
        /// The change of the reserved units.
        #[diesel(select_expression = events::reserved_delta.assume_not_null())]
        #[diesel(select_expression_type = AssumeNotNull<events::reserved_delta>)]
        pub reserved_delta: i32,
        /// The number of units on hand after the change.
        #[diesel(select_expression = events::quantity.assume_not_null())]
        #[diesel(select_expression_type = AssumeNotNull<events::quantity>)]
        pub quantity: i32,
        /// The number of reserved units after the change.
        #[diesel(select_expression = events::reserved.assume_not_null())]
        #[diesel(select_expression_type = AssumeNotNull<events::reserved>)]
        pub reserved: i32,
        /// The reason for an adjustment or a receipt; `null` if none was given.
        pub reason: Option<String>,
        /// The reference of an adjustment or a receipt, such as the number of a delivery; `null` if none was given.
        pub reference: Option<String> {
            filter: "Filters by the reference.",
        },
    }
    differences {
        available = quantity - reserved,
    }
    relations {
        product by product_id,
        order by order_id,
    }
}

/// A change of a customer or a product. It has the names of the fields, and no values.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct EntityEvent {
    /// The id of the event, such as `evt_5`.
    pub id: EventId,
    /// The type of the event.
    #[graphql(skip)]
    pub kind: EventType,
    /// The date and time of the change.
    pub at: Timestamp,
    /// The API key or user that made the change; `null` if the request was not authenticated, and for commands.
    pub actor: Option<String>,
    /// The id of the request that made the change, from the header `X-Request-Id`; `null` for commands.
    pub request_id: Option<String>,
    /// The customer or product.
    #[graphql(skip)]
    pub subject: Subject,
    /// The version of the record after the change; of a deleted record, its last version.
    pub version: i32,
    /// The names of the fields that an update set. Empty for other changes.
    pub changed_fields: Vec<String>,
}

/// The record that an [`EntityEvent`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A customer.
    Customer(CustomerId),
    /// A product.
    Product(ProductId),
}

/// Units of an order item in an event.
#[derive(Debug, Clone, SimpleObject)]
pub struct OrderEventItem {
    /// The id of the order item, which may have been removed since.
    pub item_id: OrderItemId,
    /// The id of the product.
    pub product_id: ProductId,
    /// The number of units that were shipped, cancelled or returned, or that were added to the order. When a quantity was
    /// changed or an item removed, the quantity of the item after the change.
    pub quantity: i32,
}

/// The number of units of a product at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, SimpleObject)]
#[graphql(complex)]
pub struct StockLevel {
    /// The number of units on hand.
    pub quantity: i32,
    /// The number of reserved units.
    pub reserved: i32,
}

/// Returns the names in a column of the log.
pub fn names(json: Option<&str>) -> Vec<String> {
    json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

fn write_names(names: SqlValue<'_>, out: &mut Vec<u8>) -> Option<()> {
    match names {
        SqlValue::Null => out.extend_from_slice(b"[]"),
        SqlValue::Text(json) => out.extend_from_slice(json.as_bytes()),
        SqlValue::Integer(_) => return None,
    }
    Some(())
}
