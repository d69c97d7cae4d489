//! Customers: the schema types, workflows and SQL of the people and companies that place orders.

mod bulk;
mod create;
mod delete;
pub mod filter;
pub mod graphql;
pub mod model;
pub mod store;
mod update;

pub use model::Customer;
