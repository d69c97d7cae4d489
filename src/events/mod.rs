//! The event log: one row for each change of an order, of stock, and of customers and products, in the transaction of the
//! change. It is the timeline of an order, the ledger of stock, and the source for clients that poll for changes.

pub mod append;
pub mod bulk;
mod event_type;
pub mod filter;
pub mod graphql;
pub mod loaders;
pub mod log;
pub mod model;
pub mod movement;
pub mod opening;
pub mod prune;
mod prune_store;
pub mod store;
pub mod subject;

pub use event_type::EventType;
pub use model::{OrderEvent, StockMovement};
