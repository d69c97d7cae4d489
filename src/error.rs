//! What can go wrong, in the words of the shop. Knows nothing of GraphQL, HTTP or SQL texts.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::db::types::{CustomerId, InventoryId, OrderId, OrderStatus, ProductId, shown};

/// Why a unit of work did not happen. Whatever it had written is undone.
#[derive(Debug)]
pub enum Error {
    /// The caller can do something about it.
    User(Vec<UserError>),
    /// The server is at error. Logged, and never shown.
    Internal(InternalError),
}

/// What a caller asked for that cannot be done, and where in the input it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError {
    /// Field names and list indexes, from the outside in.
    pub path: Vec<String>,
    pub kind: UserErrorKind,
}

/// The kinds of error, each with what a caller needs to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserErrorKind {
    /// A value that no state of the shop would make acceptable.
    InvalidInput { message: String },
    /// Something in the input that exceeds a limit of the server.
    LimitExceeded(LimitExceeded),
    /// Nothing is there under this id or key.
    NotFound { what: &'static str, key: String },
    /// A key that must be unique is taken.
    AlreadyExists { what: &'static str, key: String, existing: ExistingRecord },
    /// Something else refers to it.
    InUse { what: &'static str, by: &'static str, count: i64 },
    /// Stock cannot cover these products.
    InsufficientStock { shortages: Vec<StockShortage> },
    /// The order cannot go from one state to the other.
    InvalidTransition { from: OrderStatus, to: OrderStatus },
    /// Somebody changed it since the caller read it.
    VersionConflict { expected: i32, actual: i32 },
}

/// A limit of the server, and by how much the input exceeds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitExceeded {
    /// The name of the limit: its option without the dashes.
    pub limit: &'static str,
    pub max: usize,
    pub found: usize,
    /// What is limited, in a sentence with both figures.
    pub message: String,
}

/// Who has the key that must be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExistingRecord {
    Customer(CustomerId),
    Product(ProductId),
    Order(OrderId),
    Inventory(InventoryId),
}

impl fmt::Display for ExistingRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => id.fmt(f),
            Self::Product(id) => id.fmt(f),
            Self::Order(id) => id.fmt(f),
            Self::Inventory(id) => id.fmt(f),
        }
    }
}

/// A product of which more was asked for than can be promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockShortage {
    pub product: ProductId,
    /// Units asked for.
    pub requested: i32,
    /// Units that could have been promised.
    pub available: i32,
}

impl UserErrorKind {
    /// The name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidInput { .. } | Self::LimitExceeded(_) => "INVALID_INPUT",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::AlreadyExists { .. } => "ALREADY_EXISTS",
            Self::InUse { .. } => "IN_USE",
            Self::InsufficientStock { .. } => "INSUFFICIENT_STOCK",
            Self::InvalidTransition { .. } => "INVALID_TRANSITION",
            Self::VersionConflict { .. } => "VERSION_CONFLICT",
        }
    }
}

impl fmt::Display for UserErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidInput { message } => f.write_str(message),
            Self::LimitExceeded(LimitExceeded { limit, message, .. }) => write!(f, "{message} ({limit})"),
            Self::NotFound { what, key } => write!(f, "there is no {what} {}", shown(key)),
            Self::AlreadyExists { what, key, .. } => write!(f, "there is already {what} {}", shown(key)),
            Self::InUse { what, by, count } => {
                let by = if *count == 1 { by.strip_suffix('s').unwrap_or(by) } else { by };
                write!(f, "{what} cannot be deleted while in use by {count} {by}")
            }
            Self::InsufficientStock { shortages } => {
                f.write_str("not enough stock: ")?;
                for (n, StockShortage { product, requested, available }) in shortages.iter().enumerate() {
                    let semicolon = if n > 0 { "; " } else { "" };
                    write!(f, "{semicolon}{requested} of {product} asked for, {available} available")?;
                }
                Ok(())
            }
            Self::InvalidTransition { from, to } => {
                write!(f, "an order that is {from} cannot become {to}")
            }
            Self::VersionConflict { expected, actual } => {
                write!(f, "version {expected} was expected, but it is at version {actual} by now")
            }
        }
    }
}

impl UserError {
    pub fn new(path: &[&str], kind: UserErrorKind) -> Self {
        Self { path: path.iter().map(ToString::to_string).collect(), kind }
    }

    /// A value that cannot be accepted, whatever the state of the shop.
    pub fn invalid(path: &[&str], message: impl Into<String>) -> Self {
        Self::new(path, UserErrorKind::InvalidInput { message: message.into() })
    }

    /// Nothing under this id or key.
    pub fn not_found(path: &[&str], what: &'static str, key: impl fmt::Display) -> Self {
        Self::new(path, UserErrorKind::NotFound { what, key: key.to_string() })
    }
}

/// What went wrong on our side. Not to be shown to a stranger, so it cannot be displayed as it is.
#[derive(Debug, Clone)]
pub enum InternalError {
    /// The database failed.
    Database(Arc<diesel::result::Error>),
    /// The database cannot be opened.
    DatabaseOpen(String),
    /// The database does not answer. It may later.
    DatabaseUnavailable(String),
    /// There is no connection to be had.
    ConnectionPool(String),
    /// The transaction was not committed.
    CommitFailed(String),
    /// The connection was lost while the transaction was being committed: it may be, or not.
    CommitOutcomeUnknown(String),
    /// The server is stopping.
    ShuttingDown,
    /// The request took too long. Its caller is told so.
    DeadlineExceeded,
    /// The work panicked.
    Panic(String),
    /// The stored data is wrong.
    CorruptData(String),
}

impl InternalError {
    /// A panic, with what it said.
    pub fn from_panic(panic: &(dyn Any + Send)) -> Self {
        let said = panic.downcast_ref::<&str>().map(ToString::to_string);
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
        Self::Panic(said.unwrap_or_default())
    }

    /// What happened, for whoever runs the server.
    pub fn explain(&self) -> String {
        match self {
            Self::Database(error) => format!("the database failed: {error}"),
            Self::DatabaseOpen(why) => format!("the database cannot be opened: {why}"),
            Self::DatabaseUnavailable(why) => format!("the database does not answer: {why}"),
            Self::ConnectionPool(why) => format!("there is no connection to the database: {why}"),
            Self::CommitFailed(why) => format!("the transaction was not committed: {why}"),
            Self::CommitOutcomeUnknown(why) => {
                format!(
                    "the connection was lost in a commit, of which nobody knows whether it was done: {why}"
                )
            }
            Self::ShuttingDown => "the server is stopping".to_owned(),
            Self::DeadlineExceeded => "the request took too long".to_owned(),
            Self::Panic(why) => format!("the work panicked: {why}"),
            Self::CorruptData(what) => format!("the stored data is wrong: {what}"),
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
