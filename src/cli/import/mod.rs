//! `oms import`: takes in customers, products, orders and their lines from four CSV files, all of
//! them or nothing. `table` reads CSV, whose `quotes` are checked before; `files` says what the four hold; `plan`
//! holds them against the database; `compare` and `differences` find records that the database has already with
//! other values; `write` writes what is new or replaced.

mod compare;
mod differences;
mod files;
mod plan;
mod quotes;
mod store;
mod table;
mod write;

use std::fmt::Write as _;
use std::path::Path;

use indicatif::HumanCount;

use crate::cli::{Failure, open, progress, say};
use crate::clock::Clock;
use crate::config::OnDifference;
use crate::db::Address;
use crate::db::write_clock::WriteClock;
use crate::error::Error;
use files::Files;
use plan::{Plan, Refused};
pub use table::Problem;
use write::{Count, Summary};

/// Imports the four files in `folder` into the database, and says what it did.
pub fn run(address: &Address, folder: &Path, mode: OnDifference) -> Result<(), Failure> {
    if !folder.is_dir() {
        let reason = if folder.exists() { "it is not a folder" } else { "there is no such folder" };
        return Err(Failure::Unreadable { what: folder.display().to_string(), reason: reason.to_owned() });
    }
    let files = Files::read(folder).map_err(|problems| Failure::BadRows { problems, hint: None })?;
    let mut conn = open(address)?;
    let bar = progress(files.len(), "Checking");
    let imported = conn.with_exclusive_lock(|conn| {
        let clock = WriteClock::new(Clock::System);
        clock.prepare(conn)?;
        let plan = match Plan::new(conn, &files, mode, &bar)? {
            Ok(plan) => plan,
            Err(refused) => return Ok(Err(refused)),
        };
        bar.set_message("Importing");
        bar.set_position(0);
        Ok::<_, Error>(Ok(write::write(conn, clock.next(), &files, plan, &bar)?))
    });
    bar.finish_and_clear();
    let summary = imported?.map_err(|Refused { problems, differs }| Failure::BadRows {
        problems,
        hint: differs.then(|| hint(mode)),
    })?;
    say(&told(&summary))
}

/// What can be done about files that differ from the database.
fn hint(mode: OnDifference) -> &'static str {
    if mode.update {
        "--keep leaves what cannot be updated as it is in the database"
    } else {
        "--update replaces what differs in customers and products, except for stock; \
         --keep leaves what differs as it is in the database"
    }
}

fn told(summary: &Summary) -> String {
    let mut text = String::new();
    for (what, Count { new, updated, kept, unchanged }) in [
        ("customers", &summary.customers),
        ("products", &summary.products),
        ("orders", &summary.orders),
        ("order lines", &summary.lines),
    ] {
        let [new, updated, kept, unchanged] =
            [new, updated, kept, unchanged].map(|rows| HumanCount(*rows).to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{what:<11}  {new:>9} new  {updated:>9} updated  {kept:>9} kept  {unchanged:>9} unchanged"
        );
    }
    if !summary.kept.is_empty() {
        let _ = writeln!(
            text,
            "values that differ, and were kept as they are in the database: {}",
            summary.kept.len()
        );
    }
    for kept in &summary.kept {
        let _ = writeln!(text, "  {kept}");
    }
    if !summary.short.is_empty() {
        let _ = writeln!(text, "lines of open orders that stock does not cover: {}", summary.short.len());
    }
    for short in &summary.short {
        let _ = writeln!(
            text,
            "  order {}, {}: {} wanted, {} reserved",
            short.reference, short.sku, short.wanted, short.reserved
        );
    }
    text
}
