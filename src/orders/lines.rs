//! Workflows: add, update and remove items of a PENDING order. Each adjusts the reserved stock and the total.

use crate::db::{Conn, Session, write};
use crate::entity::workflow;
use crate::error::{Error, UserError, UserErrorKind};
use crate::events::EventType;
use crate::events::append::NewEvent;
use crate::input::{self, Form};
use crate::orders::inputs::{AddOrderItemInput, MAX_ITEMS, RemoveOrderItemInput, UpdateOrderItemInput};
use crate::orders::model::{Order, OrderChanges, OrderItem};
use crate::orders::status::OrderStatus;
use crate::orders::stock::{self, UnitsByProduct};
use crate::orders::{change, items, place, store};
use crate::types::{Id, Money, OrderId, OrderItemId, Timestamp};

/// Adds an item, or increases the quantity of the item with the same product and price.
pub async fn add(session: &Session, input: AddOrderItemInput) -> Result<(OrderItem, Order), Error> {
    let mut form = Form::default();
    let order = form.check("orderId", OrderId::parse(&input.order_id));
    let product = form.key("product", input.product.parse());
    let quantity = form.check("quantity", input::quantity(input.quantity));
    let (order, key, quantity) = form.finish(|| Some((order?, product?, quantity?)))?;
    session
        .write(move |conn, now| {
            let order: Order = workflow::lock_at_version(conn, order, input.expected_version, &["orderId"])?;
            check_pending(&order, &["orderId"])?;
            let Some(product) = write::find_by(conn, &key)? else {
                return Err(key.not_found(&["product"]).into());
            };
            let lines = items::by_order(conn, order.id)?;
            let same = lines.iter().find(|l| l.product_id == product.id && l.unit_price == product.price);
            if let Some(line) = same {
                let sum = line
                    .quantity
                    .checked_add(quantity)
                    .ok_or_else(|| place::too_many_units(&["quantity"]))?;
                return set_quantity(conn, &order, line, sum, now);
            }
            if lines.len() >= MAX_ITEMS {
                let count = lines.len();
                let message = format!(
                    "an order can have at most {MAX_ITEMS} items, but this order has {count}; \
                     create another order for more"
                );
                return Err(UserError::invalid(&["orderId"], message).into());
            }
            let subtotal = product
                .price
                .checked_mul(quantity)
                .ok_or_else(|| place::subtotal_too_large(&["quantity"]))?;
            let subtotals = lines.iter().map(|line| line.subtotal).chain([subtotal]);
            let total = place::total(subtotals, &["quantity"])?;
            let requested = UnitsByProduct::from([(product.id, quantity)]);
            let movements = stock::reserve(conn, &requested, &["quantity"], now)?;
            items::insert(conn, order.id, &product, quantity, subtotal, now)?;
            let line = items::last_inserted(conn, order.id)?;
            let updated = save_total(conn, &order, total, now)?;
            let event = of_item(EventType::OrderItemAdded, &line, quantity);
            change::record(conn, event, &order, &updated, movements, now)?;
            Ok((line, updated))
        })
        .await
}

/// Sets the quantity of an item.
pub async fn update(session: &Session, input: UpdateOrderItemInput) -> Result<(OrderItem, Order), Error> {
    let mut form = Form::default();
    let id = form.check("id", OrderItemId::parse(&input.id));
    let quantity = form.check("quantity", input::quantity(input.quantity));
    let (id, quantity) = form.finish(|| Some((id?, quantity?)))?;
    session
        .write(move |conn, now| {
            let (order, line) = lock_pending_item(conn, id, input.expected_version)?;
            if line.quantity == quantity && line.quantity_reserved == line.open() {
                return Ok((line, order));
            }
            if quantity <= line.quantity_cancelled {
                let message = format!(
                    "must be more than the cancelled units of the item, {}, but was {quantity}; \
                     use `cancelOrder` to cancel units",
                    line.quantity_cancelled
                );
                return Err(UserError::invalid(&["quantity"], message).into());
            }
            set_quantity(conn, &order, &line, quantity, now).map_err(|error| add_reserved_units(error, &line))
        })
        .await
}

/// Removes an item, which must not be the last of its order.
pub async fn remove(session: &Session, input: RemoveOrderItemInput) -> Result<(OrderItemId, Order), Error> {
    let id = OrderItemId::parse(&input.id).map_err(|message| UserError::invalid(&["id"], message))?;
    session
        .write(move |conn, now| {
            let (order, line) = lock_pending_item(conn, id, input.expected_version)?;
            let others_are_open = |lines: Vec<OrderItem>| lines.iter().any(|l| l.id != id && l.open() > 0);
            if !others_are_open(items::by_order(conn, order.id)?) {
                let message = "an order must have at least 1 item with open units, but this is its last; \
                               cancel or delete the order instead";
                return Err(UserError::invalid(&["id"], message).into());
            }
            let mut movements = Vec::new();
            if line.quantity_reserved > 0 {
                let reserved = UnitsByProduct::from([(line.product_id, line.quantity_reserved)]);
                movements = stock::release(conn, &reserved, now)?;
            }
            items::delete(conn, id)?;
            let updated = recompute_total(conn, &order, now)?;
            let event = of_item(EventType::OrderItemRemoved, &line, 0);
            change::record(conn, event, &order, &updated, movements, now)?;
            Ok((id, updated))
        })
        .await
}

fn lock_pending_item(
    conn: &mut Conn,
    id: OrderItemId,
    expected: Option<i32>,
) -> Result<(Order, OrderItem), Error> {
    // The lock on the order protects its items, so it is taken before the item is read.
    let order = store::find_by_item_locked(conn, id)?;
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
    let message = format!(
        "the items of an order can change only while it is PENDING, but its status is {}",
        order.status
    );
    Err(UserError::invalid(path, message))
}

/// Sets the quantity of an item and reserves all its open units, including those that an import could not reserve.
fn set_quantity(
    conn: &mut Conn,
    order: &Order,
    line: &OrderItem,
    quantity: i32,
    now: Timestamp,
) -> Result<(OrderItem, Order), Error> {
    let open = quantity - line.quantity_cancelled;
    let subtotal =
        line.unit_price.checked_mul(open).ok_or_else(|| place::subtotal_too_large(&["quantity"]))?;
    let more = open - line.quantity_reserved;
    let units = UnitsByProduct::from([(line.product_id, more.abs())]);
    let movements = match more {
        0 => Vec::new(),
        1.. => stock::reserve(conn, &units, &["quantity"], now)?,
        _ => stock::release(conn, &units, now)?,
    };
    let line = items::set_quantity(conn, line.id, quantity, subtotal, now)?;
    let updated = recompute_total(conn, order, now)?;
    let event = of_item(EventType::OrderItemUpdated, &line, quantity);
    change::record(conn, event, order, &updated, movements, now)?;
    Ok((line, updated))
}

/// Returns the event of an item that has this quantity after the change.
fn of_item(kind: EventType, line: &OrderItem, quantity: i32) -> NewEvent {
    NewEvent { kind, units: vec![(line.id, line.product_id, quantity)], ..NewEvent::default() }
}

/// Adds the units that the item already reserves to a shortage: the statement asked only for the difference,
/// and the caller asked for the whole quantity.
fn add_reserved_units(mut error: Error, line: &OrderItem) -> Error {
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

fn recompute_total(conn: &mut Conn, order: &Order, now: Timestamp) -> Result<Order, Error> {
    let lines = items::by_order(conn, order.id)?;
    let total = place::total(lines.iter().map(|line| line.subtotal), &["quantity"])?;
    save_total(conn, order, total, now)
}

fn save_total(conn: &mut Conn, order: &Order, total: Money, now: Timestamp) -> Result<Order, Error> {
    change::save(conn, order, &OrderChanges { total_amount: Some(total), ..OrderChanges::default() }, now)
}
