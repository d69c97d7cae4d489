//! SQL statements that only imports need: lookups by business key. One function, one statement. Opens no
//! transaction.

use diesel::prelude::*;

use crate::cli::import::counters::Counters;
use crate::db::Conn;
use crate::db::schema::{inventory, order_items, orders, products};
use crate::orders::status::OrderStatus;
use crate::products::Product;
use crate::types::{CustomerId, Money, OrderId, ProductId, Timestamp};

/// The inventory of a product in the database.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = inventory)]
pub struct StoredStock {
    /// Units on hand.
    pub quantity: i32,
    /// Reserved units.
    pub reserved: i32,
    /// The number of available units at or below which the product is low on stock.
    pub reorder_level: i32,
    /// The date and time of the last restock. `None` before the first.
    pub last_restock_date: Option<Timestamp>,
}

/// An order in the database.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = orders)]
pub struct StoredOrder {
    /// The id of the customer.
    pub customer_id: CustomerId,
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
}

/// An order item in the database.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = order_items)]
pub struct StoredItem {
    /// The id of the product.
    pub product_id: ProductId,
    /// The name of the product when it was ordered.
    pub product_name: String,
    /// The SKU of the product when it was ordered.
    pub product_sku: String,
    /// The number of units ordered.
    pub quantity: i32,
    /// The number of reserved units.
    pub quantity_reserved: i32,
    /// The price of one unit.
    pub unit_price: Money,
    /// The cancelled, shipped and returned units.
    #[diesel(embed)]
    pub counters: Counters,
}

/// Returns the product, and its stock if it has an inventory.
pub fn product_by_sku(conn: &mut Conn, sku: &str) -> QueryResult<Option<(Product, Option<StoredStock>)>> {
    products::table
        .left_join(inventory::table)
        .filter(products::sku.eq(sku))
        .select((Product::as_select(), Option::<StoredStock>::as_select()))
        .first(conn)
        .optional()
}

/// Returns the SKU of the product with this barcode, or `None` if there is no such product.
pub fn sku_of_barcode(conn: &mut Conn, barcode: &str) -> QueryResult<Option<String>> {
    products::table.filter(products::barcode.eq(barcode)).select(products::sku).first(conn).optional()
}

/// Returns the id of the order with this reference, or `None` if there is no such order.
pub fn order_by_reference(conn: &mut Conn, reference: &str) -> QueryResult<Option<OrderId>> {
    orders::table.filter(orders::reference.eq(reference)).select(orders::id).first(conn).optional()
}

/// Returns the orders of this date and time without a reference, in the order of their ids. They are filtered here,
/// so that the statement uses the index on the date.
pub fn orders_without_reference(
    conn: &mut Conn,
    customer: CustomerId,
    date: Timestamp,
) -> QueryResult<Vec<OrderId>> {
    let rows = orders::table
        .filter(orders::order_date.eq(date))
        .order(orders::id)
        .select((orders::id, orders::customer_id, orders::reference))
        .load::<(OrderId, CustomerId, Option<String>)>(conn)?;
    let is_wanted = |row: &(OrderId, CustomerId, Option<String>)| row.1 == customer && row.2.is_none();
    Ok(rows.into_iter().filter(is_wanted).map(|row| row.0).collect())
}

/// Returns the order with this id, or `None` if there is no such order.
pub fn order(conn: &mut Conn, id: OrderId) -> QueryResult<Option<StoredOrder>> {
    orders::table.find(id).select(StoredOrder::as_select()).first(conn).optional()
}

/// Returns the items of an order, in the order of their ids.
pub fn items_of(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<StoredItem>> {
    order_items::table
        .filter(order_items::order_id.eq(order))
        .order(order_items::id)
        .select(StoredItem::as_select())
        .load(conn)
}
