//! What oms is asked to do. The only reader of arguments and of the environment.

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

pub use crate::config::commands::{Consent, MigrateStep, OnDifference, Seed};
use crate::config::database::database;
use crate::config::exposure::Exposure;
use crate::config::http::Http;
use crate::config::limits::Limits;
use crate::config::observe::Observe;
use crate::db::address::Address;

/// What to do, with everything it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Task {
    Serve(Box<Serve>),
    Migrate { database: Address, step: MigrateStep, consent: Consent },
    Seed { database: Address, seed: Seed },
    Import { database: Address, folder: PathBuf, mode: OnDifference },
    Copy { from: Address, to: Address },
    Schema { check: Option<PathBuf> },
}

/// What is served, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serve {
    pub shop: Shop,
    pub host: String,
    pub port: u16,
    pub log: String,
    pub http: Http,
    pub limits: Limits,
    pub observe: Observe,
    pub exposure: Exposure,
    /// Whether a database that has not had all migrations is refused.
    pub no_migrate: bool,
}

/// Which shop is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shop {
    /// The one in this database.
    Kept(Address),
    /// A generated one, which is gone when the server stops.
    Demo,
}

/// An order-management server: customers, products, orders and stock over GraphQL, with SQLite inside.
///
/// Without a command, oms serves.
#[derive(Debug, Parser)]
#[command(name = "oms", version, max_term_width = 100)]
struct Arguments {
    /// The database: a file, sqlite:FILE or postgres://USER@HOST/NAME
    #[arg(
        long,
        global = true,
        value_name = "DATABASE",
        env = "DATABASE_URL",
        // A URL may have a password in it.
        hide_env_values = true,
        default_value = "oms.db"
    )]
    database: String,
    #[command(flatten)]
    serve: ServeArguments,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Args)]
struct ServeArguments {
    /// Address to listen on; 0.0.0.0 lets other machines in
    #[arg(long, env = "OMS_HOST", default_value = "127.0.0.1")]
    host: String,
    /// Port to listen on; 0 takes any free one
    #[arg(long, env = "OMS_PORT", default_value_t = 8001)]
    port: u16,
    /// A replica of the PostgreSQL database, to read from while it is there
    #[arg(long, value_name = "URL", env = "DATABASE_READ_URL", hide_env_values = true)]
    read_database: Option<String>,
    /// Connections to each PostgreSQL server
    #[arg(
        long, value_name = "N", env = "OMS_CONNECTIONS", default_value_t = 16,
        value_parser = clap::value_parser!(u16).range(1..=1_000)
    )]
    connections: u16,
    /// Fail rather than run the migrations that the database has not had
    #[arg(long)]
    no_migrate: bool,
    /// Serve a generated shop from a temporary file, which is deleted afterwards
    #[arg(long)]
    demo: bool,
    /// What is logged to standard error: error, warn, info, debug, trace, or a list such as
    /// "warn,oms=debug"
    #[arg(long, value_name = "LEVELS", env = "OMS_LOG", default_value = "info")]
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
enum Command {
    /// Serve the shop; what oms does without a command
    ///
    /// Creates the database if it is not there and runs the migrations it has not had.
    /// GraphiQL is at /, the endpoint at /graphql. Ctrl-C stops the server when it has finished what
    /// it is doing.
    Serve(Box<ServeArguments>),
    /// Show, run or revert the migrations of the database
    Migrate {
        /// What to do
        #[arg(value_enum, default_value = "status")]
        step: MigrateStep,
        #[command(flatten)]
        consent: Consent,
    },
    /// Fill an empty database with a generated shop
    ///
    /// Names, prices, stock and some years of orders, the same ones for the same numbers. All of it is
    /// written, or nothing: a seed that was interrupted can be run again.
    Seed(Seed),
    /// Import customers, products, orders and their lines from CSV files
    ///
    /// DIR has customers.csv (name, email, phone, address, notes), products.csv (sku, name,
    /// description, price, quantity), orders.csv (reference, customer_email, order_date, status) and
    /// order_items.csv (order_reference, sku, quantity, unit_price), each with a line of column names
    /// first. Quotes are as in RFC 4180. All of it is imported, or nothing: every bad row is listed.
    ///
    /// Rows whose e-mail address, SKU or reference is in the database already change nothing where they
    /// are equal to it. Where they differ, the import fails and lists the differences, unless --update or
    /// --keep says otherwise. The quantity of a product that is there may be left blank.
    Import {
        /// Folder with the four files
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        #[command(flatten)]
        mode: OnDifference,
    },
    /// Copy the whole store into another database, which is empty
    ///
    /// From SQLite to PostgreSQL, back, or from one to another of the same kind: every row with its id,
    /// version and times. The target is created if it is not there. All of it is copied, as it is at
    /// one moment, and compared, or nothing.
    Copy {
        /// The database that is read: a file, sqlite:FILE or postgres://USER@HOST/NAME
        #[arg(long, value_name = "DATABASE")]
        from: String,
        /// The database that is filled
        #[arg(long, value_name = "DATABASE")]
        to: String,
    },
    /// Print the GraphQL schema
    Schema {
        /// Print nothing, but fail if this file has another schema
        #[arg(long, value_name = "FILE")]
        check: Option<PathBuf>,
    },
}

/// What these arguments, and the environment, ask for. An error is for whoever typed them: it prints
/// itself and knows its exit code.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, clap::Error> {
    let matches = Arguments::command().try_get_matches_from(arguments)?;
    let arguments = Arguments::from_arg_matches(&matches)?;
    if let (Some((command, _)), Some(name)) = (matches.subcommand(), typed_serve_argument(&matches)) {
        return Err(usage(format!(
            "--{name} is an argument of `oms serve`: write it behind `serve`, and not before `{command}`"
        )));
    }
    let database = || database(&arguments.database).map_err(usage);
    Ok(match arguments.command {
        None => Task::Serve(serve(arguments.serve, &matches, database)?.into()),
        Some(Command::Serve(serve_arguments)) => {
            Task::Serve(serve(*serve_arguments, &matches, database)?.into())
        }
        Some(Command::Migrate { step, consent }) => {
            if step != MigrateStep::Down && consent != Consent::default() {
                return Err(usage("--yes and --force are for `oms migrate down`".to_owned()));
            }
            Task::Migrate { database: database()?, step, consent }
        }
        Some(Command::Seed(seed)) => {
            if seed.orders > 0 && (seed.customers == 0 || seed.products == 0) {
                return Err(usage("orders need at least one customer and one product".to_owned()));
            }
            Task::Seed { database: database()?, seed }
        }
        Some(Command::Import { folder, mode }) => Task::Import { database: database()?, folder, mode },
        Some(Command::Copy { from, to }) => {
            if was_typed("database", &matches) {
                return Err(usage("`oms copy` takes --from and --to: leave --database away".to_owned()));
            }
            Task::Copy {
                from: self::database(&from).map_err(usage)?,
                to: self::database(&to).map_err(usage)?,
            }
        }
        Some(Command::Schema { check }) => Task::Schema { check },
    })
}

fn serve(
    arguments: ServeArguments,
    matches: &ArgMatches,
    database: impl FnOnce() -> Result<Address, clap::Error>,
) -> Result<Serve, clap::Error> {
    let shop = if !arguments.demo {
        Shop::Kept(with_replica(database()?, &arguments).map_err(usage)?)
    } else if was_typed("database", matches) {
        return Err(usage("--demo has a database of its own: leave --database away".to_owned()));
    } else {
        Shop::Demo
    };
    Ok(Serve {
        shop,
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
                Err("only a PostgreSQL database has replicas to read from (DATABASE_READ_URL)".to_owned())
            }
            None => Ok(database),
        };
    };
    server.connections = arguments.connections.into();
    if let Some(text) = &arguments.read_database {
        let Address::Server(replica) = self::database(text)? else {
            return Err("the replica has to be a PostgreSQL server too (DATABASE_READ_URL)".to_owned());
        };
        server.read_url = Some(replica.url);
    }
    Ok(Address::Server(server))
}

/// Whether an argument was typed, before or behind the command. The environment does not count.
fn was_typed(name: &str, matches: &ArgMatches) -> bool {
    let typed = |m: &ArgMatches| m.value_source(name) == Some(ValueSource::CommandLine);
    typed(matches) || matches.subcommand().is_some_and(|(_, command)| typed(command))
}

/// An argument of `serve` that was typed in front of the command. The environment does not count.
fn typed_serve_argument(matches: &ArgMatches) -> Option<String> {
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
    fn a_bare_oms_serves() {
        for arguments in
            [&["--database", "x.db"][..], &["serve", "--database", "x.db"], &["--database", "x.db", "serve"]]
        {
            let serve = Serve {
                shop: Shop::Kept(Address::File("x.db".into())),
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
    fn what_is_open_can_be_closed() {
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
    fn a_limit_of_0_is_refused_where_it_would_refuse_everything() {
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
                    assert!(sentence.contains("a whole number of at least 1"), "{sentence}");
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
    fn arguments_that_contradict_each_other_are_refused() {
        for (arguments, part) in [
            (&["--demo", "--database", "x.db"][..], "--demo has a database of its own"),
            (&["serve", "--demo", "--database", "x.db"], "--demo has a database of its own"),
            (&["--port", "1", "seed"], "--port is an argument of `oms serve`"),
            (&["seed", "--customers", "0"], "at least one customer"),
            (&["seed", "--orders=-1"], "invalid value"),
            (&["seed", "--orders", "100000001"], "invalid value"),
            (&["--port", "65536"], "invalid value"),
            (&["migrate", "sideways"], "invalid value"),
            (&["migrate", "up", "--yes"], "are for `oms migrate down`"),
            (&["migrate", "--force"], "are for `oms migrate down`"),
            (&["import"], "required"),
            (&["copy", "--from", "x.db"], "required"),
            (&["copy", "--from", "x.db", "--to", "y.db", "--database", "z.db"], "leave --database away"),
            (&["copy", "--from", "mysql://h/d", "--to", "y.db"], "no database that oms can open"),
        ] {
            let sentence = task(arguments).unwrap_err();
            assert!(sentence.contains(part), "{arguments:?}: {sentence}");
        }
    }
}
