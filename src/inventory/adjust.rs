//! Workflow: change the units on hand by a difference.

use crate::db::Session;
use crate::error::{Error, UserError};
use crate::inventory::model::{AdjustInventoryInput, Inventory, InventoryAdjustment};
use crate::inventory::restock::quantity_overflow;
use crate::inventory::store;

/// Adds or removes units and records the reason. Reserved units cannot be removed.
pub async fn adjust(
    session: &Session,
    input: AdjustInventoryInput,
) -> Result<(Inventory, InventoryAdjustment), Error> {
    let (key, new) = input.parse()?;
    session
        .write(move |conn, now| {
            if let Some(stock) = store::adjust(conn, &key, new.delta, now)? {
                let adjustment = store::insert_adjustment(conn, stock.id, &new, now)?;
                return Ok((stock, adjustment));
            }
            let Some(stock) = store::find_by(conn, &key)? else {
                return Err(key.not_found(&["inventory"]).into());
            };
            Err(UserError::invalid(&["delta"], rejection_message(&stock, new.delta)).into())
        })
        .await
}

fn rejection_message(stock: &Inventory, delta: i32) -> String {
    if delta > 0 {
        return quantity_overflow(stock.quantity, delta);
    }
    let Inventory { quantity, reserved, available, .. } = stock;
    let removed = -delta;
    format!(
        "cannot remove {removed} units: {quantity} are on hand, of which {reserved} are reserved \
         for open orders; remove at most {available}"
    )
}
