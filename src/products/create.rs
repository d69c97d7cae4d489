//! Workflow: create a product, optionally with an inventory.

use crate::db::Session;
use crate::entity::{Entity, workflow};
use crate::error::Error;
use crate::events::subject::{self, RecordChange};
use crate::events::{EventType, append, movement};
use crate::inventory;
use crate::products::model::{CreateProductInput, Product};

/// Creates a product and its inventory, or fails with `ALREADY_EXISTS` if a unique value is in use.
pub async fn create(session: &Session, input: CreateProductInput) -> Result<Product, Error> {
    let new = input.parse()?;
    session
        .write(move |conn, now| {
            let product = workflow::insert(conn, &new.product, now)?;
            let (name, created) = (<Product as Entity>::NAME, RecordChange::Created);
            let event = subject::event(name, created, product.id.0, product.version, Vec::new());
            let mut events: Vec<_> = event.into_iter().collect();
            if let Some(stock) = &new.inventory {
                let stock = inventory::store::insert(conn, product.id, stock, now)?;
                let opened = (&stock).into();
                events.push(movement::movement(EventType::StockOpened, opened, stock.quantity, 0));
            }
            append::append(conn, &events, now)?;
            Ok(product)
        })
        .await
}
