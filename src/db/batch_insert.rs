//! Many rows of a table at once, in the way that suits the database.

use diesel::prelude::*;

use crate::db::Conn;

/// Rows that can be written many at a time.
pub trait BatchInsert: Sized {
    /// Writes them in this order. On PostgreSQL, text with a NUL character fails.
    fn insert_all(rows: &[Self], conn: &mut Conn) -> QueryResult<()>;
}

/// Makes rows of a table [`BatchInsert`]. What Diesel asks of such rows cannot be said of a type parameter for
/// both databases.
macro_rules! batch_insert {
    ($table:ident: $row:ty) => {
        impl $crate::db::batch_insert::BatchInsert for $row {
            fn insert_all(rows: &[Self], conn: &mut $crate::db::Conn) -> diesel::QueryResult<()> {
                match conn {
                    // The same statement for each, prepared once, is faster than one for many.
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
