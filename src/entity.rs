//! The description of an entity: its columns and relations as data, from which reads, inputs, filters, sort keys and
//! writes follow.
//!
//! `entity!` declares the struct of an entity. Workflows use the struct. Queries do not: they
//! read the requested columns by this description, and write them as JSON without a struct. The modules below use the
//! description: `column` and `relation` are its parts, `filter` has the fields of the `where` input and `sort` the sort
//! keys that follow from them, `rule` validates a value, `values` are those to store, `key` finds a record by a unique
//! value, `input`, `columns_input` and `bulk` are the input objects, and `workflow` has the transactions.

pub mod bulk;
mod column;
pub mod columns_input;
mod declare;
pub mod filter;
pub mod input;
pub mod key;
pub mod relation;
pub mod rule;
pub mod sort;
pub mod values;
pub mod workflow;

pub use column::{Column, ColumnSql, Rank, WriteJson};
pub(crate) use declare::{column_sql, entity};
use diesel::QueryResult;
use diesel::query_builder::QueryFragment;

use crate::db::filter::RowExpr;
use crate::db::{Backend, Conn};
use crate::entity::filter::FilterField;
use crate::entity::relation::Relation;
use crate::entity::sort::SortKeyField;
use crate::types::Id;
use crate::types::column::SqlValue;

/// An entity: a table whose rows are objects of one type of the schema. The table has the columns `id`, `created_at`,
/// `updated_at` and `version`.
pub trait Entity: Sized + Send + Sync + 'static {
    /// The name of the table.
    const TABLE: &'static str;
    /// The name of the type in the schema, such as `OrderItem`.
    const NAME: &'static str;
    /// The number of fields of the struct. Their columns come first in [`Entity::columns`].
    const FIELDS: usize;
    /// The columns of other tables that prevent the deletion of a row to which they refer.
    const REFERENCES: &'static [Reference];

    /// The id.
    type Id: Id;
    /// The table, as Diesel knows it.
    type Table: diesel::Table + 'static;

    /// Returns the columns, in the order of the struct, then the computed ones and the differences. The first one is the
    /// id.
    fn columns() -> &'static [Column];

    /// Returns the id.
    fn id(&self) -> Self::Id;

    /// Returns the version.
    fn version(&self) -> i32;

    /// Runs a statement that returns the columns of the struct, in its order, and returns the rows.
    fn load(conn: &mut Conn, statement: &dyn QueryFragment<Backend>) -> QueryResult<Vec<Self>>;

    /// Returns the name of the type in a sentence, such as `order item`.
    fn noun() -> String {
        words(Self::NAME)
    }

    /// Returns the plural of the noun, such as `order items`.
    fn plural() -> String {
        plural_of(&Self::noun())
    }

    /// Returns the plural of the name of the type, such as `OrderItems`.
    fn type_plural() -> String {
        plural_of(Self::NAME)
    }

    /// Returns the value of a column, by its index in [`Entity::columns`].
    fn value(&self, column: usize) -> SqlValue<'_>;

    /// Returns the struct of a row. `read` calls its second argument with the value of a column, by its index. Returns
    /// `None` if a value is not one of its column.
    fn from_row(read: impl FnMut(usize, &mut dyn FnMut(SqlValue<'_>))) -> Option<Self>;

    /// Returns the relations.
    fn relations() -> &'static [Relation];

    /// Returns the fields of the `where` input.
    fn filters() -> &'static [FilterField];

    /// Returns the sort keys. The first one is the id.
    fn sort_keys() -> &'static [SortKeyField];

    /// Returns the SQL expression of the column with this name in the schema.
    ///
    /// # Panics
    ///
    /// If there is none.
    fn row_expr(field: &str) -> RowExpr {
        let Some(column) = Self::column(field) else { panic!("{} has no field {field}", Self::NAME) };
        RowExpr::Column(Self::TABLE, Self::columns()[column].sql)
    }

    /// Returns the index of the column with this name in the database.
    fn column_named(name: &str) -> Option<usize> {
        let is_named = |column: &Column| matches!(column.sql, ColumnSql::Name(sql) if sql == name);
        Self::columns().iter().position(is_named)
    }

    /// Returns the index of the column with this name in the schema, such as `unitPrice`.
    fn column(field: &str) -> Option<usize> {
        Self::columns().iter().position(|column| column.field == field)
    }
}

/// A column of another table that prevents the deletion of a row to which it refers.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The table.
    pub table: &'static str,
    /// The column with the id of the row.
    pub column: &'static str,
}

/// Writes the column of an entity with this name in the schema as JSON. Returns `None` if there is none.
pub fn write_column<T: Entity>(entity: &T, field: &str, out: &mut Vec<u8>) -> Option<()> {
    let column = T::column(field)?;
    (T::columns()[column].write_json)(entity.value(column), out)
}

/// Returns the name in the schema of a Rust field: `unit_price` is `unitPrice`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut field = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(1);
        field.push_str(&first.to_ascii_uppercase());
        field.push_str(rest);
    }
    field
}

/// Returns the words of a name in camel case: `OrderItem` is `order item`.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 1);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// Returns the plural of a noun: that of `inventory` is `inventories`.
fn plural_of(noun: &str) -> String {
    noun.strip_suffix('y').map_or_else(|| format!("{noun}s"), |stem| format!("{stem}ies"))
}
