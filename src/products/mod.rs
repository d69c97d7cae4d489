//! Products: schema types, workflows and SQL of the goods for sale. Their stock is in [`crate::inventory`].

mod create;
pub mod graphql;
pub mod model;
pub mod store;

pub use model::Product;
