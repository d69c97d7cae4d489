//! SQL statements that only imports need: lookups by business key. One function, one statement. Opens no
//! transaction.

use diesel::prelude::*;

use crate::cli::import::counters::Counters;
use crate::cli::import::differences::StoredLine;
use crate::db::Conn;
use crate::db::schema::{inventory, order_items, orders, products};
use crate::products::Product;
use crate::types::{Money, OrderId, ProductId};

/// Units on hand, and reserved units.
pub type Stock = (i32, i32);

/// Returns the product, and its stock if it has an inventory.
pub fn product_by_sku(conn: &mut Conn, sku: &str) -> QueryResult<Option<(Product, Option<Stock>)>> {
    products::table
        .left_join(inventory::table)
        .filter(products::sku.eq(sku))
        .select((Product::as_select(), (inventory::quantity, inventory::reserved).nullable()))
        .first(conn)
        .optional()
}

/// Returns the id of the order with this reference, or `None` if there is no such order.
pub fn order_by_reference(conn: &mut Conn, reference: &str) -> QueryResult<Option<OrderId>> {
    orders::table.filter(orders::reference.eq(reference)).select(orders::id).first(conn).optional()
}

/// Returns the items of an order, in the order of their ids.
pub fn lines_of(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<StoredLine>> {
    let rows = order_items::table
        .filter(order_items::order_id.eq(order))
        .order(order_items::id)
        .select((
            order_items::product_id,
            order_items::product_sku,
            order_items::quantity,
            order_items::unit_price,
            (order_items::quantity_cancelled, order_items::quantity_shipped, order_items::quantity_returned),
        ))
        .load::<(ProductId, String, i32, Money, (i32, i32, i32))>(conn)?;
    let line = |(product, sku, quantity, unit_price, (cancelled, shipped, returned))| StoredLine {
        product,
        sku,
        quantity,
        unit_price,
        counters: Counters { cancelled, shipped, returned },
    };
    Ok(rows.into_iter().map(line).collect())
}
