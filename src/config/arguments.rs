//! The arguments of the program, as clap parses them. Their doc comments are the text of `--help`.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{Args, Parser, Subcommand};

use crate::config::commands::{Consent, EventsAction, MigrateStep, OnDifference, Overwrite, Seed};
use crate::config::exposure::Exposure;
use crate::config::http::Http;
use crate::config::limits::Limits;
use crate::config::observe::Observe;

/// The headings of `--help`. They appear in the order of the fields of [`ServeArguments`].
pub(super) const SERVER: &str = "Server";
const DATABASE: &str = "Database";
pub(super) const LIMITS: &str = "Limits";
pub(super) const SECURITY: &str = "Security";
pub(super) const OBSERVABILITY: &str = "Observability";

/// Order-management server with a GraphQL API for customers, products, orders and inventory
///
/// Stores its data in an embedded SQLite database, or in PostgreSQL. Without a command, oms runs `serve`.
/// Command-line options take precedence over environment variables.
#[derive(Debug, Parser)]
#[command(name = "oms", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) serve: ServeArguments,
    /// Database to use: a path, sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        global = true,
        help_heading = DATABASE,
        display_order = 0,
        value_name = "DATABASE",
        env = "DATABASE_URL",
        // A URL may contain a password.
        hide_env_values = true,
        default_value = "oms.db"
    )]
    pub(super) database: String,
    #[command(subcommand)]
    pub(super) command: Option<CliCommand>,
}

#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// Address to listen on; 0.0.0.0 accepts connections from other machines
    #[arg(long, help_heading = SERVER, env = "OMS_HOST", default_value = "127.0.0.1")]
    pub(super) host: String,
    /// Port to listen on; 0 chooses a free port
    #[arg(long, help_heading = SERVER, env = "OMS_PORT", default_value_t = 8001)]
    pub(super) port: u16,
    /// Serve generated sample data from a temporary database
    #[arg(long, help_heading = SERVER, env = "OMS_DEMO", value_parser = BoolishValueParser::new())]
    pub(super) demo: bool,
    /// Replica of the PostgreSQL database for read-only operations, used while it is reachable
    #[arg(
        long, help_heading = DATABASE, value_name = "URL", env = "DATABASE_READ_URL", hide_env_values = true
    )]
    pub(super) read_database: Option<String>,
    /// Maximum number of connections to each PostgreSQL server, 1 to 1000
    #[arg(
        long, help_heading = DATABASE, value_name = "N", env = "OMS_CONNECTIONS", default_value_t = 16,
        value_parser = clap::value_parser!(u16).range(1..=1_000)
    )]
    pub(super) connections: u16,
    /// Refuse to start on a database with pending migrations, instead of running them
    #[arg(
        long, help_heading = DATABASE, env = "OMS_NO_MIGRATE", value_parser = BoolishValueParser::new()
    )]
    pub(super) no_migrate: bool,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) exposure: Exposure,
    #[command(flatten)]
    pub(super) http: Http,
    /// Log levels for standard error: error, warn, info, debug, trace, or a list such as "warn,oms=debug"
    #[arg(long, help_heading = OBSERVABILITY, value_name = "LEVELS", env = "OMS_LOG", default_value = "info")]
    pub(super) log: String,
    #[command(flatten)]
    pub(super) observe: Observe,
}

#[derive(Debug, Subcommand)]
pub(super) enum CliCommand {
    /// Run the server; the default command
    ///
    /// Creates the database if it does not exist and runs pending migrations. GraphiQL is served at /, the
    /// GraphQL endpoint at /graphql. Ctrl-C stops the server after the requests in progress.
    Serve(Box<ServeArguments>),
    /// List, run or revert the migrations of the database
    Migrate {
        /// Action to take
        #[arg(value_enum, default_value = "status")]
        step: MigrateStep,
        #[command(flatten)]
        consent: Consent,
    },
    /// Fill an empty database with generated sample data
    ///
    /// Generates customers, products, inventory and three years of orders. The same options generate the
    /// same data. Runs in one transaction: if the command is interrupted, the database remains empty.
    Seed(Seed),
    /// Import customers, products, orders and order items from CSV files
    ///
    /// DIR contains customers.csv (name, email, phone, address, notes), products.csv (sku, name,
    /// description, price, quantity), orders.csv (reference, customer_email, order_date, status) and
    /// order_items.csv (order_reference, sku, quantity, unit_price). The first line of each file contains
    /// the column names; values are quoted as in RFC 4180. Runs in one transaction: if any row is invalid,
    /// the command lists all invalid rows and imports nothing. The optional columns that `oms export` writes
    /// are described in the README.
    ///
    /// Rows are matched with existing records by e-mail address, SKU or reference. Rows that are equal to
    /// the existing record are skipped. If a row differs, the import fails and lists the differences, unless
    /// --update or --keep is given. The quantity of an existing product may be blank.
    Import {
        /// Directory that contains the four files
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        mode: OnDifference,
    },
    /// Export customers, products, orders and order items to CSV files
    ///
    /// Writes customers.csv, products.csv, orders.csv and order_items.csv to DIR, which `oms import` reads:
    /// an import into an empty database restores everything but ids. Reads a consistent snapshot, also while
    /// a server is running. The files get their names when all of them are complete: if the command is
    /// interrupted, DIR contains no complete file, but may contain files that end in .partial.
    Export {
        /// Directory to write to; it is created if it does not exist, and must be empty otherwise
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        overwrite: Overwrite,
    },
    /// Copy all data to another, empty database
    ///
    /// Copies between SQLite and PostgreSQL in either direction, or between two databases of the same kind.
    /// Rows keep their ids, versions and timestamps. Creates the target if it does not exist. Reads a
    /// consistent snapshot and compares every row after copying; on a difference, nothing is copied.
    Copy {
        /// Database to copy from: a path, sqlite:PATH or postgres://USER@HOST/NAME
        #[arg(long, help_heading = DATABASE, value_name = "DATABASE")]
        from: String,
        /// Empty database to copy to
        #[arg(long, help_heading = DATABASE, value_name = "DATABASE")]
        to: String,
    },
    /// Maintain the event log
    Events {
        #[command(subcommand)]
        action: EventsAction,
    },
    /// Print the GraphQL schema
    Schema {
        /// Compare the schema with this file, and fail if they differ, instead of printing it
        #[arg(long, value_name = "FILE")]
        check: Option<PathBuf>,
    },
}

#[cfg(test)]
mod tests {
    use clap::{Arg, CommandFactory};

    use super::*;

    /// Returns the options of `oms serve`, in the order of `--help`.
    fn options() -> Vec<Arg> {
        let serve = ServeArguments::augment_args(clap::Command::new("serve"));
        let database = Arguments::command().get_arguments().find(|arg| arg.get_id() == "database").cloned();
        serve.get_arguments().cloned().chain(database).collect()
    }

    #[test]
    fn help_groups_the_options_by_subject() {
        let mut headings: Vec<String> =
            options().iter().map(|option| option.get_help_heading().unwrap_or_default().to_owned()).collect();
        let mut seen = Vec::new();
        headings.retain(|heading| {
            let is_new = !seen.contains(heading);
            seen.push(heading.clone());
            is_new
        });
        assert_eq!(headings, [SERVER, DATABASE, LIMITS, SECURITY, OBSERVABILITY]);
    }

    #[test]
    fn every_option_has_an_environment_variable_and_a_row_in_the_readme() {
        let readme =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap_or_default();
        for option in options() {
            let name = option.get_long().unwrap();
            let variable = option.get_env().unwrap_or_else(|| panic!("--{name} has no environment variable"));
            let row = readme.lines().find(|line| {
                let rest = line.strip_prefix("| `--").and_then(|line| line.strip_prefix(name));
                rest.is_some_and(|rest| rest.starts_with(['`', ' ']))
            });
            let row = row.unwrap_or_else(|| panic!("README.md does not have --{name}"));
            assert!(row.contains(&format!("| `{}` |", variable.display())), "{row}");
            // Flags are off by default, and an empty value stands for no value.
            let is_flag = !option.get_action().takes_values();
            for default in option.get_default_values().iter().filter(|value| !is_flag && !value.is_empty()) {
                assert!(row.contains(&format!("| `{}` |", default.display())), "{row}");
            }
        }
    }
}
