//! What every change of an order comes down to: it is there, it is at the version expected, it may
//! go where it is to go, and its stock goes with it.

use crate::db::types::{Id, OrderId, OrderStatus, Timestamp};
use crate::db::{self, Conn};
use crate::error::{Error, UserError, UserErrorKind};
use crate::input;
use crate::orders::model::{Order, OrderChanges};
use crate::orders::{stock, store};

/// The id in an input.
pub(super) fn id(text: &str) -> Result<OrderId, UserError> {
    OrderId::parse(text).map_err(|message| UserError::invalid(&["id"], message))
}

/// The order, if it is there, and at the version expected; locked.
pub(super) fn at_version(
    conn: &mut Conn,
    id: OrderId,
    expected: Option<i32>,
    path: &[&str],
) -> Result<Order, Error> {
    let Some(order) = store::find_locked(conn, id)? else {
        return Err(UserError::not_found(path, "order", id).into());
    };
    input::check_version(expected, order.version)?;
    Ok(order)
}

/// Moves the order to another state, its stock with it.
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
    let order_as_changed = save(conn, order, &OrderChanges { status: Some(to), ..changes }, now)?;
    stock::follow(conn, order, to, path, now)?;
    Ok(order_as_changed)
}

/// Writes the changes to the order as it was read.
pub(super) fn save(
    conn: &mut Conn,
    order: &Order,
    changes: &OrderChanges,
    now: Timestamp,
) -> Result<Order, Error> {
    store::update(conn, order.id, order.version, changes, now)?.ok_or_else(db::overtaken)
}
