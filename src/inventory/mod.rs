//! Inventory: schema types, workflows and SQL of the units on hand and of the units that are reserved for
//! open orders. Orders decide when to reserve (`orders/stock.rs`).

mod adjust;
mod create;
mod delete;
pub mod graphql;
pub mod model;
mod restock;
pub mod store;
mod update;

pub use model::Inventory;
