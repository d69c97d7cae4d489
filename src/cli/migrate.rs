//! `oms migrate`: lists, runs and reverts migrations.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};

use indicatif::HumanCount;

use crate::cli::{Failure, is_to_be_made, migrate_failure, say};
use crate::config::{Consent, MigrateStep};
use crate::db::migrate::Loss;
use crate::db::{Address, Conn, Purpose, migrate};

/// Does one step and says what it did.
pub fn run(address: &Address, step: MigrateStep, consent: Consent) -> Result<(), Failure> {
    let failed = |error| migrate_failure(address, error);
    match step {
        MigrateStep::Status => status(address),
        MigrateStep::Up => {
            let ran = migrate::up(&mut Conn::open(address, Purpose::Maintenance)?).map_err(failed)?;
            if ran.is_empty() {
                return say(&format!("{} is up to date\n", address));
            }
            say(&ran.iter().map(|name| format!("ran {name}\n")).collect::<String>())
        }
        MigrateStep::Down if is_to_be_made(address) => {
            Err(Failure::Unreadable { what: address.to_string(), reason: "there is no such file".to_owned() })
        }
        MigrateStep::Down => down(address, consent),
    }
}

fn down(address: &Address, consent: Consent) -> Result<(), Failure> {
    let failed = |error| migrate_failure(address, error);
    let mut conn = Conn::open(address, Purpose::Maintenance)?;
    require_unused(address, &mut conn, consent)?;
    let Some(loss) = migrate::loss(&mut conn).map_err(failed)? else {
        return say(&format!("{address} has no migration to revert\n"));
    };
    if !consent.yes {
        let warning = format!(
            "reverting {} permanently deletes from {address}: {}",
            loss.migration,
            listed(&loss, |_| true).unwrap_or_else(|| "no rows".to_owned())
        );
        if !io::stdin().is_terminal() {
            return Err(Failure::Unconfirmed { warning });
        }
        if !ask(&format!("{warning}\nRevert it? [y/N] "))? {
            return say("the migration was not reverted\n");
        }
        // A server may have started while the question was open.
        require_unused(address, &mut conn, consent)?;
    }
    migrate::down(&mut conn).map_err(failed)?;
    let deleted = listed(&loss, |rows| rows > 0).map(|deleted| format!(", which deleted {deleted}"));
    say(&format!("reverted {}{}\n", loss.migration, deleted.unwrap_or_default()))
}

fn require_unused(address: &Address, conn: &mut Conn, consent: Consent) -> Result<(), Failure> {
    if !consent.force && conn.is_in_use()? {
        return Err(Failure::InUse { database: address.to_string() });
    }
    Ok(())
}

/// Lists what is deleted, of tables those with such a number of rows; `None` where that is nothing.
fn listed(loss: &Loss, include: impl Fn(u64) -> bool) -> Option<String> {
    let rows = loss.rows.iter().filter(|(_, rows)| include(*rows));
    let rows = rows.map(|(table, rows)| format!("{} {}", HumanCount(*rows), table.replace('_', " ")));
    let columns = loss.columns.iter().map(|column| format!("the column {column}"));
    let lost: Vec<String> = rows.chain(columns).collect();
    (!lost.is_empty()).then(|| lost.join(", "))
}

fn ask(question: &str) -> Result<bool, Failure> {
    let unreadable =
        |error: io::Error| Failure::Unreadable { what: "the answer".to_owned(), reason: error.to_string() };
    let mut err = io::stderr().lock();
    err.write_all(question.as_bytes()).and_then(|()| err.flush()).map_err(unreadable)?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).map_err(unreadable)?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

fn status(address: &Address) -> Result<(), Failure> {
    let failed = |error| migrate_failure(address, error);
    // To look at a database must not create it.
    let steps = if is_to_be_made(address) {
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
    say(&text)
}
