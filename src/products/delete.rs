//! Removing a product, and its stock with it.

use crate::db::Session;
use crate::db::types::{Id, ProductId};
use crate::error::{Error, UserError, UserErrorKind};
use crate::orders;
use crate::products::model::DeleteProductInput;
use crate::products::{store, update};

/// Removes a product that no line of an order is of.
pub async fn delete(session: &Session, input: DeleteProductInput) -> Result<ProductId, Error> {
    let id = ProductId::parse(&input.id).map_err(|message| UserError::invalid(&["id"], message))?;
    session
        .write(move |conn, _| {
            update::at_version(conn, id, input.expected_version)?;
            let count = orders::items::count_of_product(conn, id)?;
            if count > 0 {
                let reason = UserErrorKind::InUse { what: "the product", by: "order items", count };
                return Err(UserError::new(&["id"], reason).into());
            }
            store::delete(conn, id)?;
            Ok(id)
        })
        .await
}
