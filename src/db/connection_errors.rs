//! Detects the loss of a connection among other errors.

use diesel::result::{DatabaseErrorKind, Error};

use crate::error::InternalError;

/// Messages of libpq for a connection that is lost while sending or receiving; Diesel reports them as unknown errors.
const LOST: [&str; 5] = [
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "could not receive data",
    "could not send data",
];

/// Whether the error means that the connection is lost.
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

/// Returns the error of a failed read. A read conflicts only on a replica, when the primary removes rows of its snapshot;
/// the same read succeeds later.
pub(super) fn read_error(error: Error) -> InternalError {
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
