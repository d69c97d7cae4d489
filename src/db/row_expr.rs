//! SQL expressions over a row that are known at run time: described columns, and values of related rows.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::{BigInt, Nullable, Text, Untyped};

use crate::db::Backend;
use crate::db::expression::{Expr, Predicate, nullable};
use crate::entity::ColumnSql;

/// An expression over a row of a table. It names the table, so that any query of the table can contain it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RowExpr {
    /// A column of a table, or a difference of its columns.
    Column(&'static str, ColumnSql),
    /// The value of a column of the related row.
    Related(RelatedRows, &'static str),
    /// The number of related rows.
    Count(RelatedRows),
    /// An SQL text without parameters.
    Sql(&'static str),
}

/// The rows of another table that have a value of a row in one of their columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RelatedRows {
    /// The table of the row.
    pub table: &'static str,
    /// The column of the row.
    pub key: &'static str,
    /// The table of the related rows.
    pub related: &'static str,
    /// The column of the related rows.
    pub column: &'static str,
}

/// The LIMIT of a subquery that returns one value.
static ONE: i64 = 1;

impl RowExpr {
    /// Returns the expression of an integer.
    pub fn number<T>(self) -> Expr<T, Nullable<BigInt>> {
        Box::new(nullable(self))
    }

    /// Returns the expression of a text.
    pub fn text<T>(self) -> Expr<T, Nullable<Text>> {
        Box::new(nullable(self))
    }
}

impl QueryFragment<Backend> for RowExpr {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        match self {
            Self::Column(table, ColumnSql::Name(name)) => walk_column(out, table, name),
            Self::Column(table, ColumnSql::Difference(minuend, subtrahends)) => {
                for _ in *subtrahends {
                    out.push_sql("(");
                }
                walk_column(out.reborrow(), table, minuend)?;
                for subtrahend in *subtrahends {
                    out.push_sql(" - ");
                    walk_column(out.reborrow(), table, subtrahend)?;
                    out.push_sql(")");
                }
                Ok(())
            }
            Self::Related(rows, column) => {
                out.push_sql("(SELECT ");
                walk_column(out.reborrow(), rows.related, column)?;
                rows.walk_correlated(out)
            }
            Self::Count(rows) => {
                out.push_sql("(SELECT COUNT(*)");
                rows.walk_correlated(out)
            }
            Self::Sql(sql) => {
                out.push_sql(sql);
                Ok(())
            }
        }
    }
}

impl RelatedRows {
    /// Returns the column of the row.
    pub fn key_expr(self) -> RowExpr {
        RowExpr::Column(self.table, ColumnSql::Name(self.key))
    }

    /// Writes the subquery of the related rows, from FROM on.
    fn walk_correlated(self, mut out: AstPass<'_, '_, Backend>) -> QueryResult<()> {
        out.push_sql(" FROM ");
        out.push_identifier(self.related)?;
        out.push_sql(" WHERE (");
        walk_column(out.reborrow(), self.related, self.column)?;
        out.push_sql(" = ");
        walk_column(out.reborrow(), self.table, self.key)?;
        out.push_sql(") LIMIT ");
        out.push_bind_param::<BigInt, _>(&ONE)?;
        out.push_sql(")");
        Ok(())
    }
}

/// Writes a column with its table.
fn walk_column(mut out: AstPass<'_, '_, Backend>, table: &str, column: &str) -> QueryResult<()> {
    out.push_identifier(table)?;
    out.push_sql(".");
    out.push_identifier(column)
}

impl Expression for RowExpr {
    type SqlType = Untyped;
}

impl<T> AppearsOnTable<T> for RowExpr {}
impl<T> SelectableExpression<T> for RowExpr {}
impl ValidGrouping<()> for RowExpr {
    type IsAggregate = is_aggregate::No;
}

/// The query of the column of [`RelatedRows`], in those that match a predicate.
pub struct SelectRelated<T> {
    rows: RelatedRows,
    predicate: Option<Predicate<T>>,
}

impl<T> SelectRelated<T> {
    /// Returns the query. Without a predicate, all rows match.
    pub fn new(rows: RelatedRows, predicate: Option<Predicate<T>>) -> Self {
        Self { rows, predicate }
    }
}

impl<T> QueryFragment<Backend> for SelectRelated<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        walk_column(out.reborrow(), self.rows.related, self.rows.column)?;
        out.push_sql(" FROM ");
        out.push_identifier(self.rows.related)?;
        if let Some(predicate) = &self.predicate {
            out.push_sql(" WHERE ");
            predicate.walk_ast(out)?;
        }
        Ok(())
    }
}
