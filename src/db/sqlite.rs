//! Opens and configures connections to SQLite.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::db::case_folding::{fold, fold_case_utils};
use crate::db::conn::Purpose;
use crate::db::interrupt;
use crate::error::InternalError;

// `case_sensitive_like`: as in the SQL standard. To ignore case, both sides are folded.
const EVERY_CONNECTION: &str = "
    PRAGMA busy_timeout = 10000;
    PRAGMA foreign_keys = ON;
    PRAGMA case_sensitive_like = ON;
    PRAGMA temp_store = MEMORY;
";
const READER: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -65536;";
// FULL: an acknowledged write survives a power failure.
const WRITER: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -65536;
    PRAGMA wal_autocheckpoint = 4000;
";

pub(super) fn open(path: &Path, purpose: Purpose) -> Result<SqliteConnection, InternalError> {
    let failed =
        |error: &dyn std::fmt::Display| InternalError::DatabaseOpen(format!("{}: {error}", path.display()));
    let name = path.to_str().ok_or_else(|| failed(&"its name is not UTF-8"))?;
    // Written as a path, as SQLite would parse a name such as `file:x?mode=memory` as a URI.
    let name = if path.is_absolute() { name.to_owned() } else { format!("./{name}") };
    interrupt::install();
    let mut sqlite = SqliteConnection::establish(&name).map_err(|e| failed(&e))?;
    sqlite.batch_execute(EVERY_CONNECTION).map_err(|e| failed(&e))?;
    let set_up = if purpose == Purpose::Read { READER } else { WRITER };
    sqlite.batch_execute(set_up).map_err(|e| failed(&e))?;
    fold_case_utils::register_impl(&mut sqlite, |text: Option<String>| text.map(|t| fold(&t)))
        .map_err(|e| failed(&e))?;
    Ok(sqlite)
}
