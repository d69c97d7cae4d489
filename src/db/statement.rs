//! Statements whose text is put together at run time, for tables that are only known by their description.

use std::marker::PhantomData;

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Integer, Nullable, Text};

use crate::db::conn::Dialect;
use crate::db::{Backend, Conn};
use crate::types::column::{ColumnValue, SqlType};

/// A statement as a list of its parts. Identifiers are quoted and values are bound.
#[derive(Default)]
pub struct Statement<'a>(Vec<Part<'a>>);

enum Part<'a> {
    Sql(&'static str),
    Identifier(&'static str),
    Value(&'a ColumnValue),
    Integer(i64),
    Fragment(&'a dyn QueryFragment<Backend>),
    ForUpdate,
}

impl<'a> Statement<'a> {
    /// Returns a statement that starts with this text.
    pub fn new(sql: &'static str) -> Self {
        Self::default().sql(sql)
    }

    /// Appends a text.
    pub fn sql(self, sql: &'static str) -> Self {
        self.with(Part::Sql(sql))
    }

    /// Appends the name of a table or column.
    pub fn identifier(self, name: &'static str) -> Self {
        self.with(Part::Identifier(name))
    }

    /// Appends a bound value.
    pub fn value(self, value: &'a ColumnValue) -> Self {
        self.with(Part::Value(value))
    }

    /// Appends a bound integer.
    pub fn integer(self, number: i64) -> Self {
        self.with(Part::Integer(number))
    }

    /// Appends a part that Diesel builds.
    pub fn fragment(self, fragment: &'a dyn QueryFragment<Backend>) -> Self {
        self.with(Part::Fragment(fragment))
    }

    /// Locks the rows of a SELECT until the transaction ends. Has no effect on SQLite, which has one writer at a time.
    pub fn for_update(self) -> Self {
        self.with(Part::ForUpdate)
    }

    /// Appends a list with commas between its items.
    pub fn list<T>(mut self, items: impl IntoIterator<Item = T>, append: impl Fn(Self, T) -> Self) -> Self {
        for (n, item) in items.into_iter().enumerate() {
            self = append(if n > 0 { self.sql(", ") } else { self }, item);
        }
        self
    }

    fn with(mut self, part: Part<'a>) -> Self {
        self.0.push(part);
        self
    }
}

impl QueryFragment<Backend> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        for part in &self.0 {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Identifier(name) => out.push_identifier(name)?,
                Part::Integer(number) => out.push_bind_param::<BigInt, _>(number)?,
                Part::Value(ColumnValue::Integer(number)) => out.push_bind_param::<BigInt, _>(number)?,
                Part::Value(ColumnValue::Text(text)) => out.push_bind_param::<Text, _>(text)?,
                // The database must know the type of NULL.
                Part::Value(ColumnValue::Null(sql_type)) => match sql_type {
                    SqlType::Integer => out.push_bind_param::<Nullable<Integer>, _>(&None::<i32>)?,
                    SqlType::BigInt => out.push_bind_param::<Nullable<BigInt>, _>(&None::<i64>)?,
                    SqlType::Text => out.push_bind_param::<Nullable<Text>, _>(&None::<String>)?,
                },
                Part::Fragment(fragment) => fragment.walk_ast(out.reborrow())?,
                Part::ForUpdate => match Dialect::of(&out) {
                    Dialect::Sqlite => {}
                    #[cfg(feature = "postgres")]
                    Dialect::Postgres => out.push_sql(" FOR UPDATE"),
                },
            }
        }
        Ok(())
    }
}

// Cached by its text.
impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Conn> for Statement<'_> {}

/// A statement that returns columns of the SQL type `S`.
pub struct Returning<'a, S> {
    statement: &'a dyn QueryFragment<Backend>,
    sql_type: PhantomData<S>,
}

impl<'a, S> Returning<'a, S> {
    /// Returns the statement, which must return columns of the type.
    pub fn new(statement: &'a dyn QueryFragment<Backend>) -> Self {
        Self { statement, sql_type: PhantomData }
    }
}

impl<S> QueryFragment<Backend> for Returning<'_, S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.statement.walk_ast(out)
    }
}

// Cached by its text.
impl<S> QueryId for Returning<'_, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> Query for Returning<'_, S> {
    type SqlType = S;
}

impl<S> RunQueryDsl<Conn> for Returning<'_, S> {}
