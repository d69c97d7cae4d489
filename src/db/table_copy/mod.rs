//! Copies whole tables between databases and compares them: every row as it is stored, with its id. The rows have
//! structs of their own in `rows`, since a copy must not depend on the entities' rules.

mod ids;
mod order;
mod rows;

pub use order::parents_first;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::Conn;

/// A table with the functions that copy and compare its rows.
pub struct CopyTable {
    /// The name of the table.
    pub name: &'static str,
    /// The names of the columns, `id` first.
    pub columns: &'static [&'static str],
    copy_next: fn(i64, &mut Conn, &mut Conn) -> Result<Option<CopiedRows>, CopyError>,
    compare_next: fn(i64, &mut Conn, &mut Conn) -> QueryResult<Compared>,
}

/// A chunk of rows that was copied or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopiedRows {
    /// The number of rows.
    pub rows: u64,
    /// The highest id among them.
    pub last: i64,
}

/// The result of a comparison of some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// There are no further rows in either table.
    End,
    /// The rows of both tables are equal.
    Equal(CopiedRows),
    /// A row differs.
    Different {
        /// The id of the row.
        id: i64,
        /// The first column that differs: `id` if only one of the tables has the row.
        column: &'static str,
    },
}

/// An error while copying rows.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A text contains a NUL character, which PostgreSQL cannot store.
    #[error("{column} of row {id} in {table} contains a NUL character, which PostgreSQL cannot store")]
    Nul {
        /// The name of the table.
        table: &'static str,
        /// The name of the column.
        column: &'static str,
        /// The id of the row.
        id: i64,
    },
    /// A database failed.
    #[error("the database failed: {0}")]
    Database(#[from] diesel::result::Error),
}

/// Every table of the generated schema.
pub const TABLES: &[CopyTable] = rows::TABLES;

impl CopyTable {
    /// Copies the next rows after this id; `None` when there are none.
    pub fn copy_next(
        &self,
        after: i64,
        from: &mut Conn,
        to: &mut Conn,
    ) -> Result<Option<CopiedRows>, CopyError> {
        (self.copy_next)(after, from, to)
    }

    /// Whether the table always has one row, which the migrations insert and a copy replaces.
    pub fn has_one_row(&self) -> bool {
        self.name == "event_log"
    }

    /// Whether the table has no rows.
    pub fn is_empty(&self, conn: &mut Conn) -> QueryResult<bool> {
        let found = number(
            conn,
            &format!("SELECT count(*) AS number FROM (SELECT id FROM {} LIMIT 1) AS one", self.name),
        )?;
        Ok(found == 0)
    }

    /// Returns the number of rows.
    pub fn count(&self, conn: &mut Conn) -> QueryResult<u64> {
        let rows = number(conn, &format!("SELECT count(*) AS number FROM {}", self.name))?;
        Ok(rows.unsigned_abs())
    }

    /// Compares the rows with the next ids after this one, value by value.
    pub fn compare_next(&self, after: i64, one: &mut Conn, other: &mut Conn) -> QueryResult<Compared> {
        (self.compare_next)(after, one, other)
    }
}

/// Deletes the state of the event log, which is to be copied.
pub fn clear_event_log(conn: &mut Conn) -> QueryResult<()> {
    diesel::sql_query("DELETE FROM event_log").execute(conn).map(drop)
}

/// Numbers events that were copied from PostgreSQL before they had a position. SQLite numbers events when they are
/// inserted; on PostgreSQL, the next server numbers them.
pub fn number_events(conn: &mut Conn) -> QueryResult<()> {
    if !conn.numbers_events() {
        return Ok(());
    }
    let number = "UPDATE events SET position = (SELECT head FROM event_log) + new.n
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM events WHERE position IS NULL) AS new
        WHERE events.id = new.id";
    let rows = diesel::sql_query(number).execute(conn)?;
    diesel::sql_query(format!("UPDATE event_log SET head = head + {rows}")).execute(conn).map(drop)
}

/// Whether both connections are to the same database, even by different addresses.
pub fn is_same_database(one: &mut Conn, other: &mut Conn) -> QueryResult<bool> {
    Ok(place(one)? == place(other)?)
}

fn place(conn: &mut Conn) -> QueryResult<String> {
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT file AS text FROM pragma_database_list WHERE name = 'main'",
        #[cfg(feature = "postgres")]
        // The start time, in microseconds, identifies the server.
        Conn::Postgres(_) => {
            "SELECT concat_ws(' ', pg_postmaster_start_time(), current_database(), current_schema()) AS text"
        }
    };
    text(conn, sql)
}

fn number(conn: &mut Conn, sql: &str) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct NumberRow {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    Ok(diesel::sql_query(sql).get_result::<NumberRow>(conn)?.number)
}

fn text(conn: &mut Conn, sql: &str) -> QueryResult<String> {
    #[derive(QueryableByName)]
    struct TextRow {
        #[diesel(sql_type = Text)]
        text: String,
    }
    Ok(diesel::sql_query(sql).get_result::<TextRow>(conn)?.text)
}
