//! Workflow: delete a product and its inventory.

use crate::db::Session;
use crate::error::{Error, UserError, UserErrorKind};
use crate::orders;
use crate::products::model::DeleteProductInput;
use crate::products::{store, update};
use crate::types::{Id, ProductId};

/// Deletes a product, or fails with `IN_USE` if it has order items.
pub async fn delete(session: &Session, input: DeleteProductInput) -> Result<ProductId, Error> {
    let id = ProductId::parse(&input.id).map_err(|message| UserError::invalid(&["id"], message))?;
    session
        .write(move |conn, _| {
            update::lock_at_version(conn, id, input.expected_version)?;
            let count = orders::items::count_by_product(conn, id)?;
            if count > 0 {
                let reason = UserErrorKind::InUse { what: "the product", by: "order items", count };
                return Err(UserError::new(&["id"], reason).into());
            }
            store::delete(conn, id)?;
            Ok(id)
        })
        .await
}
