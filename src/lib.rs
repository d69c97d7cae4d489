//! oms, an order-management server that speaks GraphQL.

pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod input;
