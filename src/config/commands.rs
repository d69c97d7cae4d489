//! Options of the commands other than `serve`.

use clap::{Args, Subcommand, ValueEnum};

use crate::types::Timestamp;

/// The action of `oms events`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum EventsAction {
    /// Remove old events from the log
    ///
    /// Removes the events up to the first one at or after the date, in transactions of 1,000 events, also while a
    /// server is running. The stock of each product keeps an opening movement. Clients that poll with an older
    /// cursor get the error CURSOR_EXPIRED.
    Prune {
        /// Date (2026-01-01, which starts at midnight UTC) or date and time in RFC 3339
        #[arg(long, value_name = "DATE", value_parser = date)]
        before: Timestamp,
    },
}

fn date(text: &str) -> Result<Timestamp, String> {
    // A date without a time has 10 characters.
    if text.len() == 10 { format!("{text}T00:00:00Z").parse() } else { text.parse() }
}

/// The action of `oms migrate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MigrateStep {
    /// List the migrations and whether each is applied
    Status,
    /// Run all pending migrations
    Up,
    /// Revert the latest migration. Lists the data that this deletes and asks for confirmation; reverting the
    /// first migration deletes all data
    Down,
}

/// The confirmations of `oms migrate down`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct Consent {
    /// Revert the migration without confirmation; required unless standard input is a terminal
    #[arg(long)]
    pub yes: bool,
    /// Revert the migration even if a server or another command has the database open
    #[arg(long)]
    pub force: bool,
}

/// The handling of rows that differ from the existing record. Without either option, the import fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct OnDifference {
    /// Update existing customers (name, spelling of the e-mail address, phone, address, notes) and products
    /// (name, description, price); a blank value clears the field. Never changes inventory or orders
    #[arg(long)]
    pub update: bool,
    /// Keep the values in the database, and list the differences
    #[arg(long)]
    pub keep: bool,
}

/// The handling of the files in the directory of `oms export`. Without the option, the export fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct Overwrite {
    /// Write to a directory that is not empty, and replace the four files there
    #[arg(long)]
    pub force: bool,
}

/// The size of the generated sample data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct Seed {
    /// Number of customers
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(..=MAX_ROWS))]
    pub customers: u32,
    /// Number of products, each with an inventory
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(..=MAX_ROWS))]
    pub products: u32,
    /// Number of orders, each with one to five items
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(..=MAX_ROWS))]
    pub orders: u32,
    /// Seed of the random number generator; the same options generate the same data
    #[arg(long = "seed", value_name = "N", default_value_t = 1)]
    pub number: u64,
}

/// The maximum of each number. Keeps the stock of a product within 32 bits.
const MAX_ROWS: i64 = 100_000_000;
