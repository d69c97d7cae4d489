//! The steps of an order's life after it was placed.

use crate::db::Session;
use crate::db::types::OrderStatus;
use crate::error::Error;
use crate::orders::change;
use crate::orders::model::{Order, OrderChanges, OrderStepInput};

/// Takes the order to the next state.
pub async fn step(session: &Session, input: OrderStepInput, to: OrderStatus) -> Result<Order, Error> {
    let id = change::id(&input.id)?;
    session
        .write(move |conn, now| {
            let order = change::at_version(conn, id, input.expected_version, &["id"])?;
            change::advance(conn, &order, to, OrderChanges::default(), &["id"], now)
        })
        .await
}
