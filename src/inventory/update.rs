//! Workflow: set the units on hand and the reorder level.

use crate::db::{self, Session};
use crate::entity::input::{AtVersion, UpdateInput};
use crate::entity::workflow;
use crate::error::{Error, UserError};
use crate::events::movement::StockAfter;
use crate::events::{EventType, append, movement};
use crate::inventory::model::Inventory;
use crate::inventory::store;
use crate::types::column::ColumnValue;

/// Updates the given fields. Without changes, the version remains unchanged.
pub async fn update(session: &Session, input: UpdateInput<Inventory>) -> Result<Inventory, Error> {
    let (AtVersion { id, expected_version }, changes) = input.parse()?;
    session
        .write(move |conn, now| {
            // Locked first, because the movement is the difference to the units before.
            let stock: Inventory = workflow::lock_at_version(conn, id, expected_version, &["id"])?;
            if changes.is_empty() {
                return Ok(stock);
            }
            if let Some(updated) = store::update(conn, id, expected_version, &changes, now)? {
                let after = StockAfter::from(&updated);
                let set = movement::movement(
                    EventType::StockSet,
                    after,
                    updated.quantity - stock.quantity,
                    updated.reserved - stock.reserved,
                );
                let mut events = Vec::new();
                movement::add_with(&mut events, set, after, StockAfter::from(&stock).is_low());
                append::append(conn, &events, now)?;
                return Ok(updated);
            }
            match changes.find("quantity") {
                Some(ColumnValue::Integer(quantity)) if *quantity < stock.reserved.into() => {
                    let reserved = stock.reserved;
                    let message = format!(
                        "`quantity` must be at least {reserved}, the units reserved for open orders, \
                         but was {quantity}"
                    );
                    Err(UserError::invalid(&["quantity"], message).into())
                }
                // A concurrent transaction changed the row in between; the transaction runs again.
                _ => Err(db::serialization_failure()),
            }
        })
        .await
}
