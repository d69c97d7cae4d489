//! `oms copy`: the whole store from one database into another, empty one. How rows travel is decided
//! in `db::table_copy`; here is the order of things.

use indicatif::{HumanCount, HumanDuration, ProgressBar};

use crate::cli::{Failure, check, is_to_be_made, open, progress, say};
use crate::db::table_copy::{self, Compared, TABLES};
use crate::db::{Address, Conn, Purpose};

/// Copies everything, and says what there was.
pub fn run(from: &Address, to: &Address) -> Result<(), Failure> {
    if is_to_be_made(from) {
        let reason = "there is no such file".to_owned();
        return Err(Failure::Unreadable { what: from.to_string(), reason });
    }
    check(from)?;
    let mut source = Conn::open(from, Purpose::Maintenance)?;
    let mut target = open(to)?;
    if table_copy::is_same_database(&mut source, &mut target)? {
        return Err(Failure::SameDatabase { database: to.to_string() });
    }
    let bar = progress(0, "Copying");
    // The target first: what has to be waited for is waited for before the snapshot is taken.
    let copied = target.with_exclusive_lock(|target| {
        source.in_snapshot(|source| {
            if holds_rows(target)? {
                return Err(Failure::Occupied { database: to.to_string() });
            }
            copy(source, target, &bar)
        })
    });
    bar.finish_and_clear();
    let counts: Vec<String> = copied?
        .into_iter()
        .map(|(table, rows)| format!("{} {}", HumanCount(rows), table.replace('_', " ")))
        .collect();
    say(&format!(
        "{to} has all of {from} now: {}; it took {}\n",
        counts.join(", "),
        HumanDuration(bar.elapsed())
    ))
}

fn holds_rows(conn: &mut Conn) -> Result<bool, Failure> {
    for table in TABLES {
        if !table.is_empty(conn)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Copies every table and compares them; how many rows there were in each.
fn copy(from: &mut Conn, to: &mut Conn, bar: &ProgressBar) -> Result<Vec<(&'static str, u64)>, Failure> {
    let mut counts = Vec::new();
    for table in TABLES {
        counts.push((table.name, table.count(from)?));
    }
    bar.set_length(counts.iter().map(|(_, rows)| rows).sum());
    for table in TABLES {
        let mut last = i64::MIN;
        while let Some(copied) = table.copy_next(last, from, to)? {
            last = copied.last;
            bar.inc(copied.rows);
        }
        table.advance_sequence(table.highest_id(from)?, to)?;
    }
    bar.set_message("Comparing");
    bar.set_position(0);
    for table in TABLES {
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
    Ok(counts)
}
