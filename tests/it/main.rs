//! Every test that looks at the server from outside, in one binary: it speaks HTTP, starts the
//! program, kills it, reads what it left in its file.

mod books;
mod cli;
mod client;
#[cfg(feature = "postgres")]
mod cluster;
mod command;
mod copy;
mod crash;
mod executor;
mod http;
mod import;
mod invariants;
mod kinds;
mod migrate;
mod northwind;
mod plans;
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
mod watch;

/// Says what a test did, also when it passes.
pub fn say(text: &str) {
    use std::io::Write;

    // Straight to the stream: what the print macros write is shown for failures only.
    let _ = writeln!(std::io::stderr(), "{text}");
}
