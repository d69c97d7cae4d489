//! Workflow: set the units on hand and the reorder level.

use crate::db::{self, Session};
use crate::entity::input::{AtVersion, UpdateInput};
use crate::entity::workflow;
use crate::error::{Error, UserError};
use crate::inventory::model::Inventory;
use crate::inventory::store;
use crate::types::column::ColumnValue;

/// Updates the given fields. Without changes, the version remains unchanged.
pub async fn update(session: &Session, input: UpdateInput<Inventory>) -> Result<Inventory, Error> {
    let (AtVersion { id, expected_version }, changes) = input.parse()?;
    session
        .write(move |conn, now| {
            if changes.is_empty() {
                return workflow::lock_at_version(conn, id, expected_version, &["id"]);
            }
            if let Some(stock) = store::update(conn, id, expected_version, &changes, now)? {
                return Ok(stock);
            }
            let stock: Inventory = workflow::lock_at_version(conn, id, expected_version, &["id"])?;
            match changes.find("quantity") {
                Some(ColumnValue::Integer(quantity)) if *quantity < stock.reserved.into() => {
                    let reserved = stock.reserved;
                    let message = format!(
                        "`quantity` must be at least {reserved}, the units reserved for open orders, \
                         but was {quantity}"
                    );
                    Err(UserError::invalid(&["quantity"], message).into())
                }
                // A concurrent transaction changed the row in between; the transaction runs again.
                _ => Err(db::serialization_failure()),
            }
        })
        .await
}
