//! Workflow: create a customer.

use crate::customers::model::{CreateCustomerInput, Customer};
use crate::customers::store;
use crate::db::Session;
use crate::error::{Error, ExistingRecord, UserError, UserErrorKind};

/// Creates a customer, or fails with `ALREADY_EXISTS` if the e-mail address is in use.
pub async fn create(session: &Session, input: CreateCustomerInput) -> Result<Customer, Error> {
    let new = input.parse()?;
    session
        .write(move |conn, now| {
            if let Some(owner) = store::find_by_email(conn, &new.email.key)? {
                return Err(email_taken(owner, new.email.address.clone()));
            }
            Ok(store::insert(conn, &new, now)?)
        })
        .await
}

/// Returns the error for an e-mail address that another customer has.
pub(super) fn email_taken(owner: Customer, email: String) -> Error {
    let reason = UserErrorKind::AlreadyExists {
        what: "a customer with the e-mail address",
        key: email,
        existing: ExistingRecord::Customer(owner.id),
    };
    UserError::new(&["email"], reason).into()
}
