//! The commands, one module each: they open the database, print their result, and return. The server itself
//! is not part of this module.

mod copy;
mod csv_files;
mod events;
mod export;
pub mod failure;
mod import;
mod migrate;
mod rows;
mod schema;
pub mod seed;
mod serve;

use std::io::{self, ErrorKind, Write};

use indicatif::{ProgressBar, ProgressStyle};

use crate::config::Task;
use crate::db::migrate::MigrateError;
use crate::db::{Address, Conn, Purpose, migrate as migrations};
pub use failure::Failure;

/// Runs a command.
pub fn run(task: Task) -> Result<(), Failure> {
    match task {
        Task::Serve(serve) => serve::run(*serve),
        Task::Migrate { database, step, consent } => migrate::run(&database, step, consent),
        Task::Seed { database, seed } => seed::run(&database, seed),
        Task::Import { database, folder, mode } => import::run(&database, &folder, mode),
        Task::Export { database, folder, overwrite } => export::run(&database, &folder, overwrite),
        Task::Copy { from, to } => copy::run(&from, &to),
        Task::PruneEvents { database, before } => events::prune(&database, before),
        Task::Schema { check } => schema::run(check.as_deref()),
    }
}

/// Prints the error of a command to standard error.
pub fn report(failure: &Failure) {
    // Standard error may be closed; there is no other place for the message.
    let _ = writeln!(io::stderr().lock(), "oms: {failure}");
}

/// Prints the result of a command to standard output.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // The reader, as in `oms … | head`, has closed the pipe.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| Failure::Output(error.to_string())),
    }
}

/// Opens the database for writing. Creates it if it does not exist, and runs pending migrations.
fn open(address: &Address) -> Result<Conn, Failure> {
    let mut conn = Conn::open(address, Purpose::Maintenance)?;
    let ran = migrations::up(&mut conn).map_err(|error| migrate_failure(address, error))?;
    if !ran.is_empty() {
        tracing::info!("{address}: ran {}", ran.join(", "));
    }
    Ok(conn)
}

/// Returns an error if the database has pending migrations.
fn check(address: &Address) -> Result<(), Failure> {
    let steps = if is_missing_file(address) {
        migrations::all_pending()
    } else {
        migrations::status(&mut Conn::open(address, Purpose::Maintenance)?)
    };
    let steps = steps.map_err(|error| migrate_failure(address, error))?;
    match steps.into_iter().find(|step| !step.applied) {
        Some(step) => Err(migrate_failure(address, MigrateError::Older(step.name))),
        None => Ok(()),
    }
}

/// Returns whether the database is a file that does not exist. Opening it would create it.
fn is_missing_file(address: &Address) -> bool {
    matches!(address, Address::File(path) if !path.exists())
}

fn migrate_failure(address: &Address, error: MigrateError) -> Failure {
    Failure::Migrate { database: address.to_string(), error }
}

/// Returns a progress bar for this number of rows. Hidden unless standard error is a terminal.
fn progress(rows: u64, doing: &'static str) -> ProgressBar {
    const TEMPLATE: &str = "{msg} {wide_bar} {human_pos} of {human_len} rows, {eta} left";
    let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(rows).with_style(style).with_message(doing)
}
