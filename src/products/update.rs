//! Changing a product. Lines that were ordered keep the name, SKU and price they have.

use crate::db::types::ProductId;
use crate::db::{self, Conn, Session};
use crate::error::{Error, UserError};
use crate::input;
use crate::products::create::taken;
use crate::products::model::{Product, ProductChanges, ProductUpdate, UpdateProductInput};
use crate::products::store;

/// Changes what is given. A change of nothing leaves the version as it is.
pub async fn update(session: &Session, input: UpdateProductInput) -> Result<Product, Error> {
    let ProductUpdate { id, expected_version, changes } = input.parse()?;
    session
        .write(move |conn, now| {
            if let Some(sku) = &changes.sku
                && let Some(owner) = store::find_by_sku(conn, sku)?
                && owner.id != id
            {
                at_version(conn, id, expected_version)?;
                return Err(taken(owner));
            }
            if changes == ProductChanges::default() {
                return at_version(conn, id, expected_version);
            }
            match store::update(conn, id, expected_version, &changes, now)? {
                Some(product) => Ok(product),
                None => {
                    at_version(conn, id, expected_version)?;
                    // It was not so a moment ago.
                    Err(db::overtaken())
                }
            }
        })
        .await
}

/// The product, if it is there, and at the version expected; locked.
pub(super) fn at_version(conn: &mut Conn, id: ProductId, expected: Option<i32>) -> Result<Product, Error> {
    let Some(product) = store::find_locked(conn, id)? else {
        return Err(UserError::not_found(&["id"], "product", id).into());
    };
    input::check_version(expected, product.version)?;
    Ok(product)
}
