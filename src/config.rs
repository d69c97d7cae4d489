//! Command-line arguments and environment variables. The only module that reads them.

mod arguments;
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
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches};

use crate::config::arguments::{Arguments, CliCommand, ServeArguments};
use crate::config::commands::EventsAction;
pub use crate::config::commands::{Consent, MigrateStep, OnDifference, Overwrite, Seed};
use crate::config::database::{database, with_replica};
use crate::config::exposure::Exposure;
use crate::config::http::Http;
use crate::config::limits::Limits;
use crate::config::observe::Observe;
use crate::db::address::Address;
use crate::types::Timestamp;

/// A command with its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    /// Serve the API.
    Serve(Box<Serve>),
    /// Run, revert or list the migrations of a database.
    Migrate {
        /// The database to migrate.
        database: Address,
        /// The action to take.
        step: MigrateStep,
        /// The confirmations that the user gave.
        consent: Consent,
    },
    /// Fill an empty database with generated data.
    Seed {
        /// The database to fill.
        database: Address,
        /// The size of the data.
        seed: Seed,
    },
    /// Import the CSV files of a folder into a database.
    Import {
        /// The database to import into.
        database: Address,
        /// The path of the folder.
        folder: PathBuf,
        /// The handling of rows that differ from the database.
        mode: OnDifference,
    },
    /// Export a database to the CSV files of a folder.
    Export {
        /// The database to export.
        database: Address,
        /// The path of the folder.
        folder: PathBuf,
        /// The handling of files in the folder.
        overwrite: Overwrite,
    },
    /// Copy all rows of a database into an empty one.
    Copy {
        /// The database to read.
        from: Address,
        /// The empty database to fill.
        to: Address,
    },
    /// Remove old events from the log.
    PruneEvents {
        /// The database.
        database: Address,
        /// Events before this time are removed.
        before: Timestamp,
    },
    /// Print the schema, or compare it with a file.
    Schema {
        /// The path of the file to compare with. `None` prints the schema.
        check: Option<PathBuf>,
    },
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
        Some(CliCommand::Events { action: EventsAction::Prune { before } }) => {
            Task::PruneEvents { database: database()?, before }
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
        let replica = arguments.read_database.as_deref();
        Storage::Database(with_replica(database()?, replica, arguments.connections).map_err(usage)?)
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
    fn exposure_options_disable_introspection_suggestions_and_playground() {
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
        let limits = "--max-body --max-tokens --max-depth --max-root-fields --max-selections --max-cost --max-list \
                      --max-answer --max-batch --max-concurrent --max-connections";
        for limit in limits.split(' ') {
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
        for limit in ["--timeout=0", "--idle-timeout=0", "--connections=0"] {
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
            (&["events"], "Usage: oms events"),
            (&["events", "prune"], "--before"),
            (&["events", "prune", "--before", "2026-02-30"], "does not exist in the calendar"),
            (&["events", "prune", "--before", "yesterday"], "is not a date and time in RFC 3339"),
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
