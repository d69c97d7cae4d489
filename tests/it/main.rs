//! Every test that looks at the server from outside, in one binary: it speaks HTTP, starts the
//! program, kills it, reads what it left in its file.

#[cfg(feature = "postgres")]
mod alike;
mod answers;
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
mod examiner;
mod executor;
mod garbage;
mod heavy;
mod http;
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
mod scenarios;
mod schema;
mod seed;
mod shop;
mod statements;
mod store;
mod stored;
mod watch;

/// What the environment says of how the tests are run.
#[expect(clippy::disallowed_methods, reason = "a test is configured by nothing else")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Says what a test did, also when it passes.
pub fn say(text: &str) {
    use std::io::Write;

    // Straight to the stream: what the print macros write is shown for failures only.
    let _ = writeln!(std::io::stderr(), "{text}");
}
