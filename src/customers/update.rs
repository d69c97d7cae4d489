//! Changing a customer.

use crate::customers::create::taken;
use crate::customers::model::{Customer, CustomerChanges, CustomerUpdate, UpdateCustomerInput};
use crate::customers::store;
use crate::db::types::CustomerId;
use crate::db::{self, Conn, Session};
use crate::error::{Error, UserError};
use crate::input;

/// Changes what is given. A change of nothing leaves the version as it is.
pub async fn update(session: &Session, input: UpdateCustomerInput) -> Result<Customer, Error> {
    let CustomerUpdate { id, expected_version, changes } = input.parse()?;
    session
        .write(move |conn, now| {
            if let (Some(key), Some(email)) = (&changes.email_key, &changes.email)
                && let Some(owner) = store::find_by_email(conn, key)?
                && owner.id != id
            {
                at_version(conn, id, expected_version)?;
                return Err(taken(owner, email.clone()));
            }
            if changes == CustomerChanges::default() {
                return at_version(conn, id, expected_version);
            }
            match store::update(conn, id, expected_version, &changes, now)? {
                Some(customer) => Ok(customer),
                None => {
                    at_version(conn, id, expected_version)?;
                    // It was not so a moment ago.
                    Err(db::overtaken())
                }
            }
        })
        .await
}

/// The customer, if it is there, and at the version expected; locked.
pub(super) fn at_version(conn: &mut Conn, id: CustomerId, expected: Option<i32>) -> Result<Customer, Error> {
    let Some(customer) = store::find_locked(conn, id)? else {
        return Err(UserError::not_found(&["id"], "customer", id).into());
    };
    input::check_version(expected, customer.version)?;
    Ok(customer)
}
