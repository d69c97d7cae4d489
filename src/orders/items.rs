//! SQL for order items. One function, one statement. Opens no transaction; knows nothing of GraphQL.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use crate::db::schema::order_items;
use crate::db::statements::CachePrepared;
use crate::db::write_clock::changed;
use crate::db::write_command::WriteCommand;
use crate::db::{Conn, returning_all};
use crate::orders::model::OrderItem;
use crate::products::Product;
use crate::types::{Money, OrderId, OrderItemId, Timestamp};

/// Returns the order item with this id.
pub fn find(conn: &mut Conn, id: OrderItemId) -> QueryResult<Option<OrderItem>> {
    order_items::table.find(id).select(OrderItem::as_select()).cached().get_result(conn).optional()
}

/// Returns the items of an order, sorted by id.
pub fn by_order(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<OrderItem>> {
    order_items::table
        .filter(order_items::order_id.eq(order))
        .order(order_items::id)
        .select(OrderItem::as_select())
        .cached()
        .load(conn)
}

/// Inserts an item whose units are all reserved.
pub fn insert(
    conn: &mut Conn,
    order: OrderId,
    product: &Product,
    quantity: i32,
    subtotal: Money,
    now: Timestamp,
) -> QueryResult<()> {
    let insert = WriteCommand::new(
        "INSERT INTO order_items (order_id, product_id, product_name, product_sku, quantity, quantity_reserved, \
         unit_price, subtotal, created_at, updated_at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
    );
    let insert = insert.integer(order.0).integer(product.id.0).text(&product.name).text(&product.sku);
    let insert = insert.integer(quantity).integer(quantity).integer(product.price.0).integer(subtotal.0);
    insert.integer(now.0).integer(now.0).run(conn).map(drop)
}

/// Returns the item of the order that was inserted last.
pub fn last_inserted(conn: &mut Conn, order: OrderId) -> QueryResult<OrderItem> {
    order_items::table
        .filter(order_items::order_id.eq(order))
        .order(order_items::id.desc())
        .limit(1)
        .select(OrderItem::as_select())
        .cached()
        .get_result(conn)
}

/// Sets the quantity of an item whose open units are all reserved.
pub fn set_quantity(
    conn: &mut Conn,
    id: OrderItemId,
    quantity: i32,
    subtotal: Money,
    now: Timestamp,
) -> QueryResult<OrderItem> {
    diesel::update(order_items::table.find(id))
        .set((
            order_items::quantity.eq(quantity),
            order_items::quantity_reserved.eq(quantity.into_sql::<Integer>()
                - order_items::quantity_cancelled
                - order_items::quantity_shipped),
            order_items::subtotal.eq(subtotal),
            changed!(order_items, now),
        ))
        .returning(returning_all::<OrderItem>())
        .cached()
        .get_result(conn)
}

/// Marks all open units of the items of the order as reserved. Returns the number of updated rows.
pub fn set_reserved_in_full(conn: &mut Conn, order: OrderId, now: Timestamp) -> QueryResult<usize> {
    let partly_reserved = order_items::quantity_reserved.lt(open());
    diesel::update(order_items::table.filter(order_items::order_id.eq(order)).filter(partly_reserved))
        .set((order_items::quantity_reserved.eq(open()), changed!(order_items, now)))
        .returning(order_items::id)
        .cached()
        .load::<OrderItemId>(conn)
        .map(|rows| rows.len())
}

/// Ships all open units of the items of the order. Returns the number of updated rows.
pub fn ship_open(conn: &mut Conn, order: OrderId, now: Timestamp) -> QueryResult<usize> {
    diesel::update(order_items::table.filter(order_items::order_id.eq(order)).filter(open().gt(0)))
        .set((
            order_items::quantity_shipped.eq(order_items::quantity - order_items::quantity_cancelled),
            order_items::quantity_reserved.eq(0),
            changed!(order_items, now),
        ))
        .returning(order_items::id)
        .cached()
        .load::<OrderItemId>(conn)
        .map(|rows| rows.len())
}

/// Cancels all open units of the items of the order. Returns the number of updated rows.
pub fn cancel_open(conn: &mut Conn, order: OrderId, now: Timestamp) -> QueryResult<usize> {
    diesel::update(order_items::table.filter(order_items::order_id.eq(order)).filter(open().gt(0)))
        .set((
            order_items::quantity_cancelled.eq(order_items::quantity - order_items::quantity_shipped),
            order_items::quantity_reserved.eq(0),
            order_items::subtotal.eq(sql::<BigInt>("unit_price * quantity_shipped")),
            changed!(order_items, now),
        ))
        .returning(order_items::id)
        .cached()
        .load::<OrderItemId>(conn)
        .map(|rows| rows.len())
}

/// Writes the counters and the subtotal of the item. Returns the number of updated rows: 0 if it has another
/// version than `item`.
pub fn set_counters(conn: &mut Conn, item: &OrderItem, now: Timestamp) -> QueryResult<usize> {
    diesel::update(order_items::table.find(item.id).filter(order_items::version.eq(item.version)))
        .set((
            order_items::quantity_reserved.eq(item.quantity_reserved),
            order_items::quantity_cancelled.eq(item.quantity_cancelled),
            order_items::quantity_shipped.eq(item.quantity_shipped),
            order_items::quantity_returned.eq(item.quantity_returned),
            order_items::subtotal.eq(item.subtotal),
            changed!(order_items, now),
        ))
        .returning(order_items::id)
        .cached()
        .load::<OrderItemId>(conn)
        .map(|rows| rows.len())
}

/// The units that are neither shipped nor cancelled.
#[diesel::dsl::auto_type]
fn open() -> _ {
    order_items::quantity - order_items::quantity_cancelled - order_items::quantity_shipped
}

/// Deletes the order item and returns the number of deleted rows.
pub fn delete(conn: &mut Conn, id: OrderItemId) -> QueryResult<usize> {
    diesel::delete(order_items::table.find(id)).execute(conn)
}
