//! Adding a product, with its first stock if there is any.

use crate::db::Session;
use crate::error::{Error, ExistingRecord, UserError, UserErrorKind};
use crate::inventory;
use crate::products::model::{CreateProductInput, Product};
use crate::products::store;

/// Adds a product and the stock that comes with it, unless the SKU is taken.
pub async fn create(session: &Session, input: CreateProductInput) -> Result<Product, Error> {
    let new = input.parse()?;
    session
        .write(move |conn, now| {
            if let Some(owner) = store::find_by_sku(conn, &new.sku)? {
                return Err(taken(owner));
            }
            let product = store::insert(conn, &new, now)?;
            if let Some(stock) = &new.inventory {
                inventory::store::insert(conn, product.id, stock, now)?;
            }
            Ok(product)
        })
        .await
}

/// The refusal of a SKU that another product has.
pub(super) fn taken(owner: Product) -> Error {
    let reason = UserErrorKind::AlreadyExists {
        what: "a product with the SKU",
        key: owner.sku,
        existing: ExistingRecord::Product(owner.id),
    };
    UserError::new(&["sku"], reason).into()
}
