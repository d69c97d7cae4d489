//! The rows that `seed` and `import` insert. All columns are set, so that the statement is the same for all
//! rows and is prepared once. Order items, the most frequent rows, are inserted in batches, because their ids
//! are not needed.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::batch_insert::batch_insert;
use crate::db::schema::{customers, inventory, order_items, orders, products};
use crate::orders::status::OrderStatus;
use crate::types::{CustomerId, Money, OrderId, ProductId, Timestamp};

/// A row of the `customers` table.
#[derive(Insertable)]
#[diesel(table_name = customers, treat_none_as_default_value = false)]
pub struct CustomerRow<'a> {
    /// The name of the customer.
    pub name: &'a str,
    /// The e-mail address as entered.
    pub email: &'a str,
    /// The key of the e-mail address, which is unique.
    pub email_key: &'a str,
    /// The phone number. `None` is stored as NULL.
    pub phone: Option<&'a str>,
    /// The postal address. `None` is stored as NULL.
    pub address: Option<&'a str>,
    /// The notes about the customer. `None` is stored as NULL.
    pub notes: Option<&'a str>,
    /// The company. `None` is stored as NULL.
    pub company: Option<&'a str>,
    /// The date and time when the row was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
}

/// A row of the `products` table.
#[derive(Insertable)]
#[diesel(table_name = products, treat_none_as_default_value = false)]
pub struct ProductRow<'a> {
    /// The SKU, which is unique.
    pub sku: &'a str,
    /// The name of the product.
    pub name: &'a str,
    /// The description. `None` is stored as NULL.
    pub description: Option<&'a str>,
    /// The price of one unit.
    pub price: Money,
    /// The barcode, which is unique. `None` is stored as NULL.
    pub barcode: Option<&'a str>,
    /// The date and time when the row was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
}

/// A row of the `inventory` table.
#[derive(Insertable)]
#[diesel(table_name = inventory, treat_none_as_default_value = false)]
pub struct InventoryRow {
    /// The id of the product.
    pub product_id: ProductId,
    /// The number of units on hand.
    pub quantity: i32,
    /// The number of units reserved for open orders.
    pub reserved: i32,
    /// The number of available units at or below which the product is low on stock; 0 disables the check.
    pub reorder_level: i32,
    /// The date and time of the last restock. `None` before the first.
    pub last_restock_date: Option<Timestamp>,
    /// The date and time when the row was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
}

/// A row of the `orders` table.
#[derive(Insertable)]
#[diesel(table_name = orders, treat_none_as_default_value = false)]
pub struct OrderRow<'a> {
    /// The reference, which is unique. `None` is stored as NULL.
    pub reference: Option<&'a str>,
    /// The id of the customer.
    pub customer_id: CustomerId,
    /// The date and time when the order was placed.
    pub order_date: Timestamp,
    /// The status of the order.
    pub status: OrderStatus,
    /// The sum of the subtotals of the items.
    pub total_amount: Money,
    /// The notes about the order. `None` is stored as NULL.
    pub notes: Option<&'a str>,
    /// The reason the order was cancelled. `None` is stored as NULL.
    pub cancel_reason: Option<&'a str>,
    /// The date and time when the row was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
    /// The amount of the returned units.
    pub returned_amount: Money,
    /// The tracking number of the latest shipment. `None` is stored as NULL.
    pub tracking_number: Option<&'a str>,
    /// The reason units were returned. `None` is stored as NULL.
    pub return_reason: Option<&'a str>,
}

/// A row of the `order_items` table.
#[derive(Insertable)]
#[diesel(table_name = order_items, treat_none_as_default_value = false)]
pub struct OrderItemRow<'a> {
    /// The id of the order.
    pub order_id: OrderId,
    /// The id of the product.
    pub product_id: ProductId,
    /// The name of the product when the order was placed.
    pub product_name: &'a str,
    /// The SKU of the product when the order was placed.
    pub product_sku: &'a str,
    /// The number of units ordered.
    pub quantity: i32,
    /// The number of units reserved in the inventory.
    pub quantity_reserved: i32,
    /// The price of one unit when the order was placed.
    pub unit_price: Money,
    /// The units that are not cancelled times the unit price.
    pub subtotal: Money,
    /// The date and time when the row was created.
    pub created_at: Timestamp,
    /// The date and time of the last change.
    pub updated_at: Timestamp,
    /// The version for optimistic locking, from 1.
    pub version: i32,
    /// The number of cancelled units.
    pub quantity_cancelled: i32,
    /// The number of shipped units.
    pub quantity_shipped: i32,
    /// The number of returned units.
    pub quantity_returned: i32,
}

impl CustomerRow<'_> {
    /// Inserts the customer and returns its id. Returns an error if the statement fails.
    pub fn insert(&self, conn: &mut Conn) -> QueryResult<CustomerId> {
        diesel::insert_into(customers::table).values(self).returning(customers::id).get_result(conn)
    }
}

impl ProductRow<'_> {
    /// Inserts the product and returns its id. Returns an error if the statement fails.
    pub fn insert(&self, conn: &mut Conn) -> QueryResult<ProductId> {
        diesel::insert_into(products::table).values(self).returning(products::id).get_result(conn)
    }
}

impl InventoryRow {
    /// Inserts the inventory of a product. Returns an error if the statement fails.
    pub fn insert(&self, conn: &mut Conn) -> QueryResult<()> {
        diesel::insert_into(inventory::table).values(self).execute(conn).map(drop)
    }
}

impl OrderRow<'_> {
    /// Inserts the order and returns its id. Returns an error if the statement fails.
    pub fn insert(&self, conn: &mut Conn) -> QueryResult<OrderId> {
        diesel::insert_into(orders::table).values(self).returning(orders::id).get_result(conn)
    }
}

batch_insert!(order_items: OrderItemRow<'_>);

/// Returns whether the database has no records: no customer, which an order requires, and no product, which an inventory
/// requires.
pub fn is_empty(conn: &mut Conn) -> QueryResult<bool> {
    let customer = customers::table.select(customers::id).first::<CustomerId>(conn).optional()?;
    let product = products::table.select(products::id).first::<ProductId>(conn).optional()?;
    Ok(customer.is_none() && product.is_none())
}
