//! `oms copy`: copies all data to another, empty database. `db::table_copy` transfers the rows; this module
//! controls the sequence.

use indicatif::{HumanCount, HumanDuration, ProgressBar};

use crate::cli::{Failure, check, is_missing_file, open, print, progress};
use crate::db::table_copy::{self, Compared, TABLES};
use crate::db::{Address, Conn, Purpose};
use crate::error::InternalError;

/// Copies all tables and prints the number of rows.
pub fn run(from: &Address, to: &Address) -> Result<(), Failure> {
    if is_missing_file(from) {
        let reason = "no such file".to_owned();
        return Err(Failure::Read { source_name: from.to_string(), reason });
    }
    check(from)?;
    let mut source = Conn::open(from, Purpose::Maintenance)?;
    let mut target = open(to)?;
    if table_copy::is_same_database(&mut source, &mut target)? {
        return Err(Failure::SameDatabase { database: to.to_string() });
    }
    let bar = progress(0, "Copying");
    // The target is locked first, so that the wait for the lock does not extend the snapshot of the source.
    let copied = target.with_exclusive_lock(|target| {
        source.in_snapshot(|source| {
            if holds_rows(target)? {
                return Err(Failure::TargetNotEmpty { database: to.to_string() });
            }
            copy(source, target, &bar)
        })
    });
    bar.finish_and_clear();
    let copied = copied?;
    target.number_committed_events().map_err(InternalError::from)?;
    let counts: Vec<String> =
        copied.into_iter().map(|(table, rows)| format!("{} {}", HumanCount(rows), rows_of(table))).collect();
    print(&format!("copied {} from {from} to {to} in {}\n", counts.join(", "), HumanDuration(bar.elapsed())))
}

/// Returns the rows of a table in words.
fn rows_of(table: &str) -> String {
    if table == "idempotency" { "idempotency keys".to_owned() } else { table.replace('_', " ") }
}

fn holds_rows(conn: &mut Conn) -> Result<bool, Failure> {
    for table in TABLES.iter().filter(|table| !table.has_one_row()) {
        if !table.is_empty(conn)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Copies all tables and compares them. Returns the number of rows of each.
fn copy(from: &mut Conn, to: &mut Conn, bar: &ProgressBar) -> Result<Vec<(&'static str, u64)>, Failure> {
    let tables = table_copy::parents_first(from)?;
    let mut counts = Vec::new();
    for table in &tables {
        counts.push((table.name, table.count(from)?));
    }
    bar.set_length(counts.iter().map(|(_, rows)| rows).sum());
    table_copy::clear_event_log(to)?;
    for table in &tables {
        let mut last = i64::MIN;
        while let Some(copied) = table.copy_next(last, from, to)? {
            last = copied.last;
            bar.inc(copied.rows);
        }
        table.advance_sequence(table.highest_id(from)?, to)?;
    }
    bar.set_message("Comparing");
    bar.set_position(0);
    for table in &tables {
        let mut last = i64::MIN;
        loop {
            match table.compare_next(last, from, to)? {
                Compared::End => break,
                Compared::Equal(compared) => {
                    last = compared.last;
                    bar.inc(compared.rows);
                }
                Compared::Different { id, column } => {
                    return Err(Failure::CopyDiffers { table: table.name, column, id });
                }
            }
        }
    }
    table_copy::number_events(to)?;
    counts.retain(|(name, _)| TABLES.iter().any(|table| table.name == *name && !table.has_one_row()));
    Ok(counts)
}
