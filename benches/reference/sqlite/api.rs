//! SQLite through its C API: a connection, prepared statements, rows. All that is `unsafe` here.
//! Knows nothing of shops. A failure of SQLite is a panic: a bench has nobody to tell.

use std::ffi::{CStr, CString, c_int};
use std::ptr::{self, NonNull};

use libsqlite3_sys as sqlite;

/// A connection. It is never closed, so that what was prepared on it is valid for good.
pub struct Connection(NonNull<sqlite::sqlite3>);

impl Connection {
    pub fn open(path: &str) -> Self {
        let path = CString::new(path).expect("a path without NUL");
        let flags = sqlite::SQLITE_OPEN_READWRITE | sqlite::SQLITE_OPEN_NOMUTEX;
        let mut raw = ptr::null_mut();
        // SAFETY: the option takes one int, and nothing else uses SQLite yet in this process.
        unsafe { sqlite::sqlite3_config(sqlite::SQLITE_CONFIG_MEMSTATUS, 0 as c_int) };
        // SAFETY: `path` ends in NUL and outlives the call; `raw` is ours to be written.
        let code = unsafe { sqlite::sqlite3_open_v2(path.as_ptr(), &mut raw, flags, ptr::null()) };
        assert_eq!(code, sqlite::SQLITE_OK, "cannot open {path:?}");
        Self(NonNull::new(raw).expect("an open connection"))
    }

    /// Runs statements that yield nothing, separated by semicolons.
    pub fn run(&self, sql: &str) {
        let text = CString::new(sql).expect("SQL without NUL");
        // SAFETY: the connection is open, `text` ends in NUL and outlives the call; no callback.
        let code = unsafe {
            sqlite::sqlite3_exec(self.0.as_ptr(), text.as_ptr(), None, ptr::null_mut(), ptr::null_mut())
        };
        assert_eq!(code, sqlite::SQLITE_OK, "{sql}: {}", message(self.0));
    }

    pub fn prepare(&self, sql: &str) -> Statement {
        let text = CString::new(sql).expect("SQL without NUL");
        let flags = sqlite::SQLITE_PREPARE_PERSISTENT;
        let mut raw = ptr::null_mut();
        // SAFETY: the connection is open, `text` ends in NUL and outlives the call; `raw` is ours.
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

    /// Rows that the last statement wrote.
    pub fn changes(&self) -> i64 {
        // SAFETY: the connection is open.
        unsafe { sqlite::sqlite3_changes64(self.0.as_ptr()) }
    }
}

/// A prepared statement, at rest.
pub struct Statement {
    raw: NonNull<sqlite::sqlite3_stmt>,
    connection: NonNull<sqlite::sqlite3>,
}

impl Statement {
    /// Starts the statement with `values` for its parameters.
    pub fn query(&mut self, values: &[i64]) -> Rows<'_> {
        for (at, value) in (1..).zip(values) {
            // SAFETY: the statement is valid for good, and at rest: `Rows` resets it.
            unsafe { sqlite::sqlite3_bind_int64(self.raw.as_ptr(), at, *value) };
        }
        Rows(self)
    }

    /// Runs a statement that yields no rows.
    pub fn run(&mut self, values: &[i64]) {
        let mut rows = self.query(values);
        assert!(!rows.next(), "a statement that was to yield nothing yielded a row");
    }
}

/// A statement that runs. Dropping it puts the statement to rest, and with it its snapshot.
pub struct Rows<'a>(&'a mut Statement);

impl Rows<'_> {
    /// Goes to the next row; false after the last.
    pub fn next(&mut self) -> bool {
        // SAFETY: the statement is valid for good.
        match unsafe { sqlite::sqlite3_step(self.0.raw.as_ptr()) } {
            sqlite::SQLITE_ROW => true,
            sqlite::SQLITE_DONE => false,
            code => panic!("SQLite: {code}, {}", message(self.0.connection)),
        }
    }

    pub fn int(&self, column: c_int) -> i64 {
        // SAFETY: the statement is valid; a column or a row that is not there reads as NULL.
        unsafe { sqlite::sqlite3_column_int64(self.0.raw.as_ptr(), column) }
    }

    /// The text of a column, `None` for NULL.
    pub fn text(&self, column: c_int) -> Option<&[u8]> {
        let raw = self.0.raw.as_ptr();
        // SAFETY: the text stays where it is, and as long as it is, until the statement is stepped
        // or reset or the column is read as another type that moves it. The first two take `&mut
        // self`, and nothing here does the third: an integer read converts nothing in place.
        unsafe {
            let start = sqlite::sqlite3_column_text(raw, column);
            let length = sqlite::sqlite3_column_bytes(raw, column) as usize;
            (!start.is_null()).then(|| std::slice::from_raw_parts(start, length))
        }
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        // SAFETY: the statement is valid for good. A failure was already told by `next`.
        unsafe { sqlite::sqlite3_reset(self.0.raw.as_ptr()) };
    }
}

fn message(connection: NonNull<sqlite::sqlite3>) -> String {
    // SAFETY: the connection is open; SQLite's message ends in NUL and stays until the next call.
    unsafe { CStr::from_ptr(sqlite::sqlite3_errmsg(connection.as_ptr())) }.to_string_lossy().into_owned()
}
