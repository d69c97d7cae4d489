//! Steps that the workflows share: load and lock an order, check its version and transition, and save it. Opens
//! no transaction.

use crate::db::{self, Conn};
use crate::error::{Error, UserError, UserErrorKind};
use crate::orders::model::{Order, OrderChanges};
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
