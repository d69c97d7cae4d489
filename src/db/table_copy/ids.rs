//! Which ids a table has given out, and where it goes on. No id is given out twice, not even when its
//! row is gone.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::table_copy::{Table, number};

impl Table {
    /// The highest id that was ever given to a row, which may be gone; 0 where there was none.
    pub fn highest_id(&self, conn: &mut Conn) -> QueryResult<i64> {
        let name = self.name;
        let given = match conn {
            Conn::Sqlite(_) => format!("SELECT seq FROM sqlite_sequence WHERE name = '{name}'"),
            #[cfg(feature = "postgres")]
            Conn::Postgres(_) => {
                format!(
                    "SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM {name}_id_seq"
                )
            }
        };
        let given = number(conn, &format!("SELECT coalesce(({given}), 0) AS number"))?;
        // Rows may have been entered with an id.
        let there = number(conn, &format!("SELECT coalesce(max(id), 0) AS number FROM {name}"))?;
        Ok(given.max(there))
    }

    /// Lets the next id be behind this one, unless it is already.
    pub fn advance_sequence(&self, highest: i64, conn: &mut Conn) -> QueryResult<()> {
        let name = self.name;
        let highest = highest.max(self.highest_id(conn)?);
        if highest < 1 {
            return Ok(());
        }
        match conn {
            Conn::Sqlite(conn) => {
                let set = format!("UPDATE sqlite_sequence SET seq = {highest} WHERE name = '{name}'");
                if diesel::sql_query(set).execute(conn)? == 0 {
                    let insert =
                        format!("INSERT INTO sqlite_sequence (name, seq) VALUES ('{name}', {highest})");
                    diesel::sql_query(insert).execute(conn)?;
                }
            }
            #[cfg(feature = "postgres")]
            Conn::Postgres(conn) => {
                diesel::sql_query(format!("SELECT setval('{name}_id_seq', {highest})")).execute(conn)?;
            }
        }
        Ok(())
    }
}
