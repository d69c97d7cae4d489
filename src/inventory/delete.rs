//! Taking down the stock of a product.

use crate::db::types::{Id, InventoryId};
use crate::db::{self, Session};
use crate::error::{Error, UserError, UserErrorKind};
use crate::inventory::model::DeleteInventoryInput;
use crate::inventory::{store, update};

/// Removes an inventory of which nothing is reserved, and what is on hand with it.
pub async fn delete(session: &Session, input: DeleteInventoryInput) -> Result<InventoryId, Error> {
    let id = InventoryId::parse(&input.id).map_err(|message| UserError::invalid(&["id"], message))?;
    session
        .write(move |conn, _| {
            if store::delete(conn, id, input.expected_version)? > 0 {
                return Ok(id);
            }
            let stock = update::at_version(conn, id, input.expected_version)?;
            if stock.reserved == 0 {
                // It was not so a moment ago.
                return Err(db::overtaken());
            }
            let count = i64::from(stock.reserved);
            let reason = UserErrorKind::InUse { what: "the inventory", by: "reserved units", count };
            Err(UserError::new(&["id"], reason).into())
        })
        .await
}
