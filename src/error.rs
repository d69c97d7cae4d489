//! What can go wrong, in the words of the shop. Knows nothing of GraphQL, HTTP or SQL texts.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::orders::status::OrderStatus;
use crate::types::{CustomerId, InventoryId, OrderId, ProductId, quoted};

/// Why a unit of work did not happen. Whatever it had written is undone.
#[derive(Debug)]
pub enum Error {
    /// The caller can do something about it.
    Refused(Vec<Refusal>),
    /// The server is at fault. Logged, and never shown.
    Fault(Fault),
}

/// What a caller asked for that cannot be done, and where in the input it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Field names and list indexes, from the outside in.
    pub path: Vec<String>,
    pub reason: Reason,
}

/// The kinds of refusal, each with what a caller needs to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A value that no state of the shop would make acceptable.
    InvalidInput { message: String },
    /// Something in the input that exceeds a limit of the server.
    LimitExceeded(LimitExceeded),
    /// Nothing is there under this id or key.
    NotFound { what: &'static str, key: String },
    /// A key that must be unique is taken.
    AlreadyExists { what: &'static str, key: String, existing: Existing },
    /// Something else refers to it.
    InUse { what: &'static str, by: &'static str, count: i64 },
    /// Stock cannot cover these products.
    InsufficientStock { shortages: Vec<Shortage> },
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
    pub most: usize,
    pub found: usize,
    /// What is limited, in a sentence with both figures.
    pub message: String,
}

/// Who has the key that must be unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Customer(CustomerId),
    Product(ProductId),
    Order(OrderId),
    Inventory(InventoryId),
}

impl fmt::Display for Existing {
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
pub struct Shortage {
    pub product: ProductId,
    /// Units asked for.
    pub requested: i32,
    /// Units that could have been promised.
    pub available: i32,
}

impl Reason {
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

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidInput { message } => f.write_str(message),
            Self::LimitExceeded(LimitExceeded { limit, message, .. }) => write!(f, "{message} ({limit})"),
            Self::NotFound { what, key } => write!(f, "there is no {what} {}", quoted(key)),
            Self::AlreadyExists { what, key, .. } => write!(f, "there is already {what} {}", quoted(key)),
            Self::InUse { what, by, count } => {
                let by = if *count == 1 { by.strip_suffix('s').unwrap_or(by) } else { by };
                write!(f, "{what} cannot be deleted while in use by {count} {by}")
            }
            Self::InsufficientStock { shortages } => {
                f.write_str("not enough stock: ")?;
                for (n, Shortage { product, requested, available }) in shortages.iter().enumerate() {
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

impl Refusal {
    pub fn new(path: &[&str], reason: Reason) -> Self {
        Self { path: path.iter().map(ToString::to_string).collect(), reason }
    }

    /// A value that cannot be accepted, whatever the state of the shop.
    pub fn invalid(path: &[&str], message: impl Into<String>) -> Self {
        Self::new(path, Reason::InvalidInput { message: message.into() })
    }

    /// Nothing under this id or key.
    pub fn not_found(path: &[&str], what: &'static str, key: impl fmt::Display) -> Self {
        Self::new(path, Reason::NotFound { what, key: key.to_string() })
    }
}

/// What went wrong on our side. Not to be shown to a stranger, so it cannot be displayed as it is.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The database failed.
    Database(Arc<diesel::result::Error>),
    /// The database cannot be opened.
    Open(String),
    /// The database does not answer. It may later.
    Away(String),
    /// There is no connection to be had.
    Pool(String),
    /// The transaction was not committed.
    NotCommitted(String),
    /// The connection was lost while the transaction was being committed: it may be, or not.
    Unknown(String),
    /// The server is stopping.
    Stopping,
    /// The request took too long. Its caller is told so.
    TooLate,
    /// The work panicked.
    Panicked(String),
    /// The stored data is wrong.
    Corrupt(String),
}

impl Fault {
    /// A panic, with what it said.
    pub fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let said = panic.downcast_ref::<&str>().map(ToString::to_string);
        let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
        Self::Panicked(said.unwrap_or_default())
    }

    /// What happened, for whoever runs the server.
    pub fn explain(&self) -> String {
        match self {
            Self::Database(error) => format!("the database failed: {error}"),
            Self::Open(why) => format!("the database cannot be opened: {why}"),
            Self::Away(why) => format!("the database does not answer: {why}"),
            Self::Pool(why) => format!("there is no connection to the database: {why}"),
            Self::NotCommitted(why) => format!("the transaction was not committed: {why}"),
            Self::Unknown(why) => {
                format!(
                    "the connection was lost in a commit, of which nobody knows whether it was done: {why}"
                )
            }
            Self::Stopping => "the server is stopping".to_owned(),
            Self::TooLate => "the request took too long".to_owned(),
            Self::Panicked(why) => format!("the work panicked: {why}"),
            Self::Corrupt(what) => format!("the stored data is wrong: {what}"),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Vec<Refusal>> for Error {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Refused(refusals)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        Self::Fault(error.into())
    }
}
