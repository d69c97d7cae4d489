//! What a customer is, and what is accepted as one.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject, SimpleObject};
use diesel::prelude::*;
use serde::Serialize;

use crate::db::schema::customers;
use crate::db::types::{CustomerId, Id, Timestamp};
use crate::error::UserError;
use crate::input::{self, Email, Form};

/// Somebody who orders.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Serialize, SimpleObject)]
#[diesel(table_name = customers)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Customer {
    /// Its id, such as `cus_42`.
    pub id: CustomerId,
    /// Name of the person or company.
    pub name: String,
    /// E-mail address, as it was given. No two customers share one, whatever the case.
    pub email: String,
    /// Phone number, in any form; `null` when none is known.
    pub phone: Option<String>,
    /// Postal address; `null` when none is known.
    pub address: Option<String>,
    /// Remarks of the shop; `null` when there are none.
    pub notes: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Starts at 1; every change raises it by one.
    pub version: i32,
}

/// Names a customer by one of its keys.
#[derive(Debug, Clone, OneofObject)]
pub enum CustomerBy {
    /// Its id.
    Id(ID),
    /// Its e-mail address, trimmed, whatever the case.
    Email(String),
}

/// A key of a customer, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CustomerKey {
    Id(CustomerId),
    /// The e-mail address, folded.
    Email(String),
}

impl CustomerBy {
    /// The key; an error comes with the field that it is about.
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
    /// The refusal when nobody has the key that stands at `path` in the input.
    pub fn not_found(&self, path: &[&str]) -> UserError {
        match self {
            Self::Id(id) => UserError::not_found(&[path, &["id"]].concat(), "customer", id),
            Self::Email(email) => UserError::not_found(&[path, &["email"]].concat(), "customer", email),
        }
    }
}

/// A new customer.
#[derive(Debug, Clone, InputObject)]
pub struct CreateCustomerInput {
    /// Name of the person or company: 1 to 200 characters, trimmed.
    name: String,
    /// E-mail address, trimmed. No other customer may have it, whatever the case.
    email: String,
    /// Phone number, in any form: at most 100 characters, trimmed; blank is `null`.
    phone: Option<String>,
    /// Postal address: at most 10,000 characters, trimmed; blank is `null`.
    address: Option<String>,
    /// Remarks: at most 10,000 characters, trimmed; blank is `null`.
    notes: Option<String>,
}

/// What a new customer is made of.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    pub name: String,
    pub email: Email,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub notes: Option<String>,
}

impl CreateCustomerInput {
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

/// A change to a customer. Fields that are left out stay as they are.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateCustomerInput {
    /// The customer.
    id: ID,
    /// Refuse the change when the customer is not at this version any more.
    expected_version: Option<i32>,
    /// Name of the person or company: 1 to 200 characters, trimmed.
    name: MaybeUndefined<String>,
    /// E-mail address, trimmed. No other customer may have it, whatever the case.
    email: MaybeUndefined<String>,
    /// Phone number, in any form: at most 100 characters, trimmed. `null` or a blank text clears it.
    phone: MaybeUndefined<String>,
    /// Postal address: at most 10,000 characters, trimmed. `null` or a blank text clears it.
    address: MaybeUndefined<String>,
    /// Remarks: at most 10,000 characters, trimmed. `null` or a blank text clears them.
    notes: MaybeUndefined<String>,
}

/// A change to a customer, checked.
#[derive(Debug, Clone)]
pub struct CustomerUpdate {
    pub id: CustomerId,
    pub expected_version: Option<i32>,
    pub changes: CustomerChanges,
}

/// `None` leaves a value as it is; `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, AsChangeset)]
#[diesel(table_name = customers)]
pub struct CustomerChanges {
    pub name: Option<String>,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub phone: Option<Option<String>>,
    pub address: Option<Option<String>>,
    pub notes: Option<Option<String>>,
}

impl UpdateCustomerInput {
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

/// The customer to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteCustomerInput {
    /// The customer.
    pub id: ID,
    /// Refuse to delete it when it is not at this version any more.
    pub expected_version: Option<i32>,
}

/// What `updateCustomers` sets, the same for all.
#[derive(Debug, Clone, InputObject)]
pub struct CustomersSet {
    /// Name of the person or company: 1 to 200 characters, trimmed.
    name: MaybeUndefined<String>,
    /// Phone number, in any form: at most 100 characters, trimmed. `null` or a blank text clears it.
    phone: MaybeUndefined<String>,
    /// Postal address: at most 10,000 characters, trimmed. `null` or a blank text clears it.
    address: MaybeUndefined<String>,
    /// Remarks: at most 10,000 characters, trimmed. `null` or a blank text clears them.
    notes: MaybeUndefined<String>,
}

impl CustomersSet {
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
