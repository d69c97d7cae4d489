//! Workflow: change the units on hand by a difference.

use serde_json::{Value, json};

use crate::db::outcome::{Outcome, invalid};
use crate::db::{Conn, Session};
use crate::error::{Error, UserError};
use crate::events::append::{self, NewEvent};
use crate::events::{EventType, movement};
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
            if let Some(stock) = store::adjust(conn, &key, &new, now)? {
                let mut events = Vec::new();
                movement::add(&mut events, EventType::StockAdjusted, (&stock).into(), new.delta, 0);
                let (reason, reference) = (Some(new.reason.clone()), new.reference.clone());
                events[0] = NewEvent { reason, reference, ..std::mem::take(&mut events[0]) };
                append::append(conn, &events, now)?;
                let reason = new.reason.clone();
                return Ok((stock, InventoryAdjustment { delta: new.delta, reason, created_at: now }));
            }
            let Some(stock) = store::find_by(conn, &key)? else {
                return Err(key.not_found(&["inventory"]).into());
            };
            if let Some(expected) = new.expected_quantity
                && expected != stock.quantity
            {
                let message = format!("expected {expected} units on hand, but there are {}", stock.quantity);
                return Err(UserError::invalid(&["expectedQuantity"], message).into());
            }
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
