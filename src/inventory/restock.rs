//! Adding units that have come in.

use crate::db::Session;
use crate::error::{Error, UserError};
use crate::inventory::model::{Inventory, RestockInventoryInput};
use crate::inventory::store;

/// Adds units, and sets the day of the last restock.
pub async fn restock(session: &Session, input: RestockInventoryInput) -> Result<Inventory, Error> {
    let (key, units) = input.parse()?;
    session
        .write(move |conn, now| {
            if let Some(stock) = store::restock(conn, &key, units, now)? {
                return Ok(stock);
            }
            let Some(stock) = store::find_by(conn, &key)? else {
                return Err(key.not_found(&["inventory"]).into());
            };
            Err(UserError::invalid(&["quantity"], past_the_most(stock.quantity, units)).into())
        })
        .await
}

/// Why units cannot be added to those on hand.
pub(super) fn past_the_most(on_hand: i32, units: i32) -> String {
    format!("{on_hand} units are on hand, and {units} more would be past {}, the most that can be", i32::MAX)
}
