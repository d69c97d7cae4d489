//! Customers: the schema types, workflows and SQL of the people and companies that place orders.

pub mod graphql;
pub mod model;
pub mod store;

pub use model::Customer;
