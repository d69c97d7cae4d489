//! Workflow: process, ship or deliver an order.

use async_graphql::ID;

use crate::db::Session;
use crate::entity::workflow;
use crate::error::Error;
use crate::orders::change;
use crate::orders::model::{Order, OrderChanges};
use crate::orders::status::OrderStatus;

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
            change::advance(conn, &order, to, OrderChanges::default(), &["id"], now)
        })
        .await
}
