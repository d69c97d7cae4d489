//! The commands, one module each: they open the database, say what they did on the terminal, and end.
//! What the server does while it runs is not here.

mod copy;
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

/// Does what was asked for.
pub fn run(task: Task) -> Result<(), Failure> {
    match task {
        Task::Serve(serve) => serve::run(*serve),
        Task::Migrate { database, step, consent } => migrate::run(&database, step, consent),
        Task::Seed { database, seed } => seed::run(&database, seed),
        Task::Import { database, folder, mode } => import::run(&database, &folder, mode),
        Task::Copy { from, to } => copy::run(&from, &to),
        Task::Schema { check } => schema::run(check.as_deref()),
    }
}

/// Says on standard error why a command failed.
pub fn complain(failure: &Failure) {
    // Nobody may be reading, and then nobody needs to know.
    let _ = writeln!(io::stderr().lock(), "oms: {failure}");
}

/// Prints what a command has to say.
fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // `oms … | head` has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|error| Failure::Output(error.to_string())),
    }
}

/// Opens the database to write to it: creates it if it is not there, and runs the migrations it has
/// not had.
fn open(address: &Address) -> Result<Conn, Failure> {
    let mut conn = Conn::open(address, Purpose::Maintenance)?;
    let ran = migrations::up(&mut conn).map_err(|error| migrate_failure(address, error))?;
    if !ran.is_empty() {
        tracing::info!("{address}: ran {}", ran.join(", "));
    }
    Ok(conn)
}

/// Fails unless the database has had every migration.
fn check(address: &Address) -> Result<(), Failure> {
    let steps = if is_to_be_made(address) {
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

/// Whether opening the database would create it.
fn is_to_be_made(address: &Address) -> bool {
    matches!(address, Address::File(path) if !path.exists())
}

fn migrate_failure(address: &Address, error: MigrateError) -> Failure {
    Failure::Migrate { database: address.to_string(), error }
}

/// A progress bar over so many rows; invisible where standard error is no terminal.
fn progress(rows: u64, doing: &'static str) -> ProgressBar {
    const LOOK: &str = "{msg} {wide_bar} {human_pos} of {human_len} rows, {eta} left";
    let style = ProgressStyle::with_template(LOOK).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(rows).with_style(style).with_message(doing)
}
