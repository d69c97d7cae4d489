//! Workflow: add received units.

use crate::db::Session;
use crate::error::{Error, UserError};
use crate::events::append::{self, NewEvent};
use crate::events::{EventType, movement};
use crate::inventory::model::{Inventory, RestockInventoryInput};
use crate::inventory::store;

/// Adds units and sets the time of the last restock.
pub async fn restock(session: &Session, input: RestockInventoryInput) -> Result<Inventory, Error> {
    let (key, receipt) = input.parse()?;
    let units = receipt.quantity;
    session
        .write(move |conn, now| {
            if let Some(stock) = store::restock(conn, &key, units, now)? {
                let mut events = Vec::new();
                movement::add(&mut events, EventType::StockReceived, (&stock).into(), units, 0);
                let (reason, reference) = (receipt.reason.clone(), receipt.reference.clone());
                events[0] = NewEvent { reason, reference, ..std::mem::take(&mut events[0]) };
                append::append(conn, &events, now)?;
                return Ok(stock);
            }
            let Some(stock) = store::find_by(conn, &key)? else {
                return Err(key.not_found(&["inventory"]).into());
            };
            Err(UserError::invalid(&["quantity"], quantity_overflow(stock.quantity, units)).into())
        })
        .await
}

/// Returns the message for a quantity that would exceed 32 bits.
pub(super) fn quantity_overflow(on_hand: i32, units: i32) -> String {
    let most = i32::MAX - on_hand;
    format!("adding {units} units to the {on_hand} on hand would exceed {}; add at most {most}", i32::MAX)
}
