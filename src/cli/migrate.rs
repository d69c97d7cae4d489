//! `oms migrate`: shows, runs and takes back migrations.

use std::fmt::Write as _;

use crate::cli::{Failure, is_to_be_made, migrate_failure, say};
use crate::config::MigrateStep;
use crate::db::{Address, Conn, Purpose, migrate};

/// Does one step and says what it did.
pub fn run(address: &Address, step: MigrateStep) -> Result<(), Failure> {
    let failed = |error| migrate_failure(address, error);
    match step {
        MigrateStep::Status => status(address),
        MigrateStep::Up => {
            let ran = migrate::up(&mut Conn::open(address, Purpose::Alone)?).map_err(failed)?;
            if ran.is_empty() {
                return say(&format!("{} is up to date\n", address));
            }
            say(&ran.iter().map(|name| format!("ran {name}\n")).collect::<String>())
        }
        MigrateStep::Down if is_to_be_made(address) => {
            Err(Failure::Unreadable { what: address.to_string(), reason: "there is no such file".to_owned() })
        }
        MigrateStep::Down => {
            match migrate::down(&mut Conn::open(address, Purpose::Alone)?).map_err(failed)? {
                Some(name) => say(&format!("took back {name}\n")),
                None => say(&format!("{} has no migration to take back\n", address)),
            }
        }
    }
}

fn status(address: &Address) -> Result<(), Failure> {
    let failed = |error| migrate_failure(address, error);
    // To look at a database must not create it.
    let steps = if is_to_be_made(address) {
        migrate::of_nothing().map_err(failed)?
    } else {
        migrate::status(&mut Conn::open(address, Purpose::Alone)?).map_err(failed)?
    };
    let mut text = String::new();
    for step in steps {
        let state = if step.applied { "applied" } else { "pending" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{state}  {}", step.name);
    }
    say(&text)
}
