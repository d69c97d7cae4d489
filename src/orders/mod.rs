//! Orders and their items: schema types, workflows and SQL. Items are changed only through their order.

mod cancel;
mod change;
mod delete;
pub mod fulfilment;
pub mod graphql;
pub mod inputs;
pub mod items;
mod lines;
pub mod model;
pub mod mutations;
mod place;
mod ranking;
pub mod reports;
mod returns;
mod ship;
pub mod status;
mod stock;
pub mod store;
mod transition;
mod update;

pub use model::{Order, OrderItem};
