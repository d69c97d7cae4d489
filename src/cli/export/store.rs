//! SQL statements of exports: pages of rows in the order of their ids. One function, one statement. Opens no
//! transaction.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::keys::in_keys;
use crate::db::schema::{customers, inventory, inventory_adjustments, order_items, orders, products};
use crate::db::table_copy::TABLES;
use crate::orders::status::OrderStatus;
use crate::types::{Money, Timestamp};

/// The maximum number of rows in memory.
const PAGE: i64 = 1_000;

/// A row of `customers`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = customers)]
pub struct ExportedCustomer {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub notes: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

/// A row of `products`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = products)]
pub struct ExportedProduct {
    pub id: i64,
    pub sku: String,
    pub name: String,
    pub description: Option<String>,
    pub price: Money,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

/// A row of `inventory`. The reserved units are those of the order items.
#[derive(Queryable, Selectable)]
#[diesel(table_name = inventory)]
pub struct ExportedInventory {
    pub id: i64,
    pub quantity: i32,
    pub reorder_level: i32,
    pub last_restock_date: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

/// A row of `orders`. The total is that of the order items.
#[derive(Queryable, Selectable)]
#[diesel(table_name = orders)]
pub struct ExportedOrder {
    pub id: i64,
    pub reference: Option<String>,
    pub order_date: Timestamp,
    pub status: OrderStatus,
    pub notes: Option<String>,
    pub cancel_reason: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

/// A row of `order_items`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = order_items)]
pub struct ExportedItem {
    pub id: i64,
    pub order_id: i64,
    pub product_name: String,
    pub product_sku: String,
    pub quantity: i32,
    pub quantity_reserved: i32,
    pub unit_price: Money,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
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

/// Returns the adjustments of these inventories, oldest first: inventory, units, reason and time.
pub fn adjustments(conn: &mut Conn, inventories: &[i64]) -> QueryResult<Vec<(i64, i32, String, Timestamp)>> {
    inventory_adjustments::table
        .filter(in_keys(inventory_adjustments::inventory_id, inventories))
        .order(inventory_adjustments::id)
        .select((
            inventory_adjustments::inventory_id,
            inventory_adjustments::delta,
            inventory_adjustments::reason,
            inventory_adjustments::created_at,
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
