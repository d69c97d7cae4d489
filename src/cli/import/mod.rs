//! `oms import`: imports customers, products, orders and order items from four CSV files, in one transaction.
//! `table` reads CSV after `quotes` has checked it; `parse` and `products` validate the values and return the records of `files`;
//! `plan` resolves references between the files and the database, with `lookup`, `counters` and `reservation`; `compare` and
//! `differences` find differences from existing records; `write` inserts and updates, with the times of `history`, and
//! returns a `summary`.
//! The columns are in `cli::csv_files`, as `oms export` writes them.

mod compare;
mod counters;
mod differences;
mod files;
mod history;
mod lookup;
mod parse;
mod plan;
mod products;
mod quotes;
mod reservation;
mod store;
mod summary;
mod table;
mod write;

use std::fmt::Write as _;
use std::path::Path;

use indicatif::HumanCount;

use crate::cli::rows::is_empty;
use crate::cli::{Failure, open, print, progress};
use crate::clock::Clock;
use crate::config::OnDifference;
use crate::db::Address;
use crate::db::write_clock::WriteClock;
use crate::error::{Error, InternalError};
use crate::types::Timestamp;
use files::Files;
use history::HistoryRule;
use plan::{Plan, PlanError};
use summary::{RowCounts, Summary};
pub use table::ImportProblem;

/// The time that a record may be ahead of the clock, in microseconds.
const YEAR: i64 = 366 * 24 * 3_600 * 1_000_000;

/// Imports the four files of a directory and prints the result.
pub fn run(address: &Address, folder: &Path, mode: OnDifference) -> Result<(), Failure> {
    if !folder.is_dir() {
        let reason = if folder.exists() { "not a directory" } else { "no such directory" };
        return Err(Failure::Read { source_name: folder.display().to_string(), reason: reason.to_owned() });
    }
    let latest = Timestamp(Clock::System.now().0.saturating_add(YEAR).min(Timestamp::MAX.0));
    let files =
        Files::read(folder, latest).map_err(|problems| Failure::InvalidRows { problems, hint: None })?;
    let mut conn = open(address)?;
    let bar = progress(files.len(), "Checking");
    let imported = conn.with_exclusive_lock(|conn| {
        let clock = WriteClock::new(Clock::System);
        clock.prepare(conn)?;
        let was_empty = is_empty(conn)?;
        let plan = match Plan::new(conn, &files, mode, &bar)? {
            Ok(plan) => plan,
            Err(rejected) => return Ok(Err(rejected)),
        };
        bar.set_message("Importing");
        bar.set_position(0);
        let now = clock.next();
        let history = if was_empty { HistoryRule::Kept(now) } else { HistoryRule::Started(now) };
        Ok::<_, Error>(Ok(write::write(conn, history, &files, plan, &bar)?))
    });
    bar.finish_and_clear();
    let imported = imported?;
    conn.number_committed_events().map_err(InternalError::from)?;
    let summary = imported.map_err(|PlanError { problems, differs }| Failure::InvalidRows {
        problems,
        hint: differs.then(|| hint(mode)),
    })?;
    print(&summary_text(&summary))
}

/// Returns the options that resolve differences from the database.
fn hint(mode: OnDifference) -> &'static str {
    if mode.update {
        "pass --keep to keep the values in the database that cannot be updated"
    } else {
        "pass --update to update customers and products, but not their inventory, \
         or --keep to keep the values in the database"
    }
}

fn summary_text(summary: &Summary) -> String {
    let mut text = String::new();
    for (what, RowCounts { new, updated, kept, unchanged }) in [
        ("customers", &summary.customers),
        ("products", &summary.products),
        ("orders", &summary.orders),
        ("order items", &summary.items),
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
        let _ = writeln!(text, "differing values that were kept as in the database: {}", summary.kept.len());
    }
    for kept in &summary.kept {
        let _ = writeln!(text, "  {kept}");
    }
    if !summary.short.is_empty() {
        let _ = writeln!(text, "items of open orders that are not fully reserved: {}", summary.short.len());
    }
    for short in &summary.short {
        let _ = writeln!(
            text,
            "  order {}, {}: {} open, {} reserved",
            short.order, short.sku, short.wanted, short.reserved
        );
    }
    text
}
