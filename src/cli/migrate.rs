//! `oms migrate`: lists, runs and reverts migrations.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};

use indicatif::HumanCount;

use crate::cli::{Failure, is_missing_file, migrate_failure, print};
use crate::config::{Consent, MigrateStep};
use crate::db::migrate::Loss;
use crate::db::{Address, Conn, Purpose, migrate};

/// Runs one step and prints the result.
pub fn run(address: &Address, step: MigrateStep, consent: Consent) -> Result<(), Failure> {
    let failed = |error| migrate_failure(address, error);
    match step {
        MigrateStep::Status => status(address),
        MigrateStep::Up => {
            let ran = migrate::up(&mut Conn::open(address, Purpose::Maintenance)?).map_err(failed)?;
            if ran.is_empty() {
                return print(&format!("{} is up to date\n", address));
            }
            print(&ran.iter().map(|name| format!("ran {name}\n")).collect::<String>())
        }
        MigrateStep::Down if is_missing_file(address) => {
            Err(Failure::Read { source_name: address.to_string(), reason: "no such file".to_owned() })
        }
        MigrateStep::Down => down(address, consent),
    }
}

fn down(address: &Address, consent: Consent) -> Result<(), Failure> {
    let failed = |error| migrate_failure(address, error);
    let mut conn = Conn::open(address, Purpose::Maintenance)?;
    require_unused(address, &mut conn, consent)?;
    let Some(loss) = migrate::loss(&mut conn).map_err(failed)? else {
        return print(&format!("{address} has no migration to revert\n"));
    };
    if !consent.yes {
        let warning = format!(
            "reverting {} permanently deletes from {address}: {}",
            loss.migration,
            listed(&loss, |_| true).unwrap_or_else(|| "no rows".to_owned())
        );
        if !io::stdin().is_terminal() {
            return Err(Failure::NotConfirmed { warning });
        }
        if !ask(&format!("{warning}\nRevert it? [y/N] "))? {
            return print("the migration was not reverted\n");
        }
        // A server may have started during the confirmation.
        require_unused(address, &mut conn, consent)?;
    }
    migrate::down(&mut conn).map_err(failed)?;
    let deleted = listed(&loss, |rows| rows > 0).map(|deleted| format!(" and deleted {deleted}"));
    print(&format!("reverted {}{}\n", loss.migration, deleted.unwrap_or_default()))
}

fn require_unused(address: &Address, conn: &mut Conn, consent: Consent) -> Result<(), Failure> {
    if !consent.force && conn.is_in_use()? {
        return Err(Failure::InUse { database: address.to_string() });
    }
    Ok(())
}

/// Lists the data that is deleted: the columns, and the tables whose number of rows passes the filter.
/// Returns `None` if the list is empty.
fn listed(loss: &Loss, include: impl Fn(u64) -> bool) -> Option<String> {
    let rows = loss.rows.iter().filter(|(_, rows)| include(*rows));
    let rows = rows.map(|(table, rows)| format!("{} {}", HumanCount(*rows), table.replace('_', " ")));
    let columns = loss.columns.iter().map(|column| format!("the column {column}"));
    let lost: Vec<String> = rows.chain(columns).collect();
    (!lost.is_empty()).then(|| lost.join(", "))
}

fn ask(question: &str) -> Result<bool, Failure> {
    let unreadable = |error: io::Error| Failure::Read {
        source_name: "the confirmation".to_owned(),
        reason: error.to_string(),
    };
    let mut err = io::stderr().lock();
    err.write_all(question.as_bytes()).and_then(|()| err.flush()).map_err(unreadable)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(unreadable)?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

fn status(address: &Address) -> Result<(), Failure> {
    let failed = |error| migrate_failure(address, error);
    // Reading the status must not create the database.
    let steps = if is_missing_file(address) {
        migrate::all_pending().map_err(failed)?
    } else {
        migrate::status(&mut Conn::open(address, Purpose::Maintenance)?).map_err(failed)?
    };
    let mut text = String::new();
    for step in steps {
        let state = if step.applied { "applied" } else { "pending" };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{state}  {}", step.name);
    }
    print(&text)
}
