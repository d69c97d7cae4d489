//! Workflow: create the inventory of a product.

use crate::db::{Session, write};
use crate::error::{Error, UserError, UserErrorKind};
use crate::events::{EventType, append, movement};
use crate::inventory::model::{CreateInventoryInput, Inventory, InventoryKey};
use crate::inventory::store;

/// Creates the inventory of a product, or fails with `ALREADY_EXISTS` if it has one.
pub async fn create(session: &Session, input: CreateInventoryInput) -> Result<Inventory, Error> {
    let (product, new) = input.parse()?;
    session
        .write(move |conn, now| {
            let Some(found) = write::find_by(conn, &product)? else {
                return Err(product.not_found(&["product"]).into());
            };
            if let Some(stock) = store::find_by(conn, &InventoryKey::ProductId(found.id))? {
                let reason = UserErrorKind::AlreadyExists {
                    what: "an inventory of the product".into(),
                    key: found.sku,
                    existing: stock.id.to_string(),
                };
                return Err(UserError::new(&["product"], reason).into());
            }
            let stock = store::insert(conn, found.id, &new, now)?;
            let opened = movement::movement(EventType::StockOpened, (&stock).into(), stock.quantity, 0);
            append::append(conn, &[opened], now)?;
            Ok(stock)
        })
        .await
}
