//! Sort keys: the columns that the rows of a list can be sorted by, and their values in a row.

use diesel::sql_types::{BigInt, Nullable, Text};
use serde::{Deserialize, Serialize};

use crate::db::expression::Expr;
use crate::entity::Entity;
use crate::types::column::SqlType;

/// The sort keys of an entity.
pub trait SortField: Copy + Eq + Send + Sync + 'static {
    /// The entity.
    type Entity: Entity;
    /// The unique sort key. It ends every order, which makes the order total.
    const ID: Self;
    /// The name of the row type, which is part of cursors: a cursor is valid for lists of one type.
    const LIST: &'static str;

    /// The name of the sort key, which is part of cursors.
    fn name(self) -> &'static str;
    /// Returns the column to sort by.
    fn column(self) -> SortColumn<<Self::Entity as Entity>::Table>;
    /// Whether an index has this order.
    fn indexed(self) -> bool;
    /// Whether the column can be NULL. NULLs come last in either direction.
    fn nullable(self) -> bool;
}

/// A column to sort by.
pub enum SortColumn<T> {
    /// An integer column.
    Number(Expr<T, Nullable<BigInt>>),
    /// A text column.
    Text(Expr<T, Nullable<Text>>),
}

impl<T: 'static> SortColumn<T> {
    /// Returns the SQL type of the values.
    pub fn sql_type(&self) -> SqlType {
        match self {
            Self::Number(_) => SqlType::BigInt,
            Self::Text(_) => SqlType::Text,
        }
    }
}

/// The value of a sort key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// NULL.
    Null,
    /// The value of an integer column.
    Number(i64),
    /// The value of a text column.
    Text(String),
}
