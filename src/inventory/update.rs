//! Setting what was counted, and when to reorder.

use crate::db::types::InventoryId;
use crate::db::{self, Conn, Session};
use crate::error::{Error, UserError};
use crate::input;
use crate::inventory::model::{Inventory, InventoryChanges, InventoryUpdate, UpdateInventoryInput};
use crate::inventory::store;

/// Changes what is given. A change of nothing leaves the version as it is.
pub async fn update(session: &Session, input: UpdateInventoryInput) -> Result<Inventory, Error> {
    let InventoryUpdate { id, expected_version, changes } = input.parse()?;
    session
        .write(move |conn, now| {
            if changes == InventoryChanges::default() {
                return at_version(conn, id, expected_version);
            }
            if let Some(stock) = store::update(conn, id, expected_version, &changes, now)? {
                return Ok(stock);
            }
            let stock = at_version(conn, id, expected_version)?;
            if changes.quantity.is_none_or(|quantity| stock.reserved <= quantity) {
                // It was not so a moment ago.
                return Err(db::overtaken());
            }
            let message = format!("{} units are reserved for open orders, and must stay", stock.reserved);
            Err(UserError::invalid(&["quantity"], message).into())
        })
        .await
}

/// The inventory, if it is there, and at the version expected; locked.
pub(super) fn at_version(
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
