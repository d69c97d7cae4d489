//! The description of an entity: its columns as data, from which reads, inputs and writes follow.
//!
//! `entity!` declares the struct of an entity. Workflows use the struct. Queries do not: they
//! read the requested columns by this description, and write them as JSON without a struct. The modules below use the
//! description for what writes: `rule` validates a value, `values` are those to store, `key` finds a record by a unique
//! value, `input` and `bulk` are the input objects, and `workflow` has the transactions.

pub mod bulk;
mod declare;
pub mod input;
pub mod key;
mod outcome;
pub mod rule;
pub mod values;
pub mod workflow;

pub(crate) use declare::{column_sql, entity};
use diesel::QueryResult;
use diesel::query_builder::QueryFragment;

use crate::db::outcome::Outcome;
use crate::db::{Backend, Conn};
use crate::entity::rule::InputRule;
use crate::types::Id;
use crate::types::column::{ColumnType, SqlType, SqlValue};

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
    type Id: Id + Outcome;
    /// The table, as Diesel knows it.
    type Table: diesel::Table + 'static;

    /// Returns the columns, in the order of the struct, then the computed ones and the differences.
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
        Self::TABLE.replace('_', " ")
    }

    /// Returns the plural of the name of the type, such as `OrderItems`.
    fn type_plural() -> String {
        camel_case(&format!("_{}", Self::TABLE))
    }

    /// Returns the value of a column, by its index in [`Entity::columns`].
    fn value(&self, column: usize) -> SqlValue<'_>;

    /// Returns the struct of a row. `read` calls its second argument with the value of a column, by its index. Returns
    /// `None` if a value is not one of its column.
    fn from_row(read: impl FnMut(usize, &mut dyn FnMut(SqlValue<'_>))) -> Option<Self>;

    /// Returns the relations.
    fn relations() -> &'static [Relation];

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

/// A column of an entity.
#[derive(Debug)]
pub struct Column {
    /// The name of the field in the schema.
    pub field: String,
    /// The SQL expression, in terms of the columns of the table.
    pub sql: ColumnSql,
    /// The SQL type.
    pub sql_type: SqlType,
    /// Whether the value can be NULL.
    pub nullable: bool,
    /// Writes a value from the database as JSON. Returns `None` if it is not a value of this column.
    pub write_json: WriteJson,
    /// The rule for values in input objects. `None` if clients cannot set the column.
    pub rule: Option<InputRule>,
    /// The description in the input that creates a record. `None` if clients cannot set the column there.
    pub create: Option<String>,
    /// The default in the input that creates a record.
    pub default: Option<i32>,
    /// The description in the input that updates a record. `None` if clients cannot set the column there.
    pub update: Option<String>,
    /// The description in the input that updates many records, unless it is that of `update`. The input has no keys.
    pub set: Option<String>,
    /// The description in the input that identifies a record by a key. `None` if the column is not unique.
    pub key: Option<&'static str>,
    /// The name of the column in error messages.
    pub called: String,
    /// The noun of `NOT_FOUND` errors for the key, unless it is that of the entity with the name of the column.
    pub not_found: Option<&'static str>,
    /// The column of the table that has the value after case folding, if keys are compared ignoring case.
    pub folded: Option<&'static str>,
}

/// A column of another table that prevents the deletion of a row to which it refers.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The table.
    pub table: &'static str,
    /// The column with the id of the row.
    pub column: &'static str,
}

/// A field of related objects.
#[derive(Debug)]
pub struct Relation {
    /// The name of the field in the schema.
    pub field: String,
    /// The index of the column that identifies the related objects.
    pub key: usize,
}

impl Relation {
    /// Returns the relation of a field to the objects that the column `key` of the entity `E` identifies.
    ///
    /// # Panics
    ///
    /// If the entity has no column `key`.
    pub fn new<E: Entity>(name: &'static str, key: &'static str) -> Self {
        let Some(key) = E::column_named(key) else { panic!("{} has no column {key}", E::TABLE) };
        Self { field: camel_case(name), key }
    }
}

/// Writes a value from the database as JSON. Returns `None` if it is not a value of the column.
pub type WriteJson = fn(SqlValue<'_>, &mut Vec<u8>) -> Option<()>;

/// The SQL expression of a column.
#[derive(Debug, Clone, Copy)]
pub enum ColumnSql {
    /// A column of the table.
    Name(&'static str),
    /// A column of the table less others.
    Difference(&'static str, &'static [&'static str]),
}

impl ColumnSql {
    /// Returns the name of the column; empty for an expression, which cannot be a key.
    pub fn name(self) -> String {
        match self {
            Self::Name(name) => name.to_owned(),
            Self::Difference(..) => String::new(),
        }
    }
}

impl Column {
    /// Returns the column of a field of type `T`.
    pub fn of<T: ColumnType>(name: &'static str, sql: ColumnSql) -> Self {
        Self {
            field: camel_case(name),
            sql,
            sql_type: T::SQL_TYPE,
            nullable: T::NULLABLE,
            write_json: T::write_json,
            rule: None,
            create: None,
            default: None,
            update: None,
            set: None,
            key: None,
            called: name.replace('_', " "),
            not_found: None,
            folded: None,
        }
    }

    /// Sets the rule for values in input objects.
    pub fn rule(self, rule: InputRule) -> Self {
        Self { rule: Some(rule), ..self }
    }

    /// Sets the description in the inputs that create and update records. Says how a nullable text is cleared.
    pub fn input(self, description: &str) -> Self {
        if !(self.nullable && matches!(self.rule, Some(InputRule::Text(_)))) {
            return self.create(description).update(description);
        }
        let create = format!("{description} Blank is stored as `null`.");
        let update = format!("{description} `null` or blank clears it.");
        self.create(&create).update(&update)
    }

    /// Sets the description in the input that creates a record.
    pub fn create(self, description: &str) -> Self {
        Self { create: Some(description.to_owned()), ..self }
    }

    /// Sets the default in the input that creates a record.
    pub fn default(self, number: i32) -> Self {
        Self { default: Some(number), ..self }
    }

    /// Sets the description in the input that updates many records.
    pub fn set(self, description: &str) -> Self {
        Self { set: Some(description.to_owned()), ..self }
    }

    /// Sets the description in the inputs that update records.
    pub fn update(self, description: &str) -> Self {
        Self { update: Some(description.to_owned()), ..self }
    }

    /// Declares that the values are unique, and sets the description in the input that identifies a record by them.
    pub fn key(self, description: &'static str) -> Self {
        Self { key: Some(description), ..self }
    }

    /// Sets the name in error messages, where the words of the field are not its name.
    pub fn called(self, name: &str) -> Self {
        Self { called: name.to_owned(), ..self }
    }

    /// Sets the noun of `NOT_FOUND` errors for the key.
    pub fn not_found(self, noun: &'static str) -> Self {
        Self { not_found: Some(noun), ..self }
    }

    /// Sets the column of the table that has the value after case folding.
    pub fn folded(self, column: &'static str) -> Self {
        Self { folded: Some(column), ..self }
    }

    /// Whether the column is the id.
    pub fn is_id(&self) -> bool {
        self.field == "id"
    }

    /// Returns the name of the column in the table that a key is compared with, or `None` if it is an expression.
    pub fn key_column(&self) -> Option<&'static str> {
        self.folded.or(self.table_column())
    }

    /// Returns the name of the column in the table, or `None` if it is an expression.
    pub fn table_column(&self) -> Option<&'static str> {
        match self.sql {
            ColumnSql::Name(name) => Some(name),
            ColumnSql::Difference(..) => None,
        }
    }
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
