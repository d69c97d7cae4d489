//! Steps that the workflows share: load and lock an order, check its version and transition, save it, and
//! move its stock. Opens no transaction.

use crate::db::{self, Conn};
use crate::error::{Error, UserError, UserErrorKind};
use crate::orders::model::{Order, OrderChanges};
use crate::orders::status::OrderStatus;
use crate::orders::{stock, store};
use crate::types::{Id, OrderId, Timestamp};

/// Parses the `id` of an input.
pub(super) fn id(text: &str) -> Result<OrderId, UserError> {
    OrderId::parse(text).map_err(|message| UserError::invalid(&["id"], message))
}

/// Changes the status of the order and moves its stock, or fails with `INVALID_TRANSITION` at `path`.
pub(super) fn advance(
    conn: &mut Conn,
    order: &Order,
    to: OrderStatus,
    changes: OrderChanges,
    path: &[&str],
    now: Timestamp,
) -> Result<Order, Error> {
    if !order.status.next().contains(&to) {
        return Err(UserError::new(path, UserErrorKind::InvalidTransition { from: order.status, to }).into());
    }
    let updated = save(conn, order, &OrderChanges { status: Some(to), ..changes }, now)?;
    stock::apply_transition(conn, order, to, path, now)?;
    Ok(updated)
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
