//! Command-line arguments and environment variables. The only module that reads them.

mod commands;
mod database;
pub mod exposure;
pub mod http;
pub mod limits;
pub mod observe;
mod seconds;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

pub use crate::config::commands::{Consent, MigrateStep, OnDifference, Overwrite, Seed};
use crate::config::database::database;
use crate::config::exposure::Exposure;
use crate::config::http::Http;
use crate::config::limits::Limits;
use crate::config::observe::Observe;
use crate::db::address::Address;

/// The headings of `--help`, in addition to those of the modules below.
const SERVER: &str = "Server";
const DATABASE: &str = "Database";
const OBSERVABILITY: &str = "Observability";

/// A command with its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Serve the API.
    Serve(Box<Serve>),
    /// Run, revert or list the migrations of a database.
    Migrate { database: Address, step: MigrateStep, consent: Consent },
    /// Fill an empty database with generated data.
    Seed { database: Address, seed: Seed },
    /// Import the CSV files of a folder into a database.
    Import { database: Address, folder: PathBuf, mode: OnDifference },
    /// Export a database to the CSV files of a folder.
    Export { database: Address, folder: PathBuf, overwrite: Overwrite },
    /// Copy all rows of a database into an empty one.
    Copy { from: Address, to: Address },
    /// Print the schema, or compare it with the file `check`.
    Schema { check: Option<PathBuf> },
}

/// The options of `oms serve`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serve {
    /// The database to serve.
    pub storage: Storage,
    /// The host name or address to listen on.
    pub host: String,
    /// The port to listen on; 0 selects a free one.
    pub port: u16,
    /// The log levels: a level, or a list of targets with levels.
    pub log: String,
    /// The options of the HTTP server.
    pub http: Http,
    /// The limits of requests and of the server.
    pub limits: Limits,
    /// The options of logs, metrics and traces.
    pub observe: Observe,
    /// The parts of the API that clients can access.
    pub exposure: Exposure,
    /// Whether to refuse a database with pending migrations, instead of running them.
    pub no_migrate: bool,
}

/// The data that `oms serve` serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    /// The data in this database.
    Database(Address),
    /// Generated sample data in a temporary database, which is deleted when the server stops.
    Demo,
}

/// Order-management server with a GraphQL API for customers, products, orders and inventory
///
/// Stores its data in an embedded SQLite database, or in PostgreSQL. Without a command, oms runs `serve`.
/// Command-line options take precedence over environment variables.
#[derive(Debug, Parser)]
#[command(name = "oms", version, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    serve: ServeArguments,
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
    database: String,
    #[command(subcommand)]
    command: Option<CliCommand>,
}

#[derive(Debug, Args)]
struct ServeArguments {
    /// Address to listen on; 0.0.0.0 accepts connections from other machines
    #[arg(long, help_heading = SERVER, env = "OMS_HOST", default_value = "127.0.0.1")]
    host: String,
    /// Port to listen on; 0 chooses a free port
    #[arg(long, help_heading = SERVER, env = "OMS_PORT", default_value_t = 8001)]
    port: u16,
    /// Replica of the PostgreSQL database for read-only operations, used while it is reachable
    #[arg(
        long, help_heading = DATABASE, value_name = "URL", env = "DATABASE_READ_URL", hide_env_values = true
    )]
    read_database: Option<String>,
    /// Maximum number of connections to each PostgreSQL server, 1 to 1000
    #[arg(
        long, help_heading = DATABASE, value_name = "N", env = "OMS_CONNECTIONS", default_value_t = 16,
        value_parser = clap::value_parser!(u16).range(1..=1_000)
    )]
    connections: u16,
    /// Refuse to start on a database with pending migrations, instead of running them
    #[arg(long, help_heading = DATABASE)]
    no_migrate: bool,
    /// Serve generated sample data from a temporary database
    #[arg(long, help_heading = DATABASE)]
    demo: bool,
    /// Log levels for standard error: error, warn, info, debug, trace, or a list such as "warn,oms=debug"
    #[arg(long, help_heading = OBSERVABILITY, value_name = "LEVELS", env = "OMS_LOG", default_value = "info")]
    log: String,
    #[command(flatten)]
    http: Http,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    observe: Observe,
    #[command(flatten)]
    exposure: Exposure,
}

#[derive(Debug, Subcommand)]
enum CliCommand {
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
    /// Print the GraphQL schema
    Schema {
        /// Compare the schema with this file, and fail if they differ, instead of printing it
        #[arg(long, value_name = "FILE")]
        check: Option<PathBuf>,
    },
}

/// Parses the arguments, and the environment variables for options that are not given. The error prints
/// itself and has an exit code.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, clap::Error> {
    let matches = Arguments::command().try_get_matches_from(arguments)?;
    let arguments = Arguments::from_arg_matches(&matches)?;
    if let (Some((command, _)), Some(name)) = (matches.subcommand(), misplaced_serve_option(&matches)) {
        return Err(usage(format!(
            "--{name} is an option of `oms serve` and cannot be used with `{command}`"
        )));
    }
    let database = || database(&arguments.database).map_err(usage);
    Ok(match arguments.command {
        None => Task::Serve(serve(arguments.serve, &matches, database)?.into()),
        Some(CliCommand::Serve(serve_arguments)) => {
            Task::Serve(serve(*serve_arguments, &matches, database)?.into())
        }
        Some(CliCommand::Migrate { step, consent }) => {
            if step != MigrateStep::Down && consent != Consent::default() {
                return Err(usage("--yes and --force can only be used with `oms migrate down`".to_owned()));
            }
            Task::Migrate { database: database()?, step, consent }
        }
        Some(CliCommand::Seed(seed)) => {
            if seed.orders > 0 && (seed.customers == 0 || seed.products == 0) {
                return Err(usage(
                    "--orders requires --customers and --products of at least 1, unless it is 0".to_owned(),
                ));
            }
            Task::Seed { database: database()?, seed }
        }
        Some(CliCommand::Import { folder, mode }) => Task::Import { database: database()?, folder, mode },
        Some(CliCommand::Export { folder, overwrite }) => {
            Task::Export { database: database()?, folder, overwrite }
        }
        Some(CliCommand::Copy { from, to }) => {
            if is_given("database", &matches) {
                return Err(usage(
                    "--database cannot be used with `oms copy`: use --from and --to".to_owned(),
                ));
            }
            Task::Copy {
                from: self::database(&from).map_err(usage)?,
                to: self::database(&to).map_err(usage)?,
            }
        }
        Some(CliCommand::Schema { check }) => Task::Schema { check },
    })
}

fn serve(
    arguments: ServeArguments,
    matches: &ArgMatches,
    database: impl FnOnce() -> Result<Address, clap::Error>,
) -> Result<Serve, clap::Error> {
    let storage = if !arguments.demo {
        Storage::Database(with_replica(database()?, &arguments).map_err(usage)?)
    } else if is_given("database", matches) {
        return Err(usage("--demo cannot be used with --database".to_owned()));
    } else {
        Storage::Demo
    };
    Ok(Serve {
        storage,
        host: arguments.host,
        port: arguments.port,
        log: arguments.log,
        http: arguments.http,
        limits: arguments.limits,
        observe: arguments.observe,
        exposure: arguments.exposure,
        no_migrate: arguments.no_migrate,
    })
}

fn with_replica(database: Address, arguments: &ServeArguments) -> Result<Address, String> {
    let Address::Server(mut server) = database else {
        return match arguments.read_database {
            Some(_) => {
                Err("--read-database (DATABASE_READ_URL) requires a PostgreSQL database (--database or DATABASE_URL)".to_owned())
            }
            None => Ok(database),
        };
    };
    server.connections = arguments.connections.into();
    if let Some(text) = &arguments.read_database {
        let Address::Server(replica) = self::database(text)? else {
            return Err("--read-database (DATABASE_READ_URL) must be a postgres:// URL".to_owned());
        };
        server.read_url = Some(replica.url);
    }
    Ok(Address::Server(server))
}

/// Returns whether the option is given on the command line, before or after the command. Ignores environment
/// variables.
fn is_given(name: &str, matches: &ArgMatches) -> bool {
    let typed = |m: &ArgMatches| m.value_source(name) == Some(ValueSource::CommandLine);
    typed(matches) || matches.subcommand().is_some_and(|(_, command)| typed(command))
}

/// Returns an option of `serve` that is given before another command. Ignores environment variables.
fn misplaced_serve_option(matches: &ArgMatches) -> Option<String> {
    let serve = ServeArguments::augment_args(clap::Command::new("serve"));
    let typed = |a: &&clap::Arg| matches.value_source(a.get_id().as_str()) == Some(ValueSource::CommandLine);
    serve.get_arguments().find(typed).and_then(|argument| argument.get_long().map(str::to_owned))
}

fn usage(sentence: String) -> clap::Error {
    Arguments::command().error(ErrorKind::ValueValidation, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(arguments: &[&str]) -> Result<Task, String> {
        let all = ["oms"].iter().chain(arguments).map(OsString::from);
        read(all).map_err(|error| error.to_string())
    }

    #[test]
    fn serves_without_a_command() {
        for arguments in
            [&["--database", "x.db"][..], &["serve", "--database", "x.db"], &["--database", "x.db", "serve"]]
        {
            let serve = Serve {
                storage: Storage::Database(Address::File("x.db".into())),
                host: "127.0.0.1".into(),
                port: 8001,
                log: "info".into(),
                http: Http::default(),
                limits: Limits::default(),
                observe: Observe::default(),
                exposure: Exposure::default(),
                no_migrate: false,
            };
            assert_eq!(task(arguments), Ok(Task::Serve(serve.into())), "{arguments:?}");
        }
    }

    #[test]
    fn surface_options_disable_introspection_suggestions_and_playground() {
        let exposure = |arguments: &[&str]| match task(arguments).unwrap() {
            Task::Serve(serve) => serve.exposure,
            other => panic!("{other:?}"),
        };
        for (argument, open) in [
            ("--no-introspection", [false, true, true]),
            ("--no-suggestions", [true, false, true]),
            ("--no-playground", [true, true, false]),
            ("--production", [false, false, false]),
        ] {
            for arguments in [&[argument][..], &["serve", argument]] {
                let exposure = exposure(arguments);
                let is =
                    [exposure.has_introspection(), exposure.has_suggestions(), exposure.has_playground()];
                assert_eq!(is, open, "{arguments:?}");
            }
        }
        let exposure = exposure(&["--trusted-documents", "a.json", "--persisted-queries", "0"]);
        assert_eq!((exposure.trusted_documents, exposure.persisted_queries), (Some("a.json".into()), 0));
    }

    #[test]
    fn rejects_a_limit_of_0_that_would_reject_every_request() {
        for limit in [
            "--max-body",
            "--max-tokens",
            "--max-depth",
            "--max-root-fields",
            "--max-selections",
            "--max-cost",
            "--max-list",
            "--max-answer",
            "--max-batch",
            "--max-concurrent",
            "--max-connections",
        ] {
            for (value, is_taken) in [("0", false), ("-1", false), ("", false), ("x", false), ("1", true)] {
                let task = task(&[&format!("{limit}={value}")]);
                assert_eq!(task.is_ok(), is_taken, "{limit}={value}: {task:?}");
                if let Err(sentence) = task {
                    assert!(sentence.contains("must be an integer of at least 1"), "{sentence}");
                }
            }
        }
        for limit in
            ["--max-aliases=0", "--max-directives=0", "--persisted-queries=0", "--drain=0", "--slow=0"]
        {
            assert!(task(&[limit]).is_ok(), "{limit}");
        }
        for limit in ["--timeout=0", "--idle-timeout=0", "--min-rate=0", "--connections=0"] {
            assert!(task(&[limit]).is_err(), "{limit}");
        }
    }

    #[test]
    fn rejects_conflicting_arguments() {
        for (arguments, part) in [
            (&["--demo", "--database", "x.db"][..], "--demo cannot be used with --database"),
            (&["serve", "--demo", "--database", "x.db"], "--demo cannot be used with --database"),
            (&["--port", "1", "seed"], "--port is an option of `oms serve`"),
            (&["seed", "--customers", "0"], "--orders requires --customers and --products"),
            (&["seed", "--orders=-1"], "invalid value"),
            (&["seed", "--orders", "100000001"], "invalid value"),
            (&["--port", "65536"], "invalid value"),
            (&["migrate", "sideways"], "invalid value"),
            (&["migrate", "up", "--yes"], "can only be used with `oms migrate down`"),
            (&["migrate", "--force"], "can only be used with `oms migrate down`"),
            (&["import"], "required"),
            (&["export"], "required"),
            (&["copy", "--from", "x.db"], "required"),
            (
                &["copy", "--from", "x.db", "--to", "y.db", "--database", "z.db"],
                "--database cannot be used with `oms copy`",
            ),
            (&["copy", "--from", "mysql://h/d", "--to", "y.db"], "is not a supported database scheme"),
        ] {
            let sentence = task(arguments).unwrap_err();
            assert!(sentence.contains(part), "{arguments:?}: {sentence}");
        }
    }
}
