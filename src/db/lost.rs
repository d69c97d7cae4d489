//! Connections that were lost, and how that is told from other errors.

use diesel::result::{DatabaseErrorKind, Error};

use crate::error::Fault;

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

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        if is_lost(&error) { Self::Away(error.to_string()) } else { Self::Database(error.into()) }
    }
}
