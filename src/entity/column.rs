//! The columns of an entity.

use crate::entity::camel_case;
use crate::entity::rule::InputRule;
use crate::graphql::operators::{FilteredType, Operators};
use crate::types::column::{ColumnType, SqlType, SqlValue};

/// A column of an entity.
#[derive(Debug)]
pub struct Column {
    /// The name of the field in Rust, such as `unit_price`.
    pub name: &'static str,
    /// The name of the field in the schema, such as `unitPrice`.
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
    /// The operators of the field in the `where` input.
    pub operators: Operators,
    /// The description of the field in the `where` input. `None` if the input has no such field.
    pub filter: Option<&'static str>,
    /// The name of the column whose field in the `where` input precedes that of this one, if another one does in the
    /// struct.
    pub filter_after: Option<&'static str>,
    /// The description of the sort key. `None` if lists cannot be sorted by the column.
    pub sort: Option<&'static str>,
    /// Whether an index has the order of the sort key.
    pub is_sort_indexed: bool,
    /// The name of the column whose sort key precedes that of this one, if another one does in the struct.
    pub sort_after: Option<&'static str>,
    /// The order of the sort key, unless it is that of the values.
    pub rank: Option<Rank>,
}

/// An order of the rows other than that of the values of a column.
#[derive(Debug, Clone, Copy)]
pub struct Rank {
    /// The name of the sort key in cursors.
    pub name: &'static str,
    /// The SQL expression of an integer to sort by.
    pub sql: &'static str,
}

/// Writes a value from the database as JSON. Returns `None` if it is not a value of the column.
pub type WriteJson = fn(SqlValue<'_>, &mut Vec<u8>) -> Option<()>;

/// The SQL expression of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    pub fn of<T: ColumnType + FilteredType>(name: &'static str, sql: ColumnSql) -> Self {
        let is_id = name == "id";
        Self {
            name,
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
            operators: T::OPERATORS,
            // Every list can be filtered and sorted by the id.
            filter: is_id.then_some("Filters by id."),
            filter_after: None,
            sort: is_id.then_some("Sort by id, which is the order of creation."),
            is_sort_indexed: is_id,
            sort_after: None,
            rank: None,
        }
    }

    /// Sets the name of the field in the schema, for a column that has another one.
    pub fn named(self, field: &str) -> Self {
        Self { field: field.to_owned(), ..self }
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

    /// Adds a field to the `where` input, and sets its description.
    pub fn filter(self, description: &'static str) -> Self {
        Self { filter: Some(description), ..self }
    }

    /// Puts the field of the `where` input after that of another column.
    pub fn filter_after(self, name: &'static str) -> Self {
        Self { filter_after: Some(name), ..self }
    }

    /// Adds a sort key whose order no index has, and sets its description.
    pub fn sort(self, description: &'static str) -> Self {
        Self { sort: Some(description), ..self }
    }

    /// Adds a sort key whose order an index has, and sets its description. A test compares this with the query plans.
    pub fn sort_indexed(self, description: &'static str) -> Self {
        Self { is_sort_indexed: true, ..self.sort(description) }
    }

    /// Puts the sort key after that of another column.
    pub fn sort_after(self, name: &'static str) -> Self {
        Self { sort_after: Some(name), ..self }
    }

    /// Sets the order of the sort key, where it is not that of the values.
    pub fn rank(self, rank: Rank) -> Self {
        Self { rank: Some(rank), ..self }
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
