//! All tests of the server from outside, in one binary: they send HTTP requests, start and kill the process,
//! and inspect its database.

#![allow(clippy::unwrap_used, reason = "a test may panic, also in its helpers")]

#[cfg(feature = "postgres")]
mod alike;
mod answers;
mod atomic;
mod audits;
mod books;
mod cli;
mod client;
mod clock;
#[cfg(feature = "postgres")]
mod cluster;
mod command;
mod copy;
mod crash;
mod deadline;
mod document_plans;
mod dry_run;
mod events;
mod examiner;
mod executor;
mod export;
mod garbage;
mod heavy;
mod http;
mod idempotency;
mod import;
mod invariants;
mod kinds;
mod limits;
mod migrate;
mod northwind;
mod observe;
mod plans;
mod playground;
#[cfg(feature = "postgres")]
mod postgres;
mod process;
mod races;
#[cfg(feature = "postgres")]
mod round_trips;
mod scenarios;
mod schema;
mod seed;
mod sequences;
mod shop;
mod statements;
mod store;
mod stored;
mod watch;

/// Returns an environment variable that configures the tests.
#[expect(clippy::disallowed_methods, reason = "a test is configured by nothing else")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Prints a line for a passing test as well.
pub fn say(text: &str) {
    use std::io::Write;

    // The print macros are captured by libtest, and shown only for failing tests.
    let _ = writeln!(std::io::stderr(), "{text}");
}
