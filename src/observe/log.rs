//! How the log is written: which levels, and in which form. What is in it is said where it happens.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::observe::LogFormat;

/// Logs to standard error from now on.
pub fn start(levels: &str, format: LogFormat) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(levels)?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    // Colours are of no use in a file.
    let log = log.with_ansi(io::stderr().is_terminal());
    // Fails where a program that uses oms as a library logs in its own way already.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).try_init(),
    };
    Ok(())
}
