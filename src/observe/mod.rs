//! What whoever runs the server can see of it: the log, the metrics, the traces, and what each of them
//! is made from. Decides nothing and answers nobody; knows no noun, no GraphQL and no HTTP.

mod label_set;
pub mod log;
pub mod metrics;
pub mod operation;
mod process;
pub mod spans;
