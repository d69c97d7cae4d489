//! Errors of the domain. Independent of GraphQL, HTTP and SQL.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::orders::status::OrderStatus;
use crate::types::{ProductId, Timestamp, quoted};

/// The error of a unit of work. Its transaction is rolled back.
#[derive(Debug)]
pub enum Error {
    /// Errors that the caller can correct.
    User(Vec<UserError>),
    /// An error of the server. Logged, and masked in responses.
    Internal(InternalError),
}

/// An error that the caller can correct, with its path in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError {
    /// Field names and list indexes, from the outside in. Empty if the error concerns the whole input.
    pub path: Vec<String>,
    /// The kind of the error.
    pub kind: UserErrorKind,
}

/// The kinds of user errors, with the details that a caller needs to correct them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserErrorKind {
    /// A value that is invalid regardless of the stored data.
    InvalidInput {
        /// The rule that the value violates, with the value.
        message: String,
    },
    /// A value that exceeds a limit of the server.
    LimitExceeded(LimitExceeded),
    /// No record has this id or key.
    NotFound {
        /// The type of the record, and the name of the key unless it is the id.
        what: Cow<'static, str>,
        /// The id or key.
        key: String,
    },
    /// Another record has the same unique key.
    AlreadyExists {
        /// The type of the record and the name of the key, with an article.
        what: Cow<'static, str>,
        /// The key.
        key: String,
        /// The id of the record that has the key.
        existing: String,
    },
    /// A record cannot be deleted because other records refer to it.
    InUse {
        /// The record, with an article.
        what: Cow<'static, str>,
        /// The type of the referring records, in the plural.
        by: Cow<'static, str>,
        /// The number of referring records.
        count: i64,
    },
    /// The available stock is less than the requested quantity.
    InsufficientStock {
        /// All products with insufficient stock.
        shortages: Vec<StockShortage>,
    },
    /// The current status of an order does not allow another.
    InvalidTransition {
        /// The current status.
        from: OrderStatus,
        /// The requested status.
        to: OrderStatus,
    },
    /// The record was changed after the caller read it.
    VersionConflict {
        /// The version in the input.
        expected: i32,
        /// The current version.
        actual: i32,
    },
    /// The idempotency key was used for another mutation or with other arguments.
    IdempotencyKeyReused {
        /// The key.
        key: String,
        /// The time of the first use.
        first_used_at: Timestamp,
    },
    /// The mutation was rolled back because another field of the same `@atomic` operation failed.
    RolledBack {
        /// The response key of the field that failed.
        because: String,
    },
}

/// A limit of the server that an input exceeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitExceeded {
    /// The name of the limit: its command-line option without the dashes.
    pub limit: &'static str,
    /// The maximum.
    pub max: usize,
    /// The value in the input.
    pub found: usize,
    /// A description with the maximum and the value.
    pub message: String,
}

/// A product with insufficient stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockShortage {
    /// The product.
    pub product: ProductId,
    /// The requested number of units, in total over all lines.
    pub requested: i32,
    /// The number of units available.
    pub available: i32,
}

impl UserErrorKind {
    /// Returns the error code of the kind.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidInput { .. } | Self::LimitExceeded(_) => "INVALID_INPUT",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::AlreadyExists { .. } => "ALREADY_EXISTS",
            Self::InUse { .. } => "IN_USE",
            Self::InsufficientStock { .. } => "INSUFFICIENT_STOCK",
            Self::InvalidTransition { .. } => "INVALID_TRANSITION",
            Self::VersionConflict { .. } => "VERSION_CONFLICT",
            Self::IdempotencyKeyReused { .. } => "IDEMPOTENCY_KEY_REUSED",
            Self::RolledBack { .. } => "ROLLED_BACK",
        }
    }
}

impl fmt::Display for UserErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidInput { message } => f.write_str(message),
            Self::LimitExceeded(LimitExceeded { limit, message, .. }) => write!(f, "{message} ({limit})"),
            Self::NotFound { what, key } => write!(f, "{what} {} was not found", quoted(key)),
            Self::AlreadyExists { what, key, .. } => write!(f, "{what} {} already exists", quoted(key)),
            Self::InUse { what, by, count } => {
                let by = if *count == 1 { by.strip_suffix('s').unwrap_or(by) } else { by };
                write!(f, "{what} cannot be deleted while in use by {count} {by}")
            }
            Self::InsufficientStock { shortages } => {
                f.write_str("insufficient stock: ")?;
                for (n, StockShortage { product, requested, available }) in shortages.iter().enumerate() {
                    let semicolon = if n > 0 { "; " } else { "" };
                    write!(f, "{semicolon}{requested} of {product} requested, {available} available")?;
                }
                Ok(())
            }
            Self::InvalidTransition { from, to } => {
                write!(f, "the status of an order cannot change from {from} to {to}")
            }
            Self::VersionConflict { expected, actual } => {
                write!(
                    f,
                    "expected version {expected}, but the current version is {actual}; reload the record and retry"
                )
            }
            Self::IdempotencyKeyReused { key, first_used_at } => write!(
                f,
                "the idempotency key {} was used for another mutation or with other arguments at {first_used_at}; \
                 use a new key for a new mutation",
                quoted(key)
            ),
            Self::RolledBack { because } => write!(
                f,
                "the mutation was rolled back because {} failed, and the operation is @atomic",
                quoted(because)
            ),
        }
    }
}

impl UserError {
    /// Returns an error with its path in the input.
    pub fn new(path: &[&str], kind: UserErrorKind) -> Self {
        Self { path: path.iter().map(ToString::to_string).collect(), kind }
    }

    /// Returns the error of an invalid value.
    pub fn invalid(path: &[&str], message: impl Into<String>) -> Self {
        Self::new(path, UserErrorKind::InvalidInput { message: message.into() })
    }

    /// Returns the error of an id or key that no record has.
    pub fn not_found(path: &[&str], what: impl Into<Cow<'static, str>>, key: impl fmt::Display) -> Self {
        let what = what.into();
        Self::new(path, UserErrorKind::NotFound { what, key: key.to_string() })
    }
}

/// An error of the server. Does not implement `Display`, so that its details do not get into a response by mistake.
#[derive(Debug, Clone)]
pub enum InternalError {
    /// A statement failed.
    Database(Arc<diesel::result::Error>),
    /// The database cannot be opened. Contains the reason.
    DatabaseOpen(String),
    /// The database does not respond at present. Contains the reason.
    DatabaseUnavailable(String),
    /// The connection pool has no connection to give. Contains the reason.
    ConnectionPool(String),
    /// The transaction was not committed. Contains the reason.
    CommitFailed(String),
    /// The connection was lost during a commit, so the transaction may or may not be committed. Contains the reason.
    CommitOutcomeUnknown(String),
    /// The server is shutting down.
    ShuttingDown,
    /// The request exceeded its deadline. Not masked in the response.
    DeadlineExceeded,
    /// The unit of work panicked. Contains the panic message.
    Panic(String),
    /// Stored data violates an invariant. Contains a description.
    CorruptData(String),
}

impl InternalError {
    /// Returns the error of a panic, with the panic message if it is a string.
    pub fn from_panic(panic: &(dyn Any + Send)) -> Self {
        let message = panic.downcast_ref::<&str>().map(ToString::to_string);
        let message = message.or_else(|| panic.downcast_ref::<String>().cloned());
        Self::Panic(message.unwrap_or_default())
    }

    /// Returns a description for the log, with details that responses must not contain.
    pub fn explain(&self) -> String {
        match self {
            Self::Database(error) => format!("a database statement failed: {error}"),
            Self::DatabaseOpen(reason) => format!("the database cannot be opened: {reason}"),
            Self::DatabaseUnavailable(reason) => format!("the database is unavailable: {reason}"),
            Self::ConnectionPool(reason) => format!("the connection pool has no connection: {reason}"),
            Self::CommitFailed(reason) => format!("the transaction was not committed: {reason}"),
            Self::CommitOutcomeUnknown(reason) => {
                format!("the connection was lost during a commit, whose outcome is unknown: {reason}")
            }
            Self::ShuttingDown => "the server is shutting down".to_owned(),
            Self::DeadlineExceeded => "the request exceeded its deadline".to_owned(),
            Self::Panic(reason) => format!("a panic occurred: {reason}"),
            Self::CorruptData(what) => format!("the stored data is corrupt: {what}"),
        }
    }
}

impl From<UserError> for Error {
    fn from(error: UserError) -> Self {
        Self::User(vec![error])
    }
}

impl From<Vec<UserError>> for Error {
    fn from(errors: Vec<UserError>) -> Self {
        Self::User(errors)
    }
}

impl From<InternalError> for Error {
    fn from(error: InternalError) -> Self {
        Self::Internal(error)
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Internal(error.into())
    }
}
