//! The rows of a SELECT whose columns are named at run time.

use std::cell::Cell;

use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::row::{Field, Row};

use crate::db::Conn;
use crate::db::conn::MultiRawValue;
use crate::types::column::{SqlType, SqlValue};

type ConnRow<'conn, 'query> = <Conn as LoadConnection<DefaultLoadingMode>>::Row<'conn, 'query>;

/// A row of a [`Select`](super::select::Select).
pub struct SelectedRow<'conn, 'query> {
    row: ConnRow<'conn, 'query>,
    /// The first integer that was read, with its column. In most queries this is the id, which is also the key of
    /// relations and the last sort key: each further read costs as much as formatting the value.
    first_integer: Cell<Option<(usize, i64)>>,
}

impl<'conn, 'query> SelectedRow<'conn, 'query> {
    pub(super) fn new(row: ConnRow<'conn, 'query>) -> Self {
        Self { row, first_integer: Cell::new(None) }
    }

    /// Returns what `read` returns for the value of a column of the select list.
    #[inline]
    pub fn read<R>(&self, column: usize, sql_type: SqlType, read: impl FnOnce(SqlValue<'_>) -> R) -> R {
        if sql_type != SqlType::Text {
            return read(self.integer(column).map_or(SqlValue::Null, SqlValue::Integer));
        }
        let Some(field) = Row::get(&self.row, column) else { return read(SqlValue::Null) };
        match field.value() {
            None => read(SqlValue::Null),
            Some(MultiRawValue::Sqlite(mut value)) => read(SqlValue::Text(value.read_text())),
            #[cfg(feature = "postgres")]
            Some(MultiRawValue::Postgres(value)) => {
                read(std::str::from_utf8(value.as_bytes()).map_or(SqlValue::Null, SqlValue::Text))
            }
        }
    }

    /// Returns the value of an integer column; `None` if it is NULL.
    #[inline]
    pub fn integer(&self, column: usize) -> Option<i64> {
        if let Some((known, integer)) = self.first_integer.get()
            && known == column
        {
            return Some(integer);
        }
        let field = Row::get(&self.row, column)?;
        let integer = match field.value()? {
            MultiRawValue::Sqlite(mut value) => value.read_long(),
            #[cfg(feature = "postgres")]
            MultiRawValue::Postgres(value) => postgres_integer(value.as_bytes())?,
        };
        if self.first_integer.get().is_none() {
            self.first_integer.set(Some((column, integer)));
        }
        Some(integer)
    }
}

/// Reads an integer of 4 or 8 bytes in PostgreSQL's binary format.
#[cfg(feature = "postgres")]
fn postgres_integer(bytes: &[u8]) -> Option<i64> {
    if let Ok(bytes) = bytes.try_into() {
        Some(i64::from_be_bytes(bytes))
    } else {
        bytes.try_into().ok().map(|bytes| i32::from_be_bytes(bytes).into())
    }
}
