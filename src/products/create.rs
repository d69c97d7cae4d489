//! Workflow: create a product, optionally with an inventory.

use crate::db::Session;
use crate::entity::workflow;
use crate::error::Error;
use crate::inventory;
use crate::products::model::{CreateProductInput, Product};

/// Creates a product and its inventory, or fails with `ALREADY_EXISTS` if a unique value is in use.
pub async fn create(session: &Session, input: CreateProductInput) -> Result<Product, Error> {
    let new = input.parse()?;
    session
        .write(move |conn, now| {
            let product = workflow::insert(conn, &new.product, now)?;
            if let Some(stock) = &new.inventory {
                inventory::store::insert(conn, product.id, stock, now)?;
            }
            Ok(product)
        })
        .await
}
