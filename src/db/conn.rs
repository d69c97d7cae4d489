//! A connection to either kind of database. What differs between the two is asked for here.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::query_builder::AstPass;
use diesel::sql_types::{Nullable, Text};

use crate::db::address::Address;
#[cfg(feature = "postgres")]
use crate::db::postgres;
use crate::db::sqlite;
#[cfg(feature = "postgres")]
use crate::db::whole::TABLES;
use crate::error::InternalError;

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

/// Begin a transaction that only reads: all it sees is of one moment.
pub(super) const SNAPSHOT_OF_FILE: &str = "BEGIN";
pub(super) const SNAPSHOT_OF_SERVER: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Requests that read.
    Read,
    /// Requests that write.
    Write,
    /// A command that has all the time it needs.
    Alone,
}

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
pub fn columns<R: Selectable<Backend>>() -> R::SelectExpression {
    R::construct_selection()
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text with full case folding: two texts that differ only in case are equal, in any script.
    fn fold_case(text: Nullable<Text>) -> Nullable<Text>;
}

/// Returns `text` with full case folding (C + F in Unicode's CaseFolding.txt), as the SQL function
/// [`fold_case`] does.
pub fn fold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { caseless::default_case_fold_str(text) }
}

impl Conn {
    /// Opens the database, a file also where there is none yet.
    pub fn open(address: &Address, purpose: Purpose) -> Result<Self, InternalError> {
        match address {
            Address::File(path) => Ok(Self::Sqlite(sqlite::open(path, purpose)?)),
            #[cfg(feature = "postgres")]
            Address::Server(server) => Ok(Self::Postgres(postgres::open(&server.url, purpose)?)),
            #[cfg(not(feature = "postgres"))]
            Address::Server(_) => Err(InternalError::DatabaseOpen(
                "this oms was built for SQLite only, not for PostgreSQL".to_owned(),
            )),
        }
    }

    /// Runs `work` in a transaction of its own, in which nobody else writes. For work of many
    /// statements: in a savepoint, as [`Db::write`](crate::db::Db::write) has them, SQLite goes through
    /// a copy of all that has changed at the end of each statement.
    pub fn exclusively<R, E: From<diesel::result::Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, E>,
    ) -> Result<R, E> {
        let begin = match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE".to_owned(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => {
                let tables: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
                format!("BEGIN; LOCK TABLE {} IN EXCLUSIVE MODE", tables.join(", "))
            }
        };
        let result = self.batch_execute(&begin).map_err(E::from).and_then(|()| work(self));
        let result = result.and_then(|result| {
            self.batch_execute("COMMIT")?;
            Ok(result)
        });
        if result.is_err() {
            // Fails where SQLite has rolled back by itself, and where there is no connection any more.
            let _ = self.batch_execute("ROLLBACK");
        }
        result
    }

    /// All that a write reads is of one moment, and whoever changes it meanwhile has it tried again. To
    /// be said before anything else; SQLite has it so anyway.
    pub fn in_one_moment(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            #[cfg(feature = "postgres")]
            Self::Postgres(conn) => conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"),
        }
    }

    /// Runs `work`, which only reads: all it sees is of one moment.
    pub fn in_snapshot<R, E: From<diesel::result::Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, E>,
    ) -> Result<R, E> {
        let begin = match self {
            Self::Sqlite(_) => SNAPSHOT_OF_FILE,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => SNAPSHOT_OF_SERVER,
        };
        self.batch_execute(begin)?;
        let result = work(self);
        // What was read was read.
        let _ = self.batch_execute("ROLLBACK");
        result
    }

    /// Takes over into the file what is in the write-ahead log, without waiting for anybody.
    pub(super) fn checkpoint(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.batch_execute("PRAGMA wal_checkpoint(PASSIVE)"),
            // It has a log of its own.
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }
}
