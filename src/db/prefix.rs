//! Conditions on the start of a text, as a range that an index can search. An index cannot be used for a LIKE whose
//! pattern is a bound value.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Nullable, Text};

use crate::db::Backend;
use crate::db::expression::Expr;

/// Returns the condition that `column` starts with `prefix`, compared by code points.
pub fn starts_with<T>(column: Expr<T, Nullable<Text>>, prefix: String) -> StartsWith<T> {
    StartsWith { column, end: end(&prefix), prefix }
}

/// Returns the least text that is greater than all texts with the prefix; `None` when there is none.
fn end(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        if last < char::MAX {
            // A range of `char` skips the surrogates.
            end.extend((last..=char::MAX).nth(1));
            return Some(end);
        }
    }
    None
}

/// See [`starts_with`].
pub struct StartsWith<T> {
    column: Expr<T, Nullable<Text>>,
    prefix: String,
    end: Option<String>,
}

// The SQL depends on the column.
impl<T> QueryId for StartsWith<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<T> QueryFragment<Backend> for StartsWith<T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("(");
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" >= ");
        out.push_bind_param::<Text, _>(&self.prefix)?;
        if let Some(end) = &self.end {
            out.push_sql(" AND ");
            self.column.walk_ast(out.reborrow())?;
            out.push_sql(" < ");
            out.push_bind_param::<Text, _>(end)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

impl<T> Expression for StartsWith<T> {
    type SqlType = Nullable<Bool>;
}

impl<T> AppearsOnTable<T> for StartsWith<T> {}
impl<T> SelectableExpression<T> for StartsWith<T> {}
impl<T> ValidGrouping<()> for StartsWith<T> {
    type IsAggregate = is_aggregate::No;
}

#[test]
fn the_upper_bound_follows_every_text_with_the_prefix() {
    for (prefix, bound) in [
        ("ab", Some("ac")),
        ("a\u{10FFFF}", Some("b")),
        ("\u{D7FF}", Some("\u{E000}")),
        ("\u{10FFFF}", None),
        ("", None),
    ] {
        assert_eq!(end(prefix).as_deref(), bound);
    }
}
