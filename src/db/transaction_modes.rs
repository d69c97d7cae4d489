//! Transactions that Diesel has no method for on a connection to either kind of database: exclusive locks, isolation
//! levels and read-only snapshots.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::db::Conn;
#[cfg(feature = "postgres")]
use crate::db::table_copy::TABLES;

/// The commands that begin a read-only transaction in which all reads come from one snapshot.
pub(super) const SQLITE_SNAPSHOT: &str = "BEGIN";
pub(super) const POSTGRES_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

impl Conn {
    /// Runs `work` in a transaction that excludes all other writers, for work of many statements. A savepoint, as in
    /// [`Db::write`](crate::db::Db::write), makes SQLite process a copy of all changed pages after each statement.
    pub fn with_exclusive_lock<R, E: From<diesel::result::Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, E>,
    ) -> Result<R, E> {
        let begin = match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE".to_owned(),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => {
                let mut tables: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
                // Writes append to the log at their end: they can finish while this waits for the other tables.
                tables.sort_by_key(|name| name.starts_with("event"));
                format!("BEGIN; LOCK TABLE {} IN EXCLUSIVE MODE", tables.join(", "))
            }
        };
        let result = self.batch_execute(&begin).map_err(E::from).and_then(|()| work(self));
        let result = result.and_then(|result| {
            self.batch_execute("COMMIT")?;
            Ok(result)
        });
        if result.is_err() {
            // Fails when SQLite has rolled back by itself, and when the connection is lost.
            let _ = self.batch_execute("ROLLBACK");
        }
        result
    }

    /// Prepares a transaction of several writes on PostgreSQL, which lock rows in any order. It gives up a lock for which it
    /// waits longer than a conflict of ordinary writes takes. After that, or after a deadlock, it excludes other
    /// transactions of several writes, so that the next attempt succeeds. Has no effect on SQLite.
    ///
    /// Must be the first statement. A snapshot is opened after it.
    pub(super) fn prepare_several_writes(&mut self, exclusive: bool) -> QueryResult<()> {
        let command = if exclusive {
            "LOCK TABLE idempotency IN EXCLUSIVE MODE"
        } else {
            "SET LOCAL lock_timeout = '250ms'; LOCK TABLE idempotency IN ROW SHARE MODE"
        };
        if matches!(self, Self::Sqlite(_)) { Ok(()) } else { self.batch_execute(command) }
    }

    /// Runs `work`, which only reads, in one snapshot.
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
        // The result does not depend on the end of the transaction.
        let _ = self.batch_execute("ROLLBACK");
        result
    }

    /// Copies the write-ahead log into the database file, without waiting for readers.
    pub(super) fn checkpoint(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.batch_execute("PRAGMA wal_checkpoint(PASSIVE)"),
            // The server checkpoints by itself.
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }
}
