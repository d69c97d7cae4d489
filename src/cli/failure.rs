//! The error type of the commands.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::cli::import::ImportProblem;
use crate::db::migrate::MigrateError;
use crate::db::table_copy::CopyError;
use crate::error::{Error, InternalError};
use crate::graphql::document::ManifestError;
use crate::types::Timestamp;

/// An error that ends a command. `Display` is the message for the user.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An internal error, for example of the database.
    #[error("{}", .0.explain())]
    Internal(InternalError),
    /// Events of the future were to be removed.
    #[error("--before must not be in the future, but was {time}")]
    InFuture {
        /// The time.
        time: Timestamp,
    },
    /// A migration of the database failed.
    #[error("{database}: {error}")]
    Migrate {
        /// The address of the database, without its password.
        database: String,
        /// The error of the migration.
        error: MigrateError,
    },
    /// The server cannot listen on its address.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The host and the port.
        address: String,
        /// The error of the operating system.
        reason: String,
    },
    /// The server failed while it was starting or running.
    #[error("the server failed: {0}")]
    Server(String),
    /// The value of `--log` is invalid. Contains the value.
    #[error(
        "invalid log levels {0:?}: use error, warn, info, debug, trace, or a list such as \"warn,oms=debug\""
    )]
    Log(String),
    /// The directory of a temporary database cannot be created.
    #[error("cannot create a temporary directory: {0}")]
    TemporaryDirectory(String),
    /// The async runtime cannot be started.
    #[error("cannot start the async runtime: {0}")]
    Runtime(String),
    /// The manifest of trusted documents is invalid or cannot be read.
    #[error(transparent)]
    ManifestError(#[from] ManifestError),
    /// Standard output cannot be written.
    #[error("cannot write to standard output: {0}")]
    Output(String),
    /// A file, a folder, a database or the user's answer cannot be read.
    #[error("cannot read {source_name}: {reason}")]
    Read {
        /// The path, the address, or another name of the source.
        source_name: String,
        /// The error of the operating system or of the database.
        reason: String,
    },
    /// A file or a directory cannot be written.
    #[error("cannot write {}: {reason}", path.display())]
    Write {
        /// The path of the file or the directory.
        path: PathBuf,
        /// The error of the operating system.
        reason: String,
    },
    /// The directory of an export contains files.
    #[error(
        "{} is not empty: choose another directory, or pass --force to replace the files of an earlier export",
        folder.display()
    )]
    FolderNotEmpty {
        /// The path of the directory.
        folder: PathBuf,
    },
    /// The database that `oms seed` is to fill contains rows.
    #[error("{database} is not empty: `oms seed` requires an empty database")]
    NotEmpty {
        /// The address of the database, without its password.
        database: String,
    },
    /// The target database of `oms copy` contains rows.
    #[error("{database} is not empty: `oms copy` requires an empty target database")]
    TargetNotEmpty {
        /// The address of the target, without its password.
        database: String,
    },
    /// Another process uses the database.
    #[error("{database} is in use: stop the server first, or pass --force")]
    InUse {
        /// The address of the database, without its password.
        database: String,
    },
    /// The user did not confirm that a migration is reverted, which may delete data.
    #[error("the migration was not reverted: {warning}; pass --yes to confirm")]
    NotConfirmed {
        /// The data that the reverted migration would delete.
        warning: String,
    },
    /// The source and the target of `oms copy` are the same database.
    #[error("--from and --to are the same database: {database}")]
    SameDatabase {
        /// The address of the database, without its password.
        database: String,
    },
    /// The copy failed. Nothing was copied.
    #[error("nothing was copied: {0}")]
    Copy(CopyError),
    /// A copied row differs from its source. Nothing was copied.
    #[error(
        "nothing was copied: {column} of row {id} in {table} differs between source and target after copying; \
         check the target for triggers"
    )]
    CopyDiffers {
        /// The name of the table.
        table: &'static str,
        /// The name of the first column that differs.
        column: &'static str,
        /// The number in the id of the row.
        id: i64,
    },
    /// A domain rule rejects a row that `seed` or `import` writes.
    #[error("a row is invalid: {0}")]
    InvalidRow(String),
    /// Rows of an import are invalid.
    #[error("{}", listed(problems, *hint))]
    InvalidRows {
        /// The invalid rows, each with its location.
        problems: Vec<ImportProblem>,
        /// The options that resolve differences from the database. `None` if no option helps.
        hint: Option<&'static str>,
    },
    /// The schema file differs from the schema of this version.
    #[error(
        "{path} differs from the schema of this version of oms, first in line {line}:\n\
         - {found}\n\
         + {expected}\n\
         run `oms schema > {path}` to update it",
        path = path.display()
    )]
    SchemaDiffers {
        /// The path of the schema file.
        path: PathBuf,
        /// The number of the first line that differs, from 1.
        line: usize,
        /// This line of the file.
        found: String,
        /// This line of the schema.
        expected: String,
    },
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Database(error) => error.into(),
            error @ CopyError::Nul { .. } => Self::Copy(error),
        }
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<InternalError> for Failure {
    fn from(error: InternalError) -> Self {
        Self::Internal(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(error) => Self::Internal(error),
            Error::User(errors) => {
                let reasons: Vec<String> = errors.iter().map(|error| error.kind.to_string()).collect();
                Self::InvalidRow(reasons.join("; "))
            }
        }
    }
}

fn listed(problems: &[ImportProblem], hint: Option<&str>) -> String {
    let mut text = match problems.len() {
        1 => "nothing was imported because of 1 error:".to_owned(),
        n => format!("nothing was imported because of {n} errors:"),
    };
    for problem in problems {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n{problem}");
    }
    if let Some(hint) = hint {
        let _ = write!(text, "\n{hint}");
    }
    text
}
