//! A connection, and how each kind is set up.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use crate::error::{Error, Fault};

/// A connection to whichever database the shop is kept in.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
}

/// What Diesel builds its SQL for.
pub type Backend = <Conn as Connection>::Backend;

/// The columns of a row, to be returned by what writes it.
pub fn columns<R: Selectable<Backend>>() -> R::SelectExpression {
    R::construct_selection()
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Text folded so that two that differ only in case are equal, in any script.
    fn fold_case(text: Nullable<Text>) -> Nullable<Text>;
}

/// What SQLite's `lower` does for A to Z only. The same for values that are compared with it.
pub fn fold(text: &str) -> String {
    text.to_lowercase()
}

// `case_sensitive_like`: LIKE is as the standard has it; where case is not to matter, both sides are folded.
const EVERY_CONNECTION: &str = "
    PRAGMA busy_timeout = 10000;
    PRAGMA foreign_keys = ON;
    PRAGMA case_sensitive_like = ON;
    PRAGMA temp_store = MEMORY;
";
const READER: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -65536;";
// FULL: what was acknowledged is on the disk, also when the power goes.
const WRITER: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 4000;
";

impl Conn {
    pub fn open_writer(path: &Path) -> Result<Self, Fault> {
        Self::open(path, WRITER)
    }

    pub fn open_reader(path: &Path) -> Result<Self, Fault> {
        Self::open(path, READER)
    }

    /// Runs `work` in a transaction of its own, in which nobody else writes. For work of many
    /// statements: in a savepoint, as [`Db::write`](crate::db::Db::write) has them, SQLite goes through
    /// a copy of all that has changed at the end of each statement.
    pub fn exclusively<R>(&mut self, work: impl FnOnce(&mut Self) -> Result<R, Error>) -> Result<R, Error> {
        self.batch_execute("BEGIN IMMEDIATE")?;
        let result = work(self).and_then(|result| {
            self.batch_execute("COMMIT")?;
            Ok(result)
        });
        if result.is_err() {
            // Fails where SQLite has rolled back by itself.
            let _ = self.batch_execute("ROLLBACK");
        }
        result
    }

    /// Takes over into the file what is in the write-ahead log, without waiting for anybody.
    pub(super) fn checkpoint(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.batch_execute("PRAGMA wal_checkpoint(PASSIVE)"),
        }
    }

    fn open(path: &Path, set_up: &str) -> Result<Self, Fault> {
        let failed = |error: &dyn std::fmt::Display| Fault::Open(format!("{}: {error}", path.display()));
        let name = path.to_str().ok_or_else(|| failed(&"its name is not UTF-8"))?;
        // Spelt as a path, or SQLite would read options into a name such as `file:x?mode=memory`.
        let name = if path.is_absolute() { name.to_owned() } else { format!("./{name}") };
        let mut sqlite = SqliteConnection::establish(&name).map_err(|e| failed(&e))?;
        sqlite.batch_execute(EVERY_CONNECTION).map_err(|e| failed(&e))?;
        sqlite.batch_execute(set_up).map_err(|e| failed(&e))?;
        fold_case_utils::register_impl(&mut sqlite, |text: Option<String>| text.map(|t| fold(&t)))
            .map_err(|e| failed(&e))?;
        Ok(Self::Sqlite(sqlite))
    }
}
