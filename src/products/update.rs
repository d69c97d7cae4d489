//! Workflow: update a product. Existing order items keep their name, SKU and price.

use crate::db::{self, Conn, Session};
use crate::error::{Error, UserError};
use crate::input;
use crate::products::create::sku_taken;
use crate::products::model::{Product, ProductChanges, ProductUpdate, UpdateProductInput};
use crate::products::store;
use crate::types::ProductId;

/// Updates the given fields. Without changes, the version remains unchanged.
pub async fn update(session: &Session, input: UpdateProductInput) -> Result<Product, Error> {
    let ProductUpdate { id, expected_version, changes } = input.parse()?;
    session
        .write(move |conn, now| {
            if let Some(sku) = &changes.sku
                && let Some(owner) = store::find_by_sku(conn, sku)?
                && owner.id != id
            {
                lock_at_version(conn, id, expected_version)?;
                return Err(sku_taken(owner));
            }
            if changes == ProductChanges::default() {
                return lock_at_version(conn, id, expected_version);
            }
            match store::update(conn, id, expected_version, &changes, now)? {
                Some(product) => Ok(product),
                None => {
                    lock_at_version(conn, id, expected_version)?;
                    // A concurrent transaction changed the row in between; the transaction runs again.
                    Err(db::serialization_failure())
                }
            }
        })
        .await
}

/// Returns and locks the product, or `NOT_FOUND` or `VERSION_CONFLICT`.
pub(super) fn lock_at_version(
    conn: &mut Conn,
    id: ProductId,
    expected: Option<i32>,
) -> Result<Product, Error> {
    let Some(product) = store::find_locked(conn, id)? else {
        return Err(UserError::not_found(&["id"], "product", id).into());
    };
    input::check_version(expected, product.version)?;
    Ok(product)
}
