//! Workflow: delete an inventory.

use crate::db::{self, Session};
use crate::entity::input::{AtVersion, DeleteInput};
use crate::entity::workflow;
use crate::error::{Error, UserError, UserErrorKind};
use crate::events::movement::StockAfter;
use crate::events::{EventType, append, movement};
use crate::inventory::model::Inventory;
use crate::inventory::store;
use crate::types::InventoryId;

/// Deletes an inventory with its units on hand, or fails with `IN_USE` if units are reserved.
pub async fn delete(session: &Session, input: DeleteInput<Inventory>) -> Result<InventoryId, Error> {
    let AtVersion { id, expected_version } = input.parse()?;
    session
        .write(move |conn, now| {
            let stock = workflow::lock_at_version::<Inventory>(conn, id, expected_version, &["id"])?;
            if stock.reserved == 0 {
                if store::delete(conn, id)? == 0 {
                    return Err(db::serialization_failure());
                }
                let empty = StockAfter { quantity: 0, ..StockAfter::from(&stock) };
                let closed = movement::movement(EventType::StockClosed, empty, -stock.quantity, 0);
                append::append(conn, &[closed], now)?;
                return Ok(id);
            }
            let count = i64::from(stock.reserved);
            let reason =
                UserErrorKind::InUse { what: "the inventory".into(), by: "reserved units".into(), count };
            Err(UserError::new(&["id"], reason).into())
        })
        .await
}
