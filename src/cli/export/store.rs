//! SQL statements of exports: pages of rows in the order of their ids. One function, one statement. Opens no
//! transaction.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::keys::in_keys;
use crate::db::schema::{customers, events, inventory, order_items, orders, products};
use crate::db::table_copy::TABLES;
use crate::events::EventType;
use crate::orders::status::OrderStatus;
use crate::types::{Money, Timestamp};

/// The maximum number of rows in memory.
const PAGE: i64 = 1_000;

/// A row of `customers`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = customers)]
pub struct ExportedCustomer {
    /// The id of the customer.
    pub id: i64,
    /// The name of the customer.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The phone number. `None` stands for NULL.
    pub phone: Option<String>,
    /// The postal address. `None` stands for NULL.
    pub address: Option<String>,
    /// The notes about the customer. `None` stands for NULL.
    pub notes: Option<String>,
    /// The company. `None` stands for NULL.
    pub company: Option<String>,
    /// The date and time when the customer was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
}

/// A row of `products`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = products)]
pub struct ExportedProduct {
    /// The id of the product.
    pub id: i64,
    /// The SKU.
    pub sku: String,
    /// The name of the product.
    pub name: String,
    /// The description. `None` stands for NULL.
    pub description: Option<String>,
    /// The price of one unit.
    pub price: Money,
    /// The barcode. `None` stands for NULL.
    pub barcode: Option<String>,
    /// The date and time when the product was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
}

/// A row of `inventory`. The reserved units are those of the order items.
#[derive(Queryable, Selectable)]
#[diesel(table_name = inventory)]
pub struct ExportedInventory {
    /// The id of the inventory.
    pub id: i64,
    /// Units on hand.
    pub quantity: i32,
    /// The number of available units at or below which the product is low on stock.
    pub reorder_level: i32,
    /// The date and time of the last restock. `None` before the first.
    pub last_restock_date: Option<Timestamp>,
    /// The date and time when the inventory was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
}

/// A row of `orders`. The total and the returned amount are those of the order items.
#[derive(Queryable, Selectable)]
#[diesel(table_name = orders)]
pub struct ExportedOrder {
    /// The id of the order.
    pub id: i64,
    /// The reference. `None` stands for NULL.
    pub reference: Option<String>,
    /// The date and time when the order was placed.
    pub order_date: Timestamp,
    /// The status of the order.
    pub status: OrderStatus,
    /// The notes about the order. `None` stands for NULL.
    pub notes: Option<String>,
    /// The reason the order, or some of its units, were cancelled. `None` stands for NULL.
    pub cancel_reason: Option<String>,
    /// The tracking number. `None` stands for NULL.
    pub tracking_number: Option<String>,
    /// The reason units were returned. `None` stands for NULL.
    pub return_reason: Option<String>,
    /// The date and time when the order was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
}

/// A row of `order_items`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = order_items)]
pub struct ExportedItem {
    /// The id of the item.
    pub id: i64,
    /// The id of the order.
    pub order_id: i64,
    /// The name of the product when it was ordered.
    pub product_name: String,
    /// The SKU of the product when it was ordered.
    pub product_sku: String,
    /// The number of units ordered.
    pub quantity: i32,
    /// The number of reserved units.
    pub quantity_reserved: i32,
    /// The number of cancelled units.
    pub quantity_cancelled: i32,
    /// The number of shipped units.
    pub quantity_shipped: i32,
    /// The number of returned units.
    pub quantity_returned: i32,
    /// The price of one unit.
    pub unit_price: Money,
    /// The date and time when the item was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
}

/// The position of an item in the order of the export: by order, then by item.
#[derive(Debug, Clone, Copy)]
pub struct ItemPosition {
    /// The id of the order.
    pub order: i64,
    /// The id of the item.
    pub item: i64,
}

impl ItemPosition {
    /// The position before all items.
    pub const START: Self = Self { order: i64::MIN, item: i64::MIN };
}

/// Returns the number of customers, products, orders and order items together.
pub fn count(conn: &mut Conn) -> QueryResult<u64> {
    let mut rows = 0;
    for table in TABLES {
        if ["customers", "products", "orders", "order_items"].contains(&table.name) {
            rows += table.count(conn)?;
        }
    }
    Ok(rows)
}

/// Returns the customers with the next ids.
pub fn customers(conn: &mut Conn, after: i64) -> QueryResult<Vec<ExportedCustomer>> {
    customers::table
        .filter(customers::id.gt(after))
        .order(customers::id)
        .limit(PAGE)
        .select(ExportedCustomer::as_select())
        .load(conn)
}

/// Returns the products with the next ids, each with its inventory if it has one.
pub fn products(
    conn: &mut Conn,
    after: i64,
) -> QueryResult<Vec<(ExportedProduct, Option<ExportedInventory>)>> {
    products::table
        .left_join(inventory::table)
        .filter(products::id.gt(after))
        .order(products::id)
        .limit(PAGE)
        .select((ExportedProduct::as_select(), Option::<ExportedInventory>::as_select()))
        .load(conn)
}

/// Returns the adjustments of these inventories, oldest first: inventory, units, reason and time. The movements of an
/// inventory that was deleted before belong to the same product and are left out.
pub fn adjustments(conn: &mut Conn, inventories: &[i64]) -> QueryResult<Vec<(i64, i32, String, Timestamp)>> {
    let closed = diesel::alias!(events as closed);
    let later_closed = closed
        .filter(closed.field(events::product_id).eq(events::product_id))
        .filter(closed.field(events::quantity).is_not_null())
        .filter(closed.field(events::kind).eq(EventType::StockClosed.as_str()))
        .filter(closed.field(events::id).gt(events::id));
    inventory::table
        .inner_join(events::table.on(events::product_id.eq(inventory::product_id.nullable())))
        .filter(in_keys(inventory::id, inventories))
        .filter(events::quantity.is_not_null().and(events::kind.eq(EventType::StockAdjusted.as_str())))
        .filter(diesel::dsl::not(diesel::dsl::exists(later_closed)))
        .order(events::id)
        .select((
            inventory::id,
            events::quantity_delta.assume_not_null(),
            events::reason.assume_not_null(),
            events::at,
        ))
        .load(conn)
}

/// Returns the orders with the next ids, each with the e-mail address of its customer.
pub fn orders(conn: &mut Conn, after: i64) -> QueryResult<Vec<(ExportedOrder, String)>> {
    orders::table
        .inner_join(customers::table)
        .filter(orders::id.gt(after))
        .order(orders::id)
        .limit(PAGE)
        .select((ExportedOrder::as_select(), customers::email))
        .load(conn)
}

/// Returns the next items of the orders up to `last_order`, each with the current SKU of its product.
pub fn items(
    conn: &mut Conn,
    after: ItemPosition,
    last_order: i64,
) -> QueryResult<Vec<(ExportedItem, String)>> {
    order_items::table
        .inner_join(products::table)
        // The first condition bounds the search in the index on (order_id, id).
        .filter(order_items::order_id.ge(after.order).and(order_items::order_id.le(last_order)))
        .filter(order_items::order_id.gt(after.order).or(order_items::id.gt(after.item)))
        .order((order_items::order_id, order_items::id))
        .limit(PAGE)
        .select((ExportedItem::as_select(), products::sku))
        .load(conn)
}
