//! oms, an order-management server that speaks GraphQL.

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
pub mod orders;
pub mod products;
