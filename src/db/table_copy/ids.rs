//! Id sequences of tables. An id is never assigned twice, even after its row is deleted.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::table_copy::{CopyTable, number};

impl CopyTable {
    /// Returns the highest id ever assigned, also to deleted rows; 0 when there is none.
    pub fn highest_id(&self, conn: &mut Conn) -> QueryResult<i64> {
        if self.has_one_row() {
            return Ok(0);
        }
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
        // Rows inserted with an explicit id do not advance the sequence.
        let there = number(conn, &format!("SELECT coalesce(max(id), 0) AS number FROM {name}"))?;
        Ok(given.max(there))
    }

    /// Advances the sequence so that the next id is greater than `highest`.
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
