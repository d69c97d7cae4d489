//! Inserts of many rows, in the fastest way of each kind of database.

use diesel::prelude::*;

use crate::db::Conn;

/// Rows that can be inserted in batches.
pub trait BatchInsert: Sized {
    /// Inserts the rows in this order. Fails on PostgreSQL for text with a NUL character.
    fn insert_all(rows: &[Self], conn: &mut Conn) -> QueryResult<()>;
}

/// Implements [`BatchInsert`] for the rows of a table. A macro, as Diesel's bounds cannot be written for a type
/// parameter and both kinds of database.
macro_rules! batch_insert {
    ($table:ident: $row:ty) => {
        impl $crate::db::batch_insert::BatchInsert for $row {
            fn insert_all(rows: &[Self], conn: &mut $crate::db::Conn) -> diesel::QueryResult<()> {
                match conn {
                    // One prepared statement per row is faster here than one statement for many rows.
                    $crate::db::Conn::Sqlite(conn) => {
                        for row in rows {
                            diesel::insert_into($table::table).values(row).execute(conn)?;
                        }
                    }
                    #[cfg(feature = "postgres")]
                    $crate::db::Conn::Postgres(conn) => {
                        diesel::copy_from($table::table).from_insertable(rows).execute(conn)?;
                    }
                }
                Ok(())
            }
        }
    };
}

pub(crate) use batch_insert;
