//! oms, an order-management server that speaks GraphQL.
//!
//! The map of the house, from the door inwards:
//!
//! - [`config`] reads arguments and environment; [`cli`] has one file a command.
//! - [`http`] is the door: GraphQL over HTTP, the playground, health, shutdown.
//! - [`graphql`] is the public surface that belongs to no single noun: the schema, documents,
//!   the breadth-first executor, connections, filters, ids, errors.
//! - [`customers`], [`products`], [`inventory`] and [`orders`] are the nouns. Each has the same rooms:
//!   `model` (what it is, what is accepted as one), `filter` (what it can be found and sorted by),
//!   `store` (SQL), `loader` (batches for relations), `graphql` (its part of the schema), and a file
//!   for each workflow: the only ones that write.
//! - [`input`] says what is accepted as a name, an address, a price; [`error`] says what can go wrong,
//!   in the words of the shop; [`clock`] tells the time.
//! - [`observe`] is what is seen of all this by whoever runs it: log, metrics, traces.
//! - [`db`] is the only place that knows which database it is: connections to SQLite or
//!   PostgreSQL, how they are shared and written to, migrations, filters and pages in SQL.
//!
//! What holds everywhere, and is checked by `tests/it/invariants.rs`:
//!
//! 1. `store.rs` never mentions `async_graphql`; `graphql.rs` never mentions `diesel`.
//! 2. `graphql.rs` → workflow → `store.rs` → `db`, and never back.
//! 3. A write is opened in a workflow and nowhere else. A store function opens no transaction.
//! 4. The clock, random numbers and the environment are each read in one file.

pub mod cli;
pub mod clock;
pub mod config;
pub mod customers;
pub mod db;
pub mod error;
pub mod graphql;
pub mod http;
pub mod input;
pub mod inventory;
pub mod observe;
pub mod orders;
pub mod products;
pub mod types;
