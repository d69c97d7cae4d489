//! Connections that were lost, and how that is told from other errors.

use diesel::result::{DatabaseErrorKind, Error};

use crate::error::InternalError;

/// How libpq says so, where it finds out only as it sends or receives.
const LOST: [&str; 5] = [
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "could not receive data",
    "could not send data",
];

/// Whether the connection is gone.
pub(super) fn is_lost(error: &Error) -> bool {
    match error {
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _,
        ) => true,
        Error::DatabaseError(DatabaseErrorKind::Unknown, about) => {
            LOST.iter().any(|part| about.message().contains(part))
        }
        _ => false,
    }
}

/// What a read ended with. One that only reads never gets in the way of others, but on a replica: what it looks
/// at may be taken away by the primary, and the same read will do a moment later.
pub(super) fn of_read(error: Error) -> InternalError {
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, about) => {
            InternalError::DatabaseUnavailable(about.message().to_owned())
        }
        error => error.into(),
    }
}

impl From<Error> for InternalError {
    fn from(error: Error) -> Self {
        if is_lost(&error) {
            Self::DatabaseUnavailable(error.to_string())
        } else {
            Self::Database(error.into())
        }
    }
}
