//! Products: schema types, workflows and SQL of the goods for sale. Their stock is in [`crate::inventory`].

mod bulk;
mod create;
mod delete;
pub mod filter;
pub mod graphql;
pub mod model;
pub mod store;
mod update;

pub use model::Product;
