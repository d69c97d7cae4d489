//! Workflow: set the units on hand and the reorder level.

use crate::db::{self, Session};
use crate::entity::workflow;
use crate::error::{Error, UserError};
use crate::inventory::model::{Inventory, InventoryChanges, InventoryUpdate, UpdateInventoryInput};
use crate::inventory::store;

/// Updates the given fields. Without changes, the version remains unchanged.
pub async fn update(session: &Session, input: UpdateInventoryInput) -> Result<Inventory, Error> {
    let InventoryUpdate { id, expected_version, changes } = input.parse()?;
    session
        .write(move |conn, now| {
            if changes == InventoryChanges::default() {
                return workflow::lock_at_version(conn, id, expected_version, &["id"]);
            }
            if let Some(stock) = store::update(conn, id, expected_version, &changes, now)? {
                return Ok(stock);
            }
            let stock: Inventory = workflow::lock_at_version(conn, id, expected_version, &["id"])?;
            match changes.quantity {
                Some(quantity) if quantity < stock.reserved => {
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
