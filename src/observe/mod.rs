//! What whoever runs the server can see of it: the log, the metrics, the traces, and what each of them
//! is made from. Decides nothing and answers nobody; knows no noun, no GraphQL and no HTTP.

pub mod log;
pub mod metrics;
mod names;
mod process;
pub mod spans;
pub mod trail;
