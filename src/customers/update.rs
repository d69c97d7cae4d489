//! Workflow: update a customer.

use crate::customers::create::email_taken;
use crate::customers::model::{Customer, CustomerChanges, CustomerUpdate, UpdateCustomerInput};
use crate::customers::store;
use crate::db::{self, Conn, Session};
use crate::error::{Error, UserError};
use crate::input;
use crate::types::CustomerId;

/// Updates the given fields. Without changes, the version remains unchanged.
pub async fn update(session: &Session, input: UpdateCustomerInput) -> Result<Customer, Error> {
    let CustomerUpdate { id, expected_version, changes } = input.parse()?;
    session
        .write(move |conn, now| {
            if let (Some(key), Some(email)) = (&changes.email_key, &changes.email)
                && let Some(owner) = store::find_by_email(conn, key)?
                && owner.id != id
            {
                lock_at_version(conn, id, expected_version)?;
                return Err(email_taken(owner, email.clone()));
            }
            if changes == CustomerChanges::default() {
                return lock_at_version(conn, id, expected_version);
            }
            match store::update(conn, id, expected_version, &changes, now)? {
                Some(customer) => Ok(customer),
                None => {
                    lock_at_version(conn, id, expected_version)?;
                    // A concurrent transaction changed the row in between; the transaction runs again.
                    Err(db::serialization_failure())
                }
            }
        })
        .await
}

/// Returns and locks the customer, or `NOT_FOUND` or `VERSION_CONFLICT`.
pub(super) fn lock_at_version(
    conn: &mut Conn,
    id: CustomerId,
    expected: Option<i32>,
) -> Result<Customer, Error> {
    let Some(customer) = store::find_locked(conn, id)? else {
        return Err(UserError::not_found(&["id"], "customer", id).into());
    };
    input::check_version(expected, customer.version)?;
    Ok(customer)
}
