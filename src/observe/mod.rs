//! Telemetry for operators: the log, the metrics, the traces and the statistics that they are made from.
//! This module does not depend on entities, GraphQL or HTTP.

mod label_set;
pub mod log;
pub mod metrics;
pub mod operation;
mod process;
pub mod spans;
pub mod statement;
