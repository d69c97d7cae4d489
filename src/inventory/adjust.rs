//! Correcting stock by hand.

use crate::db::Session;
use crate::error::{Error, UserError};
use crate::inventory::model::{AdjustInventoryInput, Inventory, InventoryAdjustment};
use crate::inventory::restock::past_the_most;
use crate::inventory::store;

/// Adds or takes away units, and writes down why. What is reserved must stay.
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
            Err(UserError::invalid(&["delta"], why_not(&stock, new.delta)).into())
        })
        .await
}

fn why_not(stock: &Inventory, delta: i32) -> String {
    if delta > 0 {
        return past_the_most(stock.quantity, delta);
    }
    let Inventory { quantity, reserved, available, .. } = stock;
    format!(
        "{quantity} units are on hand and {reserved} of them reserved for open orders: \
         at most {available} can be taken away"
    )
}
