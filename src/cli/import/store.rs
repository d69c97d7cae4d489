//! SQL of an import: look-ups by business key, and stock. One function, one statement. Opens no
//! transaction.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{customers, inventory, orders, products};
use crate::db::types::{CustomerId, OrderId, ProductId};

pub fn customer_by_email(conn: &mut Conn, key: &str) -> QueryResult<Option<CustomerId>> {
    customers::table.filter(customers::email_key.eq(key)).select(customers::id).first(conn).optional()
}

/// A product with its name and the units that can still be promised; none where it has no stock.
pub fn product_by_sku(conn: &mut Conn, sku: &str) -> QueryResult<Option<(ProductId, String, i32)>> {
    let found = products::table
        .left_join(inventory::table)
        .filter(products::sku.eq(sku))
        .select((products::id, products::name, (inventory::quantity, inventory::reserved).nullable()))
        .first::<(ProductId, String, Option<(i32, i32)>)>(conn)
        .optional()?;
    Ok(found.map(|(id, name, stock)| (id, name, stock.map_or(0, |(quantity, reserved)| quantity - reserved))))
}

pub fn order_by_reference(conn: &mut Conn, reference: &str) -> QueryResult<Option<OrderId>> {
    orders::table.filter(orders::reference.eq(reference)).select(orders::id).first(conn).optional()
}
