//! The error type of the commands.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::cli::import::Problem;
use crate::db::migrate::MigrateError;
use crate::db::table_copy::CopyError;
use crate::error::{Error, InternalError};
use crate::graphql::document::ManifestError;

/// An error that ends a command. `Display` is the message for the user.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An internal error, for example of the database.
    #[error("{}", .0.explain())]
    Internal(InternalError),
    /// A migration of the database failed.
    #[error("{database}: {error}")]
    Migrate { database: String, error: MigrateError },
    /// The server cannot listen on its address.
    #[error("cannot listen on {address}: {reason}")]
    Listen { address: String, reason: String },
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
    #[error("cannot read {what}: {reason}")]
    Read { what: String, reason: String },
    /// A file or a directory cannot be written.
    #[error("cannot write {what}: {reason}")]
    Write { what: String, reason: String },
    /// The directory of an export has files.
    #[error(
        "{} is not empty: choose another directory, or pass --force to replace the files of an earlier export",
        folder.display()
    )]
    FolderNotEmpty { folder: PathBuf },
    /// The database that `oms seed` is to fill contains rows.
    #[error("{database} is not empty: `oms seed` requires an empty database")]
    NotEmpty { database: String },
    /// The target database of `oms copy` contains rows.
    #[error("{database} is not empty: `oms copy` requires an empty target database")]
    TargetNotEmpty { database: String },
    /// Another process uses the database.
    #[error("{database} is in use: stop the server first, or pass --force")]
    InUse { database: String },
    /// The user did not confirm that a migration is reverted, which may delete data.
    #[error("the migration was not reverted: {warning}; pass --yes to confirm")]
    NotConfirmed { warning: String },
    /// The source and the target of `oms copy` are the same database.
    #[error("--from and --to are the same database: {database}")]
    SameDatabase { database: String },
    /// The copy failed. Nothing was copied.
    #[error("nothing was copied: {0}")]
    Copy(CopyError),
    /// A copied row differs from its source. Nothing was copied.
    #[error(
        "nothing was copied: {column} of row {id} in {table} differs between source and target after copying; \
         check the target for triggers"
    )]
    CopyDiffers { table: &'static str, column: &'static str, id: i64 },
    /// A domain rule rejects a row that `seed` or `import` writes.
    #[error("a row is invalid: {0}")]
    InvalidRow(String),
    /// Rows of an import are invalid. `hint` names the options that resolve differences, if any.
    #[error("{}", listed(problems, *hint))]
    InvalidRows { problems: Vec<Problem>, hint: Option<&'static str> },
    /// The schema file differs from the schema of this version. `line` counts from 1.
    #[error(
        "{path} differs from the schema of this version of oms, first in line {line}:\n\
         - {found}\n\
         + {expected}\n\
         run `oms schema > {path}` to update it",
        path = path.display()
    )]
    SchemaDiffers { path: PathBuf, line: usize, found: String, expected: String },
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
    fn from(fault: InternalError) -> Self {
        Self::Internal(fault)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Internal(fault) => Self::Internal(fault),
            Error::User(refusals) => {
                let reasons: Vec<String> = refusals.iter().map(|r| r.kind.to_string()).collect();
                Self::InvalidRow(reasons.join("; "))
            }
        }
    }
}

fn listed(problems: &[Problem], hint: Option<&str>) -> String {
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
