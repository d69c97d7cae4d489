//! The GraphQL layer that all entities share: schema, documents, execution, connections, filters, ids, errors.

pub mod connection;
pub mod deadline;
pub mod document;
mod engine;
pub mod error;
pub mod execution;
pub mod executor;
pub mod filter;
mod filter_limits;
mod filter_operators;
mod json;
pub mod list;
mod merge_fields;
pub mod mutation_error;
pub mod node;
pub mod operators;
pub mod order_by;
pub mod page_args;
mod page_key;
mod page_reader;
pub mod page_request;
pub mod payload;
pub mod payload_arguments;
mod query_root;
pub mod read;
pub mod relation;
pub mod request;
pub mod request_id;
pub mod scalars;
mod schema;
mod single_statement;
mod skip_include;
pub mod where_input;

pub use engine::{Engine, ExecutionResult, ExecutionStatus};
pub use schema::sdl;
