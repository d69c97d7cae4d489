//! Sort keys: the columns that the rows of a list can be sorted by, and their values in a row.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};

use crate::db::Backend;
use crate::db::expression::{AsNullable, Expr, nullable};

/// What the rows of a noun can be sorted by.
pub trait SortField: Copy + Eq + Send + Sync + 'static {
    type Table: 'static;
    type Row;
    /// The one that no two rows share. It ends every order, so that each is total.
    const ID: Self;
    /// The name of the type of the rows, which binds cursors to lists of that type.
    const LIST: &'static str;

    /// Its name in a cursor.
    fn name(self) -> &'static str;
    fn column(self) -> Column<Self::Table>;
    /// Whether an index gives this order, so that a page of a long list is found at once.
    fn indexed(self) -> bool {
        true
    }
    /// Whether the column can be NULL. NULLs come last, whatever the direction.
    fn nullable(self) -> bool {
        false
    }
    /// What is to be selected beside the row, because it is sorted by what is not in it.
    fn related(self) -> Option<Expr<Self::Table, Nullable<Text>>> {
        None
    }
    /// What the row has in the column. `related` is what was selected beside the row.
    fn value(self, row: &Self::Row, related: Option<&str>) -> Value;
}

/// A column to sort by.
pub enum Column<T> {
    Number(Expr<T, Nullable<BigInt>>),
    Text(Expr<T, Nullable<Text>>),
}

impl<T: 'static> Column<T> {
    pub fn number<E>(column: E) -> Self
    where
        E: Expression + 'static,
        AsNullable<E, BigInt>: BoxableExpression<T, Backend, SqlType = Nullable<BigInt>>,
    {
        Self::Number(Box::new(nullable(column)))
    }

    pub fn text<E>(column: E) -> Self
    where
        E: Expression + 'static,
        AsNullable<E, Text>: BoxableExpression<T, Backend, SqlType = Nullable<Text>>,
    {
        Self::Text(Box::new(nullable(column)))
    }
}

/// What a row has in a column it is sorted by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Null,
    Number(i64),
    Text(String),
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.to_owned()))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
