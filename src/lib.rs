//! oms, an order-management server that speaks GraphQL.
//!
//! Modules, from the outside in:
//!
//! - [`config`] reads command-line arguments and environment variables. [`cli`] has one file for each command.
//! - [`http`] is the HTTP layer: GraphQL over HTTP, the playground, health checks, shutdown.
//! - [`graphql`] is the GraphQL layer that all entities share: the schema, documents, the breadth-first executor,
//!   connections, filters, ids, errors.
//! - [`entity`] describes entities as data, and has the inputs, filters, sort keys and workflows that follow from the
//!   description.
//! - [`customers`], [`products`], [`inventory`] and [`orders`] are the entities. Each has the same modules: `model`
//!   (the description), `store` (SQL), `graphql` (fields of the schema), and one file for each workflow. Only workflows
//!   write.
//! - [`events`] is the log of all changes: the workflows append to it.
//! - [`input`] validates names, addresses, prices and quantities. [`error`] has the errors of the domain. [`clock`]
//!   returns the time.
//! - [`observe`] is logging, metrics and tracing.
//! - [`db`] is the database layer, and the only module that depends on the type of the database: connections to
//!   SQLite or PostgreSQL, pools, transactions, migrations, filters and pages in SQL.
//!
//! Invariants, which `tests/it/invariants.rs` checks:
//!
//! 1. `store.rs` does not mention `async_graphql`; `graphql.rs` does not mention `diesel`.
//! 2. Dependencies run from `graphql.rs` to workflows, to `store.rs`, to `db`, and never back.
//! 3. Only workflows open write transactions. Store functions open none.
//! 4. The clock, random numbers and the environment are each read in one file.
//!
//! The `model.rs` files of the entities import each other's types, because the filter inputs of the schema are recursive:
//! a filter on orders can contain a filter on their customers, and vice versa.

pub mod cli;
pub mod clock;
pub mod config;
pub mod customers;
pub mod db;
pub mod entity;
pub mod error;
pub mod events;
pub mod graphql;
pub mod http;
pub mod input;
pub mod inventory;
pub mod observe;
pub mod orders;
pub mod products;
pub mod types;
