//! `oms import`: takes in customers, products, orders and their lines from four CSV files, all of
//! them or nothing. `table` reads CSV, `files` says what the four hold, `plan` holds them against the
//! database, `write` writes what is new.

mod files;
mod plan;
mod store;
mod table;
mod write;

use std::fmt::Write as _;
use std::path::Path;

use indicatif::HumanCount;

use crate::cli::{Failure, open, progress, say};
use crate::clock::Clock;
use crate::db::Address;
use crate::error::Error;
use files::Files;
use plan::Plan;
pub use table::Problem;
use write::{Count, Summary};

/// Imports the four files in `folder` into the database, and says what was new.
pub fn run(address: &Address, folder: &Path) -> Result<(), Failure> {
    if !folder.is_dir() {
        let reason = if folder.exists() { "it is not a folder" } else { "there is no such folder" };
        return Err(Failure::Unreadable { what: folder.display().to_string(), reason: reason.to_owned() });
    }
    let files = Files::read(folder).map_err(Failure::BadRows)?;
    let mut conn = open(address)?;
    let bar = progress(files.len(), "Checking");
    let imported = conn.exclusively(|conn| {
        let plan = match Plan::new(conn, &files, &bar)? {
            Ok(plan) => plan,
            Err(problems) => return Ok(Err(problems)),
        };
        bar.set_message("Importing");
        bar.set_position(0);
        Ok::<_, Error>(Ok(write::write(conn, Clock::System.now(), &files, plan, &bar)?))
    });
    bar.finish_and_clear();
    let summary = imported?.map_err(Failure::BadRows)?;
    say(&told(&summary))
}

fn told(summary: &Summary) -> String {
    let mut text = String::new();
    for (what, Count { new, there }) in [
        ("customers", &summary.customers),
        ("products", &summary.products),
        ("orders", &summary.orders),
        ("order lines", &summary.lines),
    ] {
        let (new, there) = (HumanCount(*new).to_string(), HumanCount(*there).to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{what:<11}  {new:>9} new  {there:>9} already there");
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
