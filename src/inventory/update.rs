//! Workflow: set the units on hand and the reorder level.

use crate::db::{self, Conn, Session};
use crate::error::{Error, UserError};
use crate::input;
use crate::inventory::model::{Inventory, InventoryChanges, InventoryUpdate, UpdateInventoryInput};
use crate::inventory::store;
use crate::types::InventoryId;

/// Updates the given fields. Without changes, the version remains unchanged.
pub async fn update(session: &Session, input: UpdateInventoryInput) -> Result<Inventory, Error> {
    let InventoryUpdate { id, expected_version, changes } = input.parse()?;
    session
        .write(move |conn, now| {
            if changes == InventoryChanges::default() {
                return lock_at_version(conn, id, expected_version);
            }
            if let Some(stock) = store::update(conn, id, expected_version, &changes, now)? {
                return Ok(stock);
            }
            let stock = lock_at_version(conn, id, expected_version)?;
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

/// Returns and locks the inventory, or `NOT_FOUND` or `VERSION_CONFLICT`.
pub(super) fn lock_at_version(
    conn: &mut Conn,
    id: InventoryId,
    expected: Option<i32>,
) -> Result<Inventory, Error> {
    let Some(stock) = store::find_locked(conn, id)? else {
        return Err(UserError::not_found(&["id"], "inventory", id).into());
    };
    input::check_version(expected, stock.version)?;
    Ok(stock)
}
