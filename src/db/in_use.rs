//! Detects other connections to a database.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
#[cfg(feature = "postgres")]
use diesel::sql_types::BigInt;

use crate::db::Conn;

/// The number of attempts and the pause between them: a session that ends takes a moment to disappear.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(100);

impl Conn {
    /// Returns whether a server or another command has the database open. On PostgreSQL these are the sessions
    /// with our application name.
    pub fn is_in_use(&mut self) -> QueryResult<bool> {
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                std::thread::sleep(PAUSE);
            }
            let in_use = match self {
                Self::Sqlite(conn) => has_other_connections(conn)?,
                #[cfg(feature = "postgres")]
                Self::Postgres(conn) => has_other_sessions(conn)?,
            };
            if !in_use {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// SQLite leaves WAL mode only for a connection that has the database to itself.
fn has_other_connections(conn: &mut SqliteConnection) -> QueryResult<bool> {
    conn.batch_execute("PRAGMA busy_timeout = 0")?;
    let left = conn.batch_execute("PRAGMA journal_mode = DELETE");
    conn.batch_execute("PRAGMA busy_timeout = 10000")?;
    match left {
        Ok(()) => conn.batch_execute("PRAGMA journal_mode = WAL").map(|()| false),
        Err(error) if error.to_string().contains("locked") => Ok(true),
        Err(error) => Err(error),
    }
}

#[cfg(feature = "postgres")]
fn has_other_sessions(conn: &mut PgConnection) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct SessionCount {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let sql = "SELECT count(*) AS count FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()
             AND application_name IN ('oms', current_setting('application_name'))";
    Ok(diesel::sql_query(sql).get_result::<SessionCount>(conn)?.count > 0)
}
