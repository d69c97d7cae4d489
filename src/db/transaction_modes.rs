//! Transactions that Diesel has no method for on a connection to either kind of database: exclusive locks, isolation
//! levels and read-only snapshots.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::db::Conn;
#[cfg(feature = "postgres")]
use crate::db::table_copy::TABLES;

/// Begin a transaction that only reads: all it sees is of one moment.
pub(super) const SQLITE_SNAPSHOT: &str = "BEGIN";
pub(super) const POSTGRES_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

impl Conn {
    /// Runs `work` in a transaction of its own, in which nobody else writes. For work of many
    /// statements: in a savepoint, as [`Db::write`](crate::db::Db::write) has them, SQLite goes through
    /// a copy of all that has changed at the end of each statement.
    pub fn with_exclusive_lock<R, E: From<diesel::result::Error>>(
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
    pub fn set_repeatable_read(&mut self) -> QueryResult<()> {
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
            Self::Sqlite(_) => SQLITE_SNAPSHOT,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => POSTGRES_SNAPSHOT,
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
