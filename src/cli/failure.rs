//! Why a command failed, as the sentence that is printed.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::cli::import::Problem;
use crate::db::migrate::MigrateError;
use crate::db::whole::CopyError;
use crate::error::{Error, InternalError};
use crate::graphql::document::ManifestError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{}", .0.explain())]
    Internal(InternalError),
    #[error("{database}: {error}")]
    Migrate { database: String, error: MigrateError },
    #[error("nothing can listen on {address}: {reason}")]
    Listen { address: String, reason: String },
    #[error("the server stopped: {0}")]
    Served(String),
    #[error("{0:?} does not say what to log; say for example \"info\" or \"warn,oms=debug\"")]
    Log(String),
    #[error("there is no room for a temporary file: {0}")]
    Temporary(String),
    #[error("the runtime did not start: {0}")]
    Runtime(String),
    #[error(transparent)]
    ManifestError(#[from] ManifestError),
    #[error("the result could not be printed: {0}")]
    Output(String),
    #[error("{what} cannot be read: {reason}")]
    Unreadable { what: String, reason: String },
    #[error("{database} has rows already, and only an empty database can be seeded")]
    NotEmpty { database: String },
    #[error("{database} has rows already, and only an empty database can be copied to")]
    Occupied { database: String },
    #[error("{database} is in use: stop the server first, or pass --force")]
    InUse { database: String },
    #[error("the migration was not reverted: {warning}; pass --yes to revert it without being asked")]
    Unconfirmed { warning: String },
    #[error("{database} is the database that was to be copied from")]
    SameDatabase { database: String },
    #[error("nothing was copied: {0}")]
    Uncopied(CopyError),
    #[error(
        "nothing was copied: {column} of row {id} in {table} differs between the two databases; \
         does the target have triggers?"
    )]
    CopyDiffers { table: &'static str, column: &'static str, id: i64 },
    /// A rule of the shop, where a row should have been written.
    #[error("a row was refused: {0}")]
    Refused(String),
    #[error("{}", listed(problems, *hint))]
    BadRows { problems: Vec<Problem>, hint: Option<&'static str> },
    #[error(
        "{path} is not the schema of this oms; they differ from line {line} on\n\
         - {theirs}\n\
         + {ours}\n\
         `oms schema > {path}` writes the current one",
        path = path.display()
    )]
    SchemaDiffers { path: PathBuf, line: usize, theirs: String, ours: String },
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::Database(error) => error.into(),
            error @ CopyError::Nul { .. } => Self::Uncopied(error),
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
                Self::Refused(reasons.join("; "))
            }
        }
    }
}

fn listed(problems: &[Problem], hint: Option<&str>) -> String {
    let mut text = match problems.len() {
        1 => "nothing was imported, because of 1 problem:".to_owned(),
        n => format!("nothing was imported, because of {n} problems:"),
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
