//! Workflow: process or deliver an order, and change its status by name.

use async_graphql::ID;

use crate::db::{Conn, Session};
use crate::entity::workflow;
use crate::error::{Error, UserError};
use crate::events::EventType;
use crate::events::append::NewEvent;
use crate::orders::model::{Order, OrderChanges};
use crate::orders::status::OrderStatus;
use crate::orders::{cancel, change, items, ship, stock};
use crate::types::Timestamp;

/// Changes the status of an order and moves its stock, or fails with `INVALID_TRANSITION`.
pub async fn transition(
    session: &Session,
    id: ID,
    expected_version: Option<i32>,
    to: OrderStatus,
) -> Result<Order, Error> {
    let id = change::id(&id)?;
    session
        .write(move |conn, now| {
            let order: Order = workflow::lock_at_version(conn, id, expected_version, &["id"])?;
            advance(conn, &order, to, OrderChanges::default(), &["id"], now)
        })
        .await
}

/// Changes the status of a locked order and moves its stock: ships or cancels everything that is open. Fails with
/// `INVALID_TRANSITION` at `path`, or with `INVALID_INPUT` for a status that depends on the units.
pub(super) fn advance(
    conn: &mut Conn,
    order: &Order,
    to: OrderStatus,
    changes: OrderChanges,
    path: &[&str],
    now: Timestamp,
) -> Result<Order, Error> {
    change::check_transition(order, to, path)?;
    let by_units = |mutation: &str| {
        let message =
            format!("the status {to} depends on the units of the items; use `{mutation}` with `items`");
        Err(UserError::invalid(path, message).into())
    };
    match to {
        OrderStatus::Shipped => ship::ship_units(conn, order, None, changes, path, now),
        OrderStatus::Cancelled => cancel::cancel_units(conn, order, None, changes, now),
        OrderStatus::PartiallyShipped => by_units("shipOrder"),
        OrderStatus::Returned => by_units("returnOrder"),
        OrderStatus::Pending | OrderStatus::Processing | OrderStatus::Delivered => {
            let changed_fields = change::changed_fields(&changes);
            let updated = change::save(conn, order, &OrderChanges { status: Some(to), ..changes }, now)?;
            let (mut kind, mut movements) = (EventType::OrderDelivered, Vec::new());
            if to == OrderStatus::Processing {
                kind = EventType::OrderProcessed;
                movements = stock::reserve_open_units(conn, order, path, now)?;
                items::set_reserved_in_full(conn, order.id, now)?;
            }
            let event = NewEvent { kind, changed_fields, ..NewEvent::default() };
            change::record(conn, event, order, &updated, movements, now)?;
            Ok(updated)
        }
    }
}
