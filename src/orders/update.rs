//! Workflow: update the fields of an order, including its status.

use crate::db::{Conn, Session, write};
use crate::entity::workflow;
use crate::error::{Error, UserError};
use crate::events::EventType;
use crate::events::append::NewEvent;
use crate::orders::inputs::{OrderUpdate, UpdateOrderInput};
use crate::orders::model::{Order, OrderChanges};
use crate::orders::place::reference_taken;
use crate::orders::status::OrderStatus;
use crate::orders::{change, store, transition};
use crate::types::Timestamp;

/// Updates the given fields. Without changes, the version remains unchanged.
pub async fn update(session: &Session, input: UpdateOrderInput) -> Result<Order, Error> {
    let update = input.parse()?;
    session.write(move |conn, now| apply(conn, update.clone(), now)).await
}

fn apply(conn: &mut Conn, update: OrderUpdate, now: Timestamp) -> Result<Order, Error> {
    let OrderUpdate { id, expected_version, customer, status, mut changes } = update;
    let order: Order = workflow::lock_at_version(conn, id, expected_version, &["id"])?;
    if let Some(Some(reference)) = &changes.reference
        && let Some(owner) = store::find_by_reference(conn, reference)?
        && owner.id != id
    {
        return Err(reference_taken(&owner, reference).into());
    }
    if let Some(key) = customer {
        let Some(customer) = write::find_by(conn, &key)? else {
            return Err(key.not_found(&["customer"]).into());
        };
        if customer.id != order.customer_id {
            if order.status != OrderStatus::Pending {
                let message = format!(
                    "`customer` can change only while the order is PENDING, but its status is {}",
                    order.status
                );
                return Err(UserError::invalid(&["customer"], message).into());
            }
            changes.customer_id = Some(customer.id);
        }
    }
    match status {
        Some(to) if to != order.status => transition::advance(conn, &order, to, changes, &["status"], now),
        _ if changes == OrderChanges::default() => Ok(order),
        _ => {
            let updated = change::save(conn, &order, &changes, now)?;
            let changed_fields = change::changed_fields(&changes);
            let event = NewEvent { kind: EventType::OrderUpdated, changed_fields, ..NewEvent::default() };
            change::record(conn, event, &order, &updated, Vec::new(), now)?;
            Ok(updated)
        }
    }
}
