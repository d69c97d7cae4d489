//! The `Customer` type, its keys and the inputs of its mutations. Parses and validates; runs no SQL.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};
use diesel::prelude::*;

use crate::db::schema::customers;
use crate::entity::entity;
use crate::error::UserError;
use crate::input::{self, Email, Form};
use crate::types::{CustomerId, Id, Timestamp};

entity! {
    /// A person or company that places orders.
    pub struct Customer in customers {
        /// The id of the customer, such as `cus_42`.
        pub id: CustomerId,
        /// The name of the person or company.
        pub name: String,
        /// The e-mail address as entered. Unique among customers, ignoring case.
        pub email: String,
        /// The phone number in any format; `null` if unknown.
        pub phone: Option<String>,
        /// The postal address; `null` if unknown.
        pub address: Option<String>,
        /// Notes on the customer; `null` if there are none.
        pub notes: Option<String>,
        /// The date and time when the customer was created.
        pub created_at: Timestamp,
        /// The date and time when the customer was last updated.
        pub updated_at: Timestamp,
        /// The version of the customer: 1 when created, incremented by every change. Pass it as `expectedVersion`
        /// for optimistic locking.
        pub version: i32,
    }
    relations {
        orders by id,
        orders_aggregate by id,
    }
}

/// Identifies a customer by one of its keys.
#[derive(Debug, Clone, OneofObject)]
pub enum CustomerBy {
    /// The id of the customer, such as `cus_42`.
    Id(ID),
    /// The e-mail address of the customer, trimmed and compared ignoring case.
    Email(String),
}

/// A validated key of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerKey {
    /// The id of the customer.
    Id(CustomerId),
    /// The e-mail address after Unicode case folding.
    Email(String),
}

impl CustomerBy {
    /// Returns the key.
    ///
    /// # Errors
    ///
    /// Returns the name of the field and the message if the value is not valid.
    pub fn parse(self) -> Result<CustomerKey, (&'static str, String)> {
        match self {
            Self::Id(id) => CustomerId::parse(&id).map(CustomerKey::Id).map_err(|e| ("id", e)),
            Self::Email(email) => {
                let email = input::key(&email).map_err(|e| ("email", e))?;
                Ok(CustomerKey::Email(Email::key(&email)))
            }
        }
    }
}

impl CustomerKey {
    /// Returns the `NOT_FOUND` error for this key at `path` in the input.
    pub fn not_found(&self, path: &[&str]) -> UserError {
        match self {
            Self::Id(id) => UserError::not_found(&[path, &["id"]].concat(), "customer", id),
            Self::Email(email) => UserError::not_found(&[path, &["email"]].concat(), "customer", email),
        }
    }
}

/// The input of `createCustomer`.
#[derive(Debug, Clone, InputObject)]
pub struct CreateCustomerInput {
    /// The name of the person or company: 1 to 200 characters after trimming.
    name: String,
    /// The e-mail address, which is trimmed. Must be unique among customers, ignoring case.
    email: String,
    /// The phone number in any format: at most 100 characters after trimming. Blank is stored as `null`.
    phone: Option<String>,
    /// The postal address: at most 10,000 characters after trimming. Blank is stored as `null`.
    address: Option<String>,
    /// Notes: at most 10,000 characters after trimming. Blank is stored as `null`.
    notes: Option<String>,
}

/// The validated input of `createCustomer`.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    /// The trimmed name.
    pub name: String,
    /// The e-mail address with its folded key.
    pub email: Email,
    /// The phone number, if given.
    pub phone: Option<String>,
    /// The postal address, if given.
    pub address: Option<String>,
    /// The notes, if given.
    pub notes: Option<String>,
}

impl CreateCustomerInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<NewCustomer, Vec<UserError>> {
        let mut form = Form::default();
        let name = form.check("name", input::name(&self.name));
        let email = form.check("email", Email::parse(&self.email));
        let phone = form.optional_text("phone", self.phone, input::code);
        let address = form.optional_text("address", self.address, input::text);
        let notes = form.optional_text("notes", self.notes, input::text);
        form.finish(|| {
            Some(NewCustomer { name: name?, email: email?, phone: phone?, address: address?, notes: notes? })
        })
    }
}

/// The input of `updateCustomer`. Omitted fields remain unchanged.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateCustomerInput {
    /// The id of the customer.
    id: ID,
    /// The expected `version` of the customer. Fails with `VERSION_CONFLICT` if it has changed since.
    expected_version: Option<i32>,
    /// The name of the person or company: 1 to 200 characters after trimming.
    name: MaybeUndefined<String>,
    /// The e-mail address, which is trimmed. Must be unique among customers, ignoring case.
    email: MaybeUndefined<String>,
    /// The phone number in any format: at most 100 characters after trimming. `null` or blank clears it.
    phone: MaybeUndefined<String>,
    /// The postal address: at most 10,000 characters after trimming. `null` or blank clears it.
    address: MaybeUndefined<String>,
    /// Notes: at most 10,000 characters after trimming. `null` or blank clears them.
    notes: MaybeUndefined<String>,
}

/// The validated input of `updateCustomer`.
#[derive(Debug, Clone)]
pub struct CustomerUpdate {
    /// The id of the customer.
    pub id: CustomerId,
    /// The version that the row must have, if given.
    pub expected_version: Option<i32>,
    /// The columns to update.
    pub changes: CustomerChanges,
}

/// The columns to update: `None` leaves a column unchanged, `Some(None)` sets it to `NULL`.
#[derive(Debug, Clone, Default, PartialEq, AsChangeset)]
#[diesel(table_name = customers)]
pub struct CustomerChanges {
    /// The new value of `name`, if it changes.
    pub name: Option<String>,
    /// The new value of `email`, if it changes.
    pub email: Option<String>,
    /// The new value of `email_key`, if it changes.
    pub email_key: Option<String>,
    /// The new value of `phone`, if it changes.
    pub phone: Option<Option<String>>,
    /// The new value of `address`, if it changes.
    pub address: Option<Option<String>>,
    /// The new value of `notes`, if it changes.
    pub notes: Option<Option<String>>,
}

impl UpdateCustomerInput {
    /// Validates the input.
    ///
    /// # Errors
    ///
    /// Returns an error for each field that is not valid.
    pub fn parse(self) -> Result<CustomerUpdate, Vec<UserError>> {
        let mut form = Form::default();
        let id = form.check("id", CustomerId::parse(&self.id));
        let name = form.change("name", self.name, |name| input::name(&name));
        let email = form.change("email", self.email, |email| Email::parse(&email));
        let phone = form.clearable_text("phone", self.phone, input::code);
        let address = form.clearable_text("address", self.address, input::text);
        let notes = form.clearable_text("notes", self.notes, input::text);
        form.finish(|| {
            let (email, email_key) = email?.map(|email| (email.address, email.key)).unzip();
            let changes = CustomerChanges {
                name: name?,
                email,
                email_key,
                phone: phone?,
                address: address?,
                notes: notes?,
            };
            Some(CustomerUpdate { id: id?, expected_version: self.expected_version, changes })
        })
    }
}

/// The input of `deleteCustomer`.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteCustomerInput {
    /// The id of the customer.
    pub id: ID,
    /// The expected `version` of the customer. Fails with `VERSION_CONFLICT` if it has changed since.
    pub expected_version: Option<i32>,
}

/// The values that `updateCustomers` sets on every matching customer. Omitted fields remain unchanged.
#[derive(Debug, Clone, InputObject)]
pub struct CustomersSet {
    /// The name of the person or company: 1 to 200 characters after trimming.
    name: MaybeUndefined<String>,
    /// The phone number in any format: at most 100 characters after trimming. `null` or blank clears it.
    phone: MaybeUndefined<String>,
    /// The postal address: at most 10,000 characters after trimming. `null` or blank clears it.
    address: MaybeUndefined<String>,
    /// Notes: at most 10,000 characters after trimming. `null` or blank clears them.
    notes: MaybeUndefined<String>,
}

impl CustomersSet {
    /// Validates the values. Returns `None` and adds the errors to `form` if any of them is not valid.
    pub fn parse(self, form: &mut Form) -> Option<CustomerChanges> {
        let name = form.change("set.name", self.name, |name| input::name(&name));
        let phone = form.clearable_text("set.phone", self.phone, input::code);
        let address = form.clearable_text("set.address", self.address, input::text);
        let notes = form.clearable_text("set.notes", self.notes, input::text);
        Some(CustomerChanges {
            name: name?,
            phone: phone?,
            address: address?,
            notes: notes?,
            ..CustomerChanges::default()
        })
    }
}
