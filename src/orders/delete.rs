//! Workflow: delete an order that was not shipped.

use crate::db::Session;
use crate::entity::input::{AtVersion, DeleteInput};
use crate::entity::workflow;
use crate::error::{Error, UserError};
use crate::events::append::{self, NewEvent};
use crate::events::{EventType, movement};
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
            let movements = match order.status {
                OrderStatus::Pending => stock::release_reserved_units(conn, &order, now)?,
                OrderStatus::Cancelled => Vec::new(),
                status => {
                    let message = format!(
                        "only a PENDING or CANCELLED order can be deleted, but its status is {status}"
                    );
                    return Err(UserError::invalid(&["id"], message).into());
                }
            };
            store::delete(conn, id)?;
            let event = NewEvent {
                kind: EventType::OrderDeleted,
                customer: Some(order.customer_id),
                version: order.version,
                from: Some(order.status),
                ..NewEvent::default()
            };
            append::append(conn, &movement::of_order(event, id, movements), now)?;
            Ok(id)
        })
        .await
}
