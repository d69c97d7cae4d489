//! Steps that the workflows share: load and lock an order, check its version and transition, and save it. Opens
//! no transaction.

use crate::db::{self, Conn};
use crate::error::{Error, UserError, UserErrorKind};
use crate::events::append::{self, NewEvent};
use crate::events::{EventType, movement};
use crate::orders::model::{Order, OrderChanges, OrderItem};
use crate::orders::status::OrderStatus;
use crate::orders::store;
use crate::types::{Id, OrderId, Timestamp};

/// Parses the `id` of an input.
pub(super) fn id(text: &str) -> Result<OrderId, UserError> {
    OrderId::parse(text).map_err(|message| UserError::invalid(&["id"], message))
}

/// Fails with `INVALID_TRANSITION` at `path` if the order cannot change to this status.
pub(super) fn check_transition(order: &Order, to: OrderStatus, path: &[&str]) -> Result<(), UserError> {
    if order.status.next().contains(&to) {
        return Ok(());
    }
    Err(UserError::new(path, UserErrorKind::InvalidTransition { from: order.status, to }))
}

/// Updates the order, which must still have the version it was read at.
pub(super) fn save(
    conn: &mut Conn,
    order: &Order,
    changes: &OrderChanges,
    now: Timestamp,
) -> Result<Order, Error> {
    store::update(conn, order.id, order.version, changes, now)?.ok_or_else(db::serialization_failure)
}

/// Appends the event of a change from `before` to `after`, with the details of `event`, and the movements of stock.
pub(super) fn record(
    conn: &mut Conn,
    event: NewEvent,
    before: &Order,
    after: &Order,
    movements: Vec<NewEvent>,
    now: Timestamp,
) -> Result<(), Error> {
    let event = NewEvent { from: Some(before.status), ..NewEvent { to: Some(after.status), ..event } };
    let event = NewEvent { customer: Some(after.customer_id), version: after.version, ..event };
    Ok(append::append(conn, &movement::of_order(event, after.id, movements), now)?)
}

/// Returns the event of a change of units: `units` has a number for each of the items.
pub(super) fn of_units(kind: EventType, lines: &[OrderItem], units: &[i32]) -> NewEvent {
    let changed = lines.iter().zip(units).filter(|(_, units)| **units > 0);
    let units = changed.map(|(line, units)| (line.id, line.product_id, *units)).collect();
    NewEvent { kind, units, ..NewEvent::default() }
}

/// Returns the names of the fields that `changes` sets, other than those that the type of the event implies.
pub(super) fn changed_fields(changes: &OrderChanges) -> Vec<String> {
    let fields = [
        ("customer", changes.customer_id.is_some()),
        ("reference", changes.reference.is_some()),
        ("orderDate", changes.order_date.is_some()),
        ("notes", changes.notes.is_some()),
    ];
    fields.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name.to_owned()).collect()
}
