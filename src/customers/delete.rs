//! Workflow: delete a customer.

use crate::customers::model::DeleteCustomerInput;
use crate::customers::{store, update};
use crate::db::Session;
use crate::error::{Error, UserError, UserErrorKind};
use crate::orders;
use crate::types::{CustomerId, Id};

/// Deletes a customer, or fails with `IN_USE` if the customer has orders.
pub async fn delete(session: &Session, input: DeleteCustomerInput) -> Result<CustomerId, Error> {
    let id = CustomerId::parse(&input.id).map_err(|message| UserError::invalid(&["id"], message))?;
    session
        .write(move |conn, _| {
            update::lock_at_version(conn, id, input.expected_version)?;
            let count = orders::store::count_by_customer(conn, id)?;
            if count > 0 {
                let reason = UserErrorKind::InUse { what: "the customer", by: "orders", count };
                return Err(UserError::new(&["id"], reason).into());
            }
            store::delete(conn, id)?;
            Ok(id)
        })
        .await
}
