//! `oms migrate`: shows, runs and takes back migrations.

use std::fmt::Write as _;
use std::path::Path;

use crate::cli::{Failure, migrate_failure, say};
use crate::config::MigrateStep;
use crate::db::{Conn, migrate};

/// Does one step and says what it did.
pub fn run(path: &Path, step: MigrateStep) -> Result<(), Failure> {
    let failed = |error| migrate_failure(path, error);
    match step {
        MigrateStep::Status => status(path),
        MigrateStep::Up => {
            let ran = migrate::up(&mut Conn::open_writer(path)?).map_err(failed)?;
            if ran.is_empty() {
                return say(&format!("{} is up to date\n", path.display()));
            }
            say(&ran.iter().map(|name| format!("ran {name}\n")).collect::<String>())
        }
        MigrateStep::Down if !path.exists() => {
            Err(Failure::Unreadable { path: path.to_owned(), reason: "there is no such file".to_owned() })
        }
        MigrateStep::Down => match migrate::down(&mut Conn::open_writer(path)?).map_err(failed)? {
            Some(name) => say(&format!("took back {name}\n")),
            None => say(&format!("{} has no migration to take back\n", path.display())),
        },
    }
}

fn status(path: &Path) -> Result<(), Failure> {
    let failed = |error| migrate_failure(path, error);
    // To look at a database must not create it.
    let steps = if path.exists() {
        migrate::status(&mut Conn::open_writer(path)?).map_err(failed)?
    } else {
        migrate::of_nothing().map_err(failed)?
    };
    let mut text = String::new();
    for step in steps {
        let state = if step.applied { "applied" } else { "pending" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{state}  {}", step.name);
    }
    say(&text)
}
