//! Workflow: delete an order that was not shipped.

use crate::db::Session;
use crate::entity::input::{AtVersion, DeleteInput};
use crate::entity::workflow;
use crate::error::{Error, UserError};
use crate::orders::model::Order;
use crate::orders::status::OrderStatus;
use crate::orders::{stock, store};
use crate::types::OrderId;

/// Deletes a PENDING order and releases its reserved stock, or deletes a CANCELLED order.
pub async fn delete(session: &Session, input: DeleteInput<Order>) -> Result<OrderId, Error> {
    let AtVersion { id, expected_version } = input.parse()?;
    session
        .write(move |conn, now| {
            let order: Order = workflow::lock_at_version(conn, id, expected_version, &["id"])?;
            match order.status {
                OrderStatus::Pending => stock::release_reserved_units(conn, &order, now)?,
                OrderStatus::Cancelled => {}
                status => {
                    let message = format!(
                        "only a PENDING or CANCELLED order can be deleted, but its status is {status}"
                    );
                    return Err(UserError::invalid(&["id"], message).into());
                }
            }
            store::delete(conn, id)?;
            Ok(id)
        })
        .await
}
