//! Workflow: cancel an order before it ships.

use crate::db::Session;
use crate::entity::workflow;
use crate::error::Error;
use crate::input::{self, Form};
use crate::orders::change;
use crate::orders::model::{CancelOrderInput, Order, OrderChanges};
use crate::orders::status::OrderStatus;
use crate::types::{Id, OrderId};

/// Cancels an order and releases its reserved stock.
pub async fn cancel(session: &Session, input: CancelOrderInput) -> Result<Order, Error> {
    let mut form = Form::default();
    let id = form.check("id", OrderId::parse(&input.id));
    let reason = form.optional_text("reason", input.reason, input::text);
    let (id, reason) = form.finish(|| Some((id?, reason?)))?;
    session
        .write(move |conn, now| {
            let order: Order = workflow::lock_at_version(conn, id, input.expected_version, &["id"])?;
            let changes = OrderChanges { cancel_reason: Some(reason.clone()), ..OrderChanges::default() };
            change::advance(conn, &order, OrderStatus::Cancelled, changes, &["id"], now)
        })
        .await
}
