//! The rows of a SELECT whose columns are named at run time.

use std::marker::PhantomData;

use diesel::row::{Field, Row};

use crate::db::Backend;
use crate::db::conn::MultiRawValue;
use crate::types::column::{SqlType, SqlValue};

/// A row of a [`Select`](super::select::Select).
pub trait SelectedRow {
    /// Calls `read` with the value of a column of the select list.
    fn read(&self, column: usize, sql_type: SqlType, read: &mut dyn FnMut(SqlValue<'_>));

    /// Returns the value of an integer column; `None` if it is NULL.
    fn integer(&self, column: usize) -> Option<i64> {
        let mut integer = None;
        self.read(column, SqlType::BigInt, &mut |value| {
            if let SqlValue::Integer(value) = value {
                integer = Some(value);
            }
        });
        integer
    }
}

/// A row that Diesel returned.
pub(super) struct DatabaseRow<'a, R> {
    row: R,
    lifetime: PhantomData<&'a ()>,
}

impl<R> DatabaseRow<'_, R> {
    pub(super) fn new(row: R) -> Self {
        Self { row, lifetime: PhantomData }
    }
}

impl<'a, R: Row<'a, Backend>> SelectedRow for DatabaseRow<'a, R> {
    fn read(&self, column: usize, sql_type: SqlType, read: &mut dyn FnMut(SqlValue<'_>)) {
        let Some(field) = Row::get(&self.row, column) else { return read(SqlValue::Null) };
        match (field.value(), sql_type) {
            (None, _) => read(SqlValue::Null),
            (Some(MultiRawValue::Sqlite(mut value)), SqlType::Text) => {
                read(SqlValue::Text(value.read_text()))
            }
            (Some(MultiRawValue::Sqlite(mut value)), _) => read(SqlValue::Integer(value.read_long())),
            #[cfg(feature = "postgres")]
            (Some(MultiRawValue::Postgres(value)), SqlType::Text) => {
                read(std::str::from_utf8(value.as_bytes()).map_or(SqlValue::Null, SqlValue::Text));
            }
            #[cfg(feature = "postgres")]
            (Some(MultiRawValue::Postgres(value)), _) => read(postgres_integer(value.as_bytes())),
        }
    }
}

/// Reads an integer of 4 or 8 bytes in PostgreSQL's binary format.
#[cfg(feature = "postgres")]
fn postgres_integer(bytes: &[u8]) -> SqlValue<'static> {
    if let Ok(bytes) = bytes.try_into() {
        SqlValue::Integer(i64::from_be_bytes(bytes))
    } else if let Ok(bytes) = bytes.try_into() {
        SqlValue::Integer(i32::from_be_bytes(bytes).into())
    } else {
        SqlValue::Null
    }
}
