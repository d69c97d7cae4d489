//! Workflow: change the units on hand by a difference.

use serde_json::{Value, json};

use crate::db::outcome::{Outcome, invalid};
use crate::db::{Conn, Session};
use crate::error::{Error, UserError};
use crate::inventory::model::{AdjustInventoryInput, Inventory, InventoryAdjustment};
use crate::inventory::restock::quantity_overflow;
use crate::inventory::store;
use crate::types::Timestamp;

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

/// An adjustment never changes and has no id in the API, so its values are stored.
impl Outcome for InventoryAdjustment {
    fn to_stored(&self) -> Value {
        json!({"delta": self.delta, "reason": self.reason, "createdAt": self.created_at.0})
    }

    fn from_stored(_: &mut Conn, stored: &Value) -> Result<Self, Error> {
        let delta = stored["delta"].as_i64().and_then(|delta| delta.try_into().ok());
        let (reason, created_at) = (stored["reason"].as_str(), stored["createdAt"].as_i64());
        match (delta, reason, created_at) {
            (Some(delta), Some(reason), Some(at)) => {
                Ok(Self { delta, reason: reason.to_owned(), created_at: Timestamp(at) })
            }
            _ => Err(invalid(stored)),
        }
    }
}
