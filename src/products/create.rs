//! Workflow: create a product, optionally with an inventory.

use crate::db::Session;
use crate::error::{Error, ExistingRecord, UserError, UserErrorKind};
use crate::inventory;
use crate::products::model::{CreateProductInput, Product};
use crate::products::store;

/// Creates a product and its inventory, or fails with `ALREADY_EXISTS` if the SKU is in use.
pub async fn create(session: &Session, input: CreateProductInput) -> Result<Product, Error> {
    let new = input.parse()?;
    session
        .write(move |conn, now| {
            if let Some(owner) = store::find_by_sku(conn, &new.sku)? {
                return Err(sku_taken(owner));
            }
            let product = store::insert(conn, &new, now)?;
            if let Some(stock) = &new.inventory {
                inventory::store::insert(conn, product.id, stock, now)?;
            }
            Ok(product)
        })
        .await
}

/// Returns the error for a SKU that another product has.
pub(super) fn sku_taken(owner: Product) -> Error {
    let reason = UserErrorKind::AlreadyExists {
        what: "a product with the SKU",
        key: owner.sku,
        existing: ExistingRecord::Product(owner.id),
    };
    UserError::new(&["sku"], reason).into()
}
