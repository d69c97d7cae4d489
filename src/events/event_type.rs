//! The types of events: their text and their column type.

use std::fmt::{self, Display};

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;

use crate::types::column::{ColumnType, SqlType, SqlValue, write_json_string};

/// The type of an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, async_graphql::Enum, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum EventType {
    /// An order was placed.
    #[default]
    OrderPlaced,
    /// Fields of an order were changed, but not its status.
    OrderUpdated,
    /// An order changed from PENDING to PROCESSING.
    OrderProcessed,
    /// Units of an order were shipped.
    OrderShipped,
    /// An order was delivered.
    OrderDelivered,
    /// Units of an order were cancelled.
    OrderCancelled,
    /// Units of an order were returned.
    OrderReturned,
    /// An order was deleted.
    OrderDeleted,
    /// An item was added to an order.
    OrderItemAdded,
    /// The quantity of an order item was changed, also by adding the same product again.
    OrderItemUpdated,
    /// An item was removed from an order.
    OrderItemRemoved,
    /// An inventory was created, with its units on hand. Also the opening balance of an import, and of the movements
    /// that were pruned.
    StockOpened,
    /// Units were reserved for an order.
    StockReserved,
    /// Reserved units were released.
    StockReleased,
    /// Reserved units left the stock.
    StockShipped,
    /// Units were received by `restockInventory`.
    StockReceived,
    /// Returned units were added to the stock.
    StockReturned,
    /// The units on hand were changed by `adjustInventory`.
    StockAdjusted,
    /// The quantity or the reorder level was set by `updateInventory`.
    StockSet,
    /// An inventory was deleted with its units on hand.
    StockClosed,
    /// The available units fell to or below the reorder level. Both deltas are 0.
    StockLow,
    /// The available units rose above the reorder level, or the check was disabled. Both deltas are 0.
    StockReplenished,
    /// A customer was created.
    CustomerCreated,
    /// A customer was updated.
    CustomerUpdated,
    /// A customer was deleted.
    CustomerDeleted,
    /// A product was created.
    ProductCreated,
    /// A product was updated.
    ProductUpdated,
    /// A product was deleted.
    ProductDeleted,
}

/// The names in the API and in the database, in the order of the declaration. A test fails when one is missing.
const NAMES: [(EventType, &str); 28] = [
    (EventType::OrderPlaced, "ORDER_PLACED"),
    (EventType::OrderUpdated, "ORDER_UPDATED"),
    (EventType::OrderProcessed, "ORDER_PROCESSED"),
    (EventType::OrderShipped, "ORDER_SHIPPED"),
    (EventType::OrderDelivered, "ORDER_DELIVERED"),
    (EventType::OrderCancelled, "ORDER_CANCELLED"),
    (EventType::OrderReturned, "ORDER_RETURNED"),
    (EventType::OrderDeleted, "ORDER_DELETED"),
    (EventType::OrderItemAdded, "ORDER_ITEM_ADDED"),
    (EventType::OrderItemUpdated, "ORDER_ITEM_UPDATED"),
    (EventType::OrderItemRemoved, "ORDER_ITEM_REMOVED"),
    (EventType::StockOpened, "STOCK_OPENED"),
    (EventType::StockReserved, "STOCK_RESERVED"),
    (EventType::StockReleased, "STOCK_RELEASED"),
    (EventType::StockShipped, "STOCK_SHIPPED"),
    (EventType::StockReceived, "STOCK_RECEIVED"),
    (EventType::StockReturned, "STOCK_RETURNED"),
    (EventType::StockAdjusted, "STOCK_ADJUSTED"),
    (EventType::StockSet, "STOCK_SET"),
    (EventType::StockClosed, "STOCK_CLOSED"),
    (EventType::StockLow, "STOCK_LOW"),
    (EventType::StockReplenished, "STOCK_REPLENISHED"),
    (EventType::CustomerCreated, "CUSTOMER_CREATED"),
    (EventType::CustomerUpdated, "CUSTOMER_UPDATED"),
    (EventType::CustomerDeleted, "CUSTOMER_DELETED"),
    (EventType::ProductCreated, "PRODUCT_CREATED"),
    (EventType::ProductUpdated, "PRODUCT_UPDATED"),
    (EventType::ProductDeleted, "PRODUCT_DELETED"),
];

impl EventType {
    /// Returns the name in the API and in the database.
    pub fn as_str(self) -> &'static str {
        NAMES[self as usize].1
    }

    /// Returns the type with this name.
    pub fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

impl Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ColumnType for EventType {
    const SQL_TYPE: SqlType = SqlType::Text;

    fn sql_value(&self) -> SqlValue<'_> {
        SqlValue::Text(self.as_str())
    }

    fn from_sql_value(value: SqlValue<'_>) -> Option<Self> {
        match value {
            SqlValue::Text(name) => Self::parse(name),
            _ => None,
        }
    }

    fn write_json(value: SqlValue<'_>, out: &mut Vec<u8>) -> Option<()> {
        write_json_string(Self::from_sql_value(value)?.as_str(), out);
        Some(())
    }
}

impl<DB: Backend> ToSql<Text, DB> for EventType
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.as_str().to_sql(out)
    }
}

impl<DB: Backend> FromSql<Text, DB> for EventType
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let name = String::from_sql(bytes)?;
        Self::parse(&name).ok_or_else(|| format!("{name:?} is not a type of an event").into())
    }
}

#[test]
fn every_type_has_its_name() {
    use async_graphql::resolver_utils::EnumType;

    let declared: Vec<(EventType, &str)> =
        EventType::items().iter().map(|item| (item.value, item.name)).collect();
    assert_eq!(NAMES.to_vec(), declared);
    assert!(NAMES.iter().all(|(kind, name)| EventType::parse(name) == Some(*kind) && kind.as_str() == *name));
}
