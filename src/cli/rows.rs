//! The rows that `seed` and `import` insert. All columns are set, so that the statement is the same for all
//! rows and is prepared once. Order items, the most frequent rows, are inserted in batches, because their ids
//! are not needed.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::batch_insert::batch_insert;
use crate::db::schema::{customers, inventory, order_items, orders, products};
use crate::orders::status::OrderStatus;
use crate::types::{CustomerId, Money, OrderId, ProductId, Timestamp};

#[derive(Insertable)]
#[diesel(table_name = customers, treat_none_as_default_value = false)]
pub struct CustomerRow<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub email_key: &'a str,
    pub phone: Option<&'a str>,
    pub address: Option<&'a str>,
    pub notes: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = products, treat_none_as_default_value = false)]
pub struct ProductRow<'a> {
    pub sku: &'a str,
    pub name: &'a str,
    pub description: Option<&'a str>,
    pub price: Money,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = inventory, treat_none_as_default_value = false)]
pub struct InventoryRow {
    pub product_id: ProductId,
    pub quantity: i32,
    pub reserved: i32,
    pub reorder_level: i32,
    pub last_restock_date: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Insertable)]
#[diesel(table_name = orders, treat_none_as_default_value = false)]
pub struct OrderRow<'a> {
    pub reference: Option<&'a str>,
    pub customer_id: CustomerId,
    pub order_date: Timestamp,
    pub status: OrderStatus,
    pub total_amount: Money,
    pub notes: Option<&'a str>,
    pub cancel_reason: Option<&'a str>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

#[derive(Insertable)]
#[diesel(table_name = order_items, treat_none_as_default_value = false)]
pub struct OrderItemRow<'a> {
    pub order_id: OrderId,
    pub product_id: ProductId,
    pub product_name: &'a str,
    pub product_sku: &'a str,
    pub quantity: i32,
    pub quantity_reserved: i32,
    pub unit_price: Money,
    pub subtotal: Money,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i32,
}

impl CustomerRow<'_> {
    pub fn insert(&self, conn: &mut Conn) -> QueryResult<CustomerId> {
        diesel::insert_into(customers::table).values(self).returning(customers::id).get_result(conn)
    }
}

impl ProductRow<'_> {
    pub fn insert(&self, conn: &mut Conn) -> QueryResult<ProductId> {
        diesel::insert_into(products::table).values(self).returning(products::id).get_result(conn)
    }
}

impl InventoryRow {
    pub fn insert(&self, conn: &mut Conn) -> QueryResult<()> {
        diesel::insert_into(inventory::table).values(self).execute(conn).map(|_| ())
    }
}

impl OrderRow<'_> {
    pub fn insert(&self, conn: &mut Conn) -> QueryResult<OrderId> {
        diesel::insert_into(orders::table).values(self).returning(orders::id).get_result(conn)
    }
}

batch_insert!(order_items: OrderItemRow<'_>);
