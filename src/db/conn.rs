//! A connection to either kind of database. What differs between the two is asked for here.

use diesel::prelude::*;
use diesel::query_builder::AstPass;

/// A connection to whichever database the shop is kept in.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
}

/// What Diesel builds its SQL for.
pub type Backend = <Conn as Connection>::Backend;

/// What writes SQL down.
pub(super) type Builder = <Backend as diesel::backend::Backend>::QueryBuilder;

/// An empty one.
pub(super) fn builder(backend: &Backend) -> Builder {
    match backend {
        Backend::Sqlite(_) => Builder::Sqlite(Default::default()),
        #[cfg(feature = "postgres")]
        Backend::Postgres(_) => Builder::Postgres(Default::default()),
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Requests that read.
    Read,
    /// Requests that write.
    Write,
    /// A command that has all the time it needs.
    Maintenance,
}

/// The time a transaction of a request may be idle between two statements before PostgreSQL ends it, in milliseconds.
/// Nothing is awaited in between, but results are computed. `pool` extends it for requests with a longer deadline.
pub(super) const IDLE_IN_TRANSACTION_TIMEOUT_MS: u128 = 60_000;

/// The kinds of database, where SQL has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}

impl Dialect {
    /// The one that a statement is being written for.
    pub(super) fn of(out: &AstPass<'_, '_, Backend>) -> Self {
        match out.backend() {
            Backend::Sqlite(_) => Self::Sqlite,
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => Self::Postgres,
        }
    }
}

/// The columns of a row, to be returned by what writes it.
pub fn returning_all<R: Selectable<Backend>>() -> R::SelectExpression {
    R::construct_selection()
}
