//! Calling an order off before it ships. Its stock is given back, once.

use crate::db::Session;
use crate::db::types::OrderStatus;
use crate::error::Error;
use crate::input::{self, Form};
use crate::orders::change;
use crate::orders::model::{CancelOrderInput, Order, OrderChanges};

pub async fn cancel(session: &Session, input: CancelOrderInput) -> Result<Order, Error> {
    let id = change::id(&input.id)?;
    let mut form = Form::default();
    let reason = form.optional("reason", input.reason, |reason| input::text(&reason));
    let reason = form.finish(|| reason)?;
    session
        .write(move |conn, now| {
            let order = change::at_version(conn, id, input.expected_version, &["id"])?;
            let changes = OrderChanges { cancel_reason: Some(reason), ..OrderChanges::default() };
            change::advance(conn, &order, OrderStatus::Cancelled, changes, &["id"], now)
        })
        .await
}
