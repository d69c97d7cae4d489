//! Removing an order that never shipped.

use crate::db::Session;
use crate::db::types::{OrderId, OrderStatus};
use crate::error::{Error, UserError};
use crate::orders::model::DeleteOrderInput;
use crate::orders::{change, stock, store};

/// Removes an order that is PENDING, and gives its stock back, or one that is CANCELLED.
pub async fn delete(session: &Session, input: DeleteOrderInput) -> Result<OrderId, Error> {
    let id = change::id(&input.id)?;
    session
        .write(move |conn, now| {
            let order = change::at_version(conn, id, input.expected_version, &["id"])?;
            match order.status {
                OrderStatus::Pending => stock::follow(conn, &order, OrderStatus::Cancelled, &["id"], now)?,
                OrderStatus::Cancelled => {}
                status => {
                    let message =
                        format!("an order that is {status} cannot be deleted; only one that is PENDING or CANCELLED can");
                    return Err(UserError::invalid(&["id"], message).into());
                }
            }
            store::delete(conn, id)?;
            Ok(id)
        })
        .await
}
