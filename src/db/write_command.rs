//! Writes with a fixed text, for hot paths. SQLite opens a temporary table for every RETURNING clause, and
//! `MultiConnection` builds the text of a statement up to four times per execution.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Nullable, Text};

use crate::db::Conn;

/// A write with a fixed text. Its prepared form is cached by its text.
#[derive(Debug)]
pub struct WriteCommand<'a> {
    /// The text, with `?` for each value.
    text: &'static str,
    values: Vec<BoundValue<'a>>,
    /// Appended to the text.
    suffix: &'static str,
}

#[derive(Debug)]
enum BoundValue<'a> {
    Integer(i64),
    Text(&'a str),
    OptionalText(Option<&'a str>),
}

impl<'a> WriteCommand<'a> {
    /// Returns a command with this text, in which every `?` stands for a value.
    pub fn new(text: &'static str) -> Self {
        Self { text, values: Vec::with_capacity(12), suffix: "" }
    }

    /// Binds the next value to an integer.
    pub fn integer(mut self, number: impl Into<i64>) -> Self {
        self.values.push(BoundValue::Integer(number.into()));
        self
    }

    /// Binds the next value to a text.
    pub fn text(mut self, text: &'a str) -> Self {
        self.values.push(BoundValue::Text(text));
        self
    }

    /// Binds the next value to a text or NULL.
    pub fn optional_text(mut self, text: Option<&'a str>) -> Self {
        self.values.push(BoundValue::OptionalText(text));
        self
    }

    /// Inserts a row and returns its `id`.
    pub fn insert(self, conn: &mut Conn) -> QueryResult<i64> {
        match conn {
            Conn::Sqlite(conn) => {
                self.execute(conn)?;
                Self::new("SELECT last_insert_rowid()").get_result(conn)
            }
            #[cfg(feature = "postgres")]
            Conn::Postgres(conn) => Self { suffix: " RETURNING id", ..self }.get_result(conn),
        }
    }

    /// Executes the command and returns the number of rows that it inserted, updated or deleted.
    pub fn run(self, conn: &mut Conn) -> QueryResult<usize> {
        match conn {
            Conn::Sqlite(conn) => self.execute(conn),
            #[cfg(feature = "postgres")]
            Conn::Postgres(conn) => self.execute(conn),
        }
    }
}

impl<DB> QueryFragment<DB> for WriteCommand<'_>
where
    DB: Backend + HasSqlType<BigInt> + HasSqlType<Text>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
    for<'s> Option<&'s str>: ToSql<Nullable<Text>, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let mut values = self.values.iter();
        for (n, sql) in self.text.split('?').enumerate() {
            if n > 0 {
                match values.next() {
                    Some(BoundValue::Integer(number)) => out.push_bind_param::<BigInt, i64>(number)?,
                    Some(BoundValue::Text(text)) => out.push_bind_param::<Text, str>(text)?,
                    Some(BoundValue::OptionalText(text)) => {
                        out.push_bind_param::<Nullable<Text>, Option<&str>>(text)?;
                    }
                    None => {
                        return Err(diesel::result::Error::QueryBuilderError("a value is missing".into()));
                    }
                }
            }
            out.push_sql(sql);
        }
        out.push_sql(self.suffix);
        Ok(())
    }
}

impl Query for WriteCommand<'_> {
    type SqlType = BigInt;
}

// Cached by its text.
impl QueryId for WriteCommand<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C> RunQueryDsl<C> for WriteCommand<'_> {}
