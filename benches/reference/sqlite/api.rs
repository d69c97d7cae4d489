//! A safe wrapper of the SQLite C API: connections, prepared statements and rows. It contains all `unsafe`
//! code. SQLite errors panic, because a benchmark cannot recover from them.

use std::ffi::{CStr, CString, c_int};
use std::ptr::{self, NonNull};

use libsqlite3_sys as sqlite;

/// A connection. It is never closed, so its prepared statements remain valid.
pub struct Connection(NonNull<sqlite::sqlite3>);

impl Connection {
    pub fn open(path: &str) -> Self {
        let path = CString::new(path).expect("a path without NUL");
        let flags = sqlite::SQLITE_OPEN_READWRITE | sqlite::SQLITE_OPEN_NOMUTEX;
        let mut raw = ptr::null_mut();
        // SAFETY: the option takes one int, and nothing else in this process uses SQLite yet.
        unsafe { sqlite::sqlite3_config(sqlite::SQLITE_CONFIG_MEMSTATUS, 0 as c_int) };
        // SAFETY: `path` is NUL-terminated and outlives the call; `raw` is a valid pointer for writes.
        let code = unsafe { sqlite::sqlite3_open_v2(path.as_ptr(), &mut raw, flags, ptr::null()) };
        assert_eq!(code, sqlite::SQLITE_OK, "cannot open {path:?}");
        Self(NonNull::new(raw).expect("an open connection"))
    }

    /// Runs statements without result rows, separated by semicolons.
    pub fn run(&self, sql: &str) {
        let text = CString::new(sql).expect("SQL without NUL");
        // SAFETY: the connection is open; `text` is NUL-terminated and outlives the call; there is no
        // callback.
        let code = unsafe {
            sqlite::sqlite3_exec(self.0.as_ptr(), text.as_ptr(), None, ptr::null_mut(), ptr::null_mut())
        };
        assert_eq!(code, sqlite::SQLITE_OK, "{sql}: {}", message(self.0));
    }

    pub fn prepare(&self, sql: &str) -> Statement {
        let text = CString::new(sql).expect("SQL without NUL");
        let flags = sqlite::SQLITE_PREPARE_PERSISTENT;
        let mut raw = ptr::null_mut();
        // SAFETY: the connection is open; `text` is NUL-terminated and outlives the call; `raw` is a valid
        // pointer for writes.
        let code = unsafe {
            sqlite::sqlite3_prepare_v3(self.0.as_ptr(), text.as_ptr(), -1, flags, &mut raw, ptr::null_mut())
        };
        assert_eq!(code, sqlite::SQLITE_OK, "{sql}: {}", message(self.0));
        Statement { raw: NonNull::new(raw).expect("a statement"), connection: self.0 }
    }

    pub fn last_insert_id(&self) -> i64 {
        // SAFETY: the connection is open.
        unsafe { sqlite::sqlite3_last_insert_rowid(self.0.as_ptr()) }
    }

    /// Returns the number of rows that the last statement wrote.
    pub fn changes(&self) -> i64 {
        // SAFETY: the connection is open.
        unsafe { sqlite::sqlite3_changes64(self.0.as_ptr()) }
    }
}

/// A prepared statement that is not running.
pub struct Statement {
    raw: NonNull<sqlite::sqlite3_stmt>,
    connection: NonNull<sqlite::sqlite3>,
}

impl Statement {
    /// Starts the statement with `values` bound to its parameters.
    pub fn query(&mut self, values: &[i64]) -> Rows<'_> {
        for (at, value) in (1..).zip(values) {
            // SAFETY: the statement is never finalized, and it is not running because `Rows` resets it.
            unsafe { sqlite::sqlite3_bind_int64(self.raw.as_ptr(), at, *value) };
        }
        Rows(self)
    }

    /// Runs a statement without result rows.
    pub fn run(&mut self, values: &[i64]) {
        let mut rows = self.query(values);
        assert!(!rows.next(), "a statement that was to yield nothing yielded a row");
    }
}

/// A running statement. Dropping it resets the statement and releases its snapshot.
pub struct Rows<'a>(&'a mut Statement);

impl Rows<'_> {
    /// Steps to the next row. Returns `false` after the last row.
    pub fn next(&mut self) -> bool {
        // SAFETY: the statement is valid for good.
        match unsafe { sqlite::sqlite3_step(self.0.raw.as_ptr()) } {
            sqlite::SQLITE_ROW => true,
            sqlite::SQLITE_DONE => false,
            code => panic!("SQLite: {code}, {}", message(self.0.connection)),
        }
    }

    pub fn int(&self, column: c_int) -> i64 {
        // SAFETY: the statement is never finalized; a missing column or row reads as NULL.
        unsafe { sqlite::sqlite3_column_int64(self.0.raw.as_ptr(), column) }
    }

    /// Returns the text of a column, or `None` for NULL.
    pub fn text(&self, column: c_int) -> Option<&[u8]> {
        let raw = self.0.raw.as_ptr();
        // SAFETY: the pointer stays valid until the statement is stepped or reset, or the column is
        // converted to another type. The first two take `&mut self`, and the integer accessor does not
        // convert a column in place.
        unsafe {
            let start = sqlite::sqlite3_column_text(raw, column);
            let length = sqlite::sqlite3_column_bytes(raw, column) as usize;
            (!start.is_null()).then(|| std::slice::from_raw_parts(start, length))
        }
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        // SAFETY: the statement is never finalized. `next` has already reported a failure.
        unsafe { sqlite::sqlite3_reset(self.0.raw.as_ptr()) };
    }
}

fn message(connection: NonNull<sqlite::sqlite3>) -> String {
    // SAFETY: the connection is open; the message is NUL-terminated and valid until the next call.
    unsafe { CStr::from_ptr(sqlite::sqlite3_errmsg(connection.as_ptr())) }.to_string_lossy().into_owned()
}
