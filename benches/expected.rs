//! The expected responses of both servers, computed with straightforward queries.

use diesel::prelude::*;
use oms::db::Conn;
use oms::db::schema::{customers, order_items, orders, products};
use oms::orders::status::OrderStatus;
use oms::types::{CustomerId, Money, OrderId, OrderItemId, ProductId, Timestamp};
use serde_json::{Value, json};

use crate::Result;
use crate::work::{self, Work};

/// Returns the response to request number `n`. The response of createOrder contains no id of the new order:
/// see [`forget_id`].
pub fn answer(conn: &mut Conn, work: Work, n: u64) -> Result<Value> {
    let data = match work {
        Work::Customer => json!({ "customer": customer(conn, work::customer(n))? }),
        Work::Nested => json!({ "customers": { "nodes": nested(conn)? } }),
        Work::Orders => json!({ "orders": { "nodes": latest(conn)? } }),
        Work::Products => json!({ "products": { "nodes": catalogue(conn)? } }),
        Work::CreateOrder => json!({ "createOrder": { "order": created(conn, n)?, "errors": [] } }),
    };
    Ok(json!({ "data": data }))
}

/// Removes the id of a new order from a response after checking its format.
pub fn forget_id(answer: &mut Value) -> Result<()> {
    let Some(id) = answer.pointer_mut("/data/createOrder/order/id") else { return Ok(()) };
    match id.as_str() {
        Some(text) if text.starts_with("ord_") => {
            *id = Value::Null;
            Ok(())
        }
        _ => Err(format!("{id} is not the id of an order").into()),
    }
}

fn customer(conn: &mut Conn, key: u64) -> Result<Value> {
    let (id, name, email): (CustomerId, String, String) = customers::table
        .find(CustomerId(key.cast_signed()))
        .select((customers::id, customers::name, customers::email))
        .first(conn)?;
    Ok(json!({ "id": id, "name": name, "email": email }))
}

fn nested(conn: &mut Conn) -> Result<Vec<Value>> {
    let keys: Vec<i64> = customers::table.order(customers::id).limit(50).select(customers::id).load(conn)?;
    let with_orders = |key: i64| {
        let mut node = customer(conn, key.cast_unsigned())?;
        node["orders"] = json!({ "nodes": orders_of(conn, key)? });
        Ok(node)
    };
    keys.into_iter().map(with_orders).collect()
}

fn orders_of(conn: &mut Conn, customer: i64) -> Result<Vec<Value>> {
    type Row = (OrderId, Timestamp, OrderStatus, Money);
    let rows: Vec<Row> = orders::table
        .filter(orders::customer_id.eq(customer))
        .order(orders::id)
        .limit(10)
        .select((orders::id, orders::order_date, orders::status, orders::total_amount))
        .load(conn)?;
    let with_items = |(id, date, status, total): Row| {
        let items = items_of(conn, id)?;
        Ok(json!({
            "id": id, "orderDate": date, "status": status.as_str(), "totalAmount": total,
            "items": { "nodes": items },
        }))
    };
    rows.into_iter().map(with_items).collect()
}

fn items_of(conn: &mut Conn, order: OrderId) -> Result<Vec<Value>> {
    type Row = ((OrderItemId, i32, Money, Money), (ProductId, String, String, Money));
    let rows: Vec<Row> = order_items::table
        .inner_join(products::table)
        .filter(order_items::order_id.eq(order))
        .order(order_items::id)
        .limit(3)
        .select((
            (order_items::id, order_items::quantity, order_items::unit_price, order_items::subtotal),
            (products::id, products::name, products::sku, products::price),
        ))
        .load(conn)?;
    let node = |((id, quantity, unit_price, subtotal), (product, name, sku, price)): Row| {
        json!({
            "id": id, "quantity": quantity, "unitPrice": unit_price, "subtotal": subtotal,
            "product": { "id": product, "name": name, "sku": sku, "price": price },
        })
    };
    Ok(rows.into_iter().map(node).collect())
}

fn latest(conn: &mut Conn) -> Result<Vec<Value>> {
    type Row = (OrderId, Timestamp, OrderStatus, Money, String);
    let rows: Vec<Row> = orders::table
        .inner_join(customers::table)
        .order((orders::order_date.desc(), orders::id.desc()))
        .limit(20)
        .select((orders::id, orders::order_date, orders::status, orders::total_amount, customers::name))
        .load(conn)?;
    let node = |(id, date, status, total, name): Row| {
        json!({
            "id": id, "orderDate": date, "status": status.as_str(), "totalAmount": total,
            "customer": { "name": name },
        })
    };
    Ok(rows.into_iter().map(node).collect())
}

fn catalogue(conn: &mut Conn) -> Result<Vec<Value>> {
    type Row = (ProductId, String, Option<String>, String, Money, Timestamp);
    let rows: Vec<Row> = products::table
        .order(products::id)
        .limit(100)
        .select((
            products::id,
            products::name,
            products::description,
            products::sku,
            products::price,
            products::created_at,
        ))
        .load(conn)?;
    let node = |(id, name, description, sku, price, created): Row| {
        json!({
            "id": id, "name": name, "description": description, "sku": sku, "price": price,
            "createdAt": created,
        })
    };
    Ok(rows.into_iter().map(node).collect())
}

fn created(conn: &mut Conn, n: u64) -> Result<Value> {
    let (customer, lines) = work::lines(n);
    let mut total = 0;
    for (product, quantity) in lines {
        let price: i64 = products::table.find(product.cast_signed()).select(products::price).first(conn)?;
        total += price * quantity.cast_signed();
    }
    Ok(json!({
        "id": null, "status": "PENDING", "totalAmount": Money(total),
        "customer": { "id": CustomerId(customer.cast_signed()) },
    }))
}
