//! oms, an order-management server that speaks GraphQL.

pub mod clock;
pub mod db;
pub mod error;
pub mod input;
