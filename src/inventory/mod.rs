//! Inventory: how much of each product there is, and how much of that is promised to open orders.

mod adjust;
mod create;
mod delete;
pub mod filter;
pub mod graphql;
mod loader;
pub mod model;
mod restock;
mod sort;
pub mod store;
mod update;

pub use loader::StockOf;
pub use model::Inventory;
