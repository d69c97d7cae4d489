//! Changing the lines of an order that is PENDING. Stock is reserved and totals are computed anew.

use crate::db::types::{Id, Money, OrderId, OrderItemId, OrderStatus, Timestamp};
use crate::db::{Conn, Session};
use crate::error::{Error, UserError, UserErrorKind};
use crate::input::{self, Form};
use crate::orders::model::{
    AddOrderItemInput, MOST_LINES, Order, OrderChanges, OrderItem, RemoveOrderItemInput, UpdateOrderItemInput,
};
use crate::orders::stock::{self, Units};
use crate::orders::{change, items, place, store};
use crate::products;

/// Adds a line, or adds to the line that has the product at the same price.
pub async fn add(session: &Session, input: AddOrderItemInput) -> Result<(OrderItem, Order), Error> {
    let mut form = Form::default();
    let order = form.check("orderId", OrderId::parse(&input.order_id));
    let product = form.key("product", input.product.parse());
    let quantity = form.check("quantity", input::quantity(input.quantity));
    let (order, key, quantity) = form.finish(|| Some((order?, product?, quantity?)))?;
    session
        .write(move |conn, now| {
            let order = change::at_version(conn, order, input.expected_version, &["orderId"])?;
            check_pending(&order, &["orderId"])?;
            let Some(product) = products::store::find_by(conn, &key)? else {
                return Err(key.not_found(&["product"]).into());
            };
            let lines = items::of_order(conn, order.id)?;
            let same = lines.iter().find(|l| l.product_id == product.id && l.unit_price == product.price);
            if let Some(line) = same {
                let Some(sum) = line.quantity.checked_add(quantity) else { return Err(too_many()) };
                return set_quantity(conn, &order, line, sum, now);
            }
            if lines.len() >= MOST_LINES {
                let message = format!("an order has at most {MOST_LINES} lines");
                return Err(UserError::invalid(&["orderId"], message).into());
            }
            let subtotal = product.price.times(quantity).ok_or_else(too_many)?;
            let subtotals = lines.iter().map(|line| line.subtotal).chain([subtotal]);
            let total = place::total(subtotals, &["quantity"])?;
            stock::reserve(conn, &Units::from([(product.id, quantity)]), &["quantity"], now)?;
            let line = items::insert(conn, order.id, &product, quantity, subtotal, now)?;
            Ok((line, come_to(conn, &order, total, now)?))
        })
        .await
}

/// Sets how many units a line has.
pub async fn update(session: &Session, input: UpdateOrderItemInput) -> Result<(OrderItem, Order), Error> {
    let mut form = Form::default();
    let id = form.check("id", OrderItemId::parse(&input.id));
    let quantity = form.check("quantity", input::quantity(input.quantity));
    let (id, quantity) = form.finish(|| Some((id?, quantity?)))?;
    session
        .write(move |conn, now| {
            let (order, line) = line_of_pending(conn, id, input.expected_version)?;
            if line.quantity == quantity && line.quantity_reserved == quantity {
                return Ok((line, order));
            }
            set_quantity(conn, &order, &line, quantity, now).map_err(|error| of_all_units(error, &line))
        })
        .await
}

/// Removes a line that is not the last.
pub async fn remove(session: &Session, input: RemoveOrderItemInput) -> Result<(OrderItemId, Order), Error> {
    let id = OrderItemId::parse(&input.id).map_err(|message| UserError::invalid(&["id"], message))?;
    session
        .write(move |conn, now| {
            let (order, line) = line_of_pending(conn, id, input.expected_version)?;
            if items::of_order(conn, order.id)?.len() == 1 {
                let message = "an order has at least one line; cancel or delete the order instead";
                return Err(UserError::invalid(&["id"], message).into());
            }
            if line.quantity_reserved > 0 {
                stock::release(conn, &Units::from([(line.product_id, line.quantity_reserved)]), now)?;
            }
            items::delete(conn, id)?;
            Ok((id, total_anew(conn, &order, now)?))
        })
        .await
}

fn line_of_pending(
    conn: &mut Conn,
    id: OrderItemId,
    expected: Option<i32>,
) -> Result<(Order, OrderItem), Error> {
    // The order first: who has it locked, has its lines.
    let order = store::find_of_item_locked(conn, id)?;
    let line = items::find(conn, id)?;
    let (Some(order), Some(line)) = (order, line) else {
        return Err(UserError::not_found(&["id"], "order item", id).into());
    };
    input::check_version(expected, line.version)?;
    check_pending(&order, &["id"])?;
    Ok((order, line))
}

fn check_pending(order: &Order, path: &[&str]) -> Result<(), UserError> {
    if order.status == OrderStatus::Pending {
        return Ok(());
    }
    let message = format!("the order is {}; its lines can change only while it is PENDING", order.status);
    Err(UserError::invalid(path, message))
}

/// Sets the units of a line, all of them reserved, also where an import could not reserve them.
fn set_quantity(
    conn: &mut Conn,
    order: &Order,
    line: &OrderItem,
    quantity: i32,
    now: Timestamp,
) -> Result<(OrderItem, Order), Error> {
    let subtotal = line.unit_price.times(quantity).ok_or_else(too_many)?;
    let more = quantity - line.quantity_reserved;
    let units = Units::from([(line.product_id, more.abs())]);
    if more > 0 {
        stock::reserve(conn, &units, &["quantity"], now)?;
    } else if more < 0 {
        stock::release(conn, &units, now)?;
    }
    let line = items::set_quantity(conn, line.id, quantity, subtotal, now)?;
    Ok((line, total_anew(conn, order, now)?))
}

/// A shortage of what a line is to have in all, where only the rest of it was to be reserved.
fn of_all_units(mut error: Error, line: &OrderItem) -> Error {
    if let Error::User(refusals) = &mut error {
        for refusal in refusals {
            if let UserErrorKind::InsufficientStock { shortages } = &mut refusal.kind {
                for shortage in shortages {
                    shortage.requested += line.quantity_reserved;
                    shortage.available += line.quantity_reserved;
                }
            }
        }
    }
    error
}

fn total_anew(conn: &mut Conn, order: &Order, now: Timestamp) -> Result<Order, Error> {
    let lines = items::of_order(conn, order.id)?;
    let total = place::total(lines.iter().map(|line| line.subtotal), &["quantity"])?;
    come_to(conn, order, total, now)
}

fn come_to(conn: &mut Conn, order: &Order, total: Money, now: Timestamp) -> Result<Order, Error> {
    change::save(conn, order, &OrderChanges { total_amount: Some(total), ..OrderChanges::default() }, now)
}

fn too_many() -> Error {
    UserError::invalid(&["quantity"], "this is more units, or more money, than an order can hold").into()
}
