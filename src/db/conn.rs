//! The connection to either kind of database, and the types that Diesel builds SQL with.

#![allow(missing_docs, reason = "the items that `diesel::MultiConnection` generates have no documentation")]

use diesel::prelude::*;
use diesel::query_builder::AstPass;

/// A connection to SQLite or PostgreSQL.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
}

impl Conn {
    /// Whether events get their position in the log when they are inserted. On PostgreSQL, they get it after the commit.
    pub fn numbers_events(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Numbers the events that a command has committed, so that the log is complete without a server. Must be called
    /// outside of a transaction.
    pub fn number_committed_events(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            #[cfg(feature = "postgres")]
            Self::Postgres(conn) => crate::db::sequencer::number_committed(conn),
        }
    }
}

/// The backend of [`Conn`].
pub type Backend = <Conn as Connection>::Backend;

/// The query builder of [`Conn`].
pub(super) type Builder = <Backend as diesel::backend::Backend>::QueryBuilder;

/// Returns an empty query builder.
pub(super) fn builder(backend: &Backend) -> Builder {
    match backend {
        Backend::Sqlite(_) => Builder::Sqlite(Default::default()),
        #[cfg(feature = "postgres")]
        Backend::Postgres(_) => Builder::Postgres(Default::default()),
    }
}

/// The use of a connection, which determines its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Requests that read.
    Read,
    /// Requests that write.
    Write,
    /// Commands such as import and migration, without timeouts.
    Maintenance,
}

/// The time a transaction of a request may be idle between two statements before PostgreSQL ends it, in milliseconds.
/// Nothing is awaited in between, but results are computed. `pool` extends it for requests with a longer deadline.
pub(super) const IDLE_IN_TRANSACTION_TIMEOUT_MS: u128 = 60_000;

/// The kinds of database, for SQL that depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}

impl Dialect {
    /// Returns the dialect of a connection.
    pub(super) fn of_connection(conn: &Conn) -> Self {
        match conn {
            Conn::Sqlite(_) => Self::Sqlite,
            #[cfg(feature = "postgres")]
            Conn::Postgres(_) => Self::Postgres,
        }
    }

    /// Returns the dialect of the statement that is being built.
    pub(super) fn of(out: &AstPass<'_, '_, Backend>) -> Self {
        match out.backend() {
            Backend::Sqlite(_) => Self::Sqlite,
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => Self::Postgres,
        }
    }
}

/// Returns the columns of a row for a RETURNING clause.
pub fn returning_all<R: Selectable<Backend>>() -> R::SelectExpression {
    R::construct_selection()
}
