//! Interrupts statements of SQLite at a deadline. SQLite calls a progress handler on the thread of the statement, so the
//! deadline is in a thread-local variable.

use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::Once;
use std::time::Instant;

use libsqlite3_sys as sqlite;

/// Instructions of SQLite's virtual machine between two calls of the progress handler, about 50 µs.
const INSTRUCTIONS_PER_CHECK: c_int = 2_000;

thread_local! {
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Runs `work` and interrupts its statements after the deadline.
pub(super) fn with_deadline<R>(deadline: Option<Instant>, work: impl FnOnce() -> R) -> R {
    /// Restores the outer deadline, also when the work panics, as the thread serves other requests.
    struct OuterDeadline(Option<Instant>);
    impl Drop for OuterDeadline {
        fn drop(&mut self) {
            DEADLINE.set(self.0);
        }
    }
    let _outer = OuterDeadline(DEADLINE.replace(deadline));
    work()
}

/// Installs the progress handler on every connection that is opened from now on. Diesel does not expose the raw
/// connection, so an auto-extension receives it.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: `opened` has the type of an entry point, and lives as long as the program.
        let _ = unsafe { sqlite::sqlite3_auto_extension(Some(opened)) };
    });
}

unsafe extern "C" fn opened(
    connection: *mut sqlite::sqlite3,
    _: *mut *mut c_char,
    _: *const sqlite::sqlite3_api_routines,
) -> c_int {
    // SAFETY: SQLite hands over a connection that has just been opened; `is_late` takes no pointer.
    unsafe {
        sqlite::sqlite3_progress_handler(connection, INSTRUCTIONS_PER_CHECK, Some(is_late), ptr::null_mut())
    };
    sqlite::SQLITE_OK
}

unsafe extern "C" fn is_late(_: *mut c_void) -> c_int {
    c_int::from(DEADLINE.get().is_some_and(|deadline| Instant::now() >= deadline))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;

    use super::*;
    use crate::db::{Address, Conn, Purpose};

    const ENDLESS: &str =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";

    #[test]
    fn a_statement_is_interrupted_and_the_connection_can_be_used_again() {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::File(folder.path().join("shop.db"));
        drop(Conn::open(&address, Purpose::Write).unwrap());
        let mut conn = Conn::open(&address, Purpose::Read).unwrap();
        conn.batch_execute("BEGIN").unwrap();
        let started = Instant::now();
        let deadline = started + Duration::from_millis(50);
        let outcome = with_deadline(Some(deadline), || diesel::sql_query(ENDLESS).execute(&mut conn));
        assert_eq!(outcome.unwrap_err().to_string(), "interrupted");
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        conn.batch_execute("SELECT 1; COMMIT").unwrap();
    }
}
