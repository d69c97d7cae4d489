//! The arguments of the commands other than `serve`.

use clap::{Args, ValueEnum};

/// What happens to the migrations of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MigrateStep {
    /// List the migrations and whether the database has them
    Status,
    /// Run those that are missing
    Up,
    /// Revert the newest migration after listing the data that this deletes and asking; to revert the first
    /// migration deletes everything
    Down,
}

/// What `oms migrate down` may do without asking.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct Consent {
    /// Revert the migration without asking; required where standard input is not a terminal
    #[arg(long)]
    pub yes: bool,
    /// Revert the migration although a server or another command has the database open
    #[arg(long)]
    pub force: bool,
}

/// What an import does where its files differ from records that the database has already. Without either option,
/// it fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
pub struct OnDifference {
    /// Replace what differs in customers (name, spelling of the e-mail address, phone, address, notes) and in
    /// products (name, description, price); a blank clears a value. Stock and orders are never replaced
    #[arg(long)]
    pub update: bool,
    /// Leave what differs as it is in the database, and list it
    #[arg(long)]
    pub keep: bool,
}

/// How large a generated shop is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct Seed {
    /// How many customers
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(..=MOST))]
    pub customers: u32,
    /// How many products, each with stock
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(..=MOST))]
    pub products: u32,
    /// How many orders, of one to five lines
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(..=MOST))]
    pub orders: u32,
    /// Another number makes another shop; the same numbers make the same shop, to the last row
    #[arg(long = "seed", value_name = "N", default_value_t = 1)]
    pub number: u64,
}

/// Most of each that is generated, which keeps the stock of one product within 32 bits.
const MOST: i64 = 100_000_000;
