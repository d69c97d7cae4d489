//! oms, an order-management server that speaks GraphQL.

pub mod clock;
pub mod db;
pub mod error;
pub mod graphql;
pub mod http;
pub mod input;
