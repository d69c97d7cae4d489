//! Conditions on many keys. The keys are bound as one JSON value, so that the statement does not depend on their number
//! and is prepared once.

use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde::Serialize;

use crate::db::Backend;
use crate::db::conn::Dialect;

/// SQL types of keys.
pub trait KeyType {
    /// The name of the type in PostgreSQL.
    const NAME: &'static str;
}

impl KeyType for BigInt {
    const NAME: &'static str = "bigint";
}

impl KeyType for Text {
    const NAME: &'static str = "text";
}

impl<T: KeyType + diesel::sql_types::SqlType<IsNull = diesel::sql_types::is_nullable::NotNull>> KeyType
    for Nullable<T>
{
    const NAME: &'static str = T::NAME;
}

/// Returns the condition that `column` is one of `keys`.
pub fn in_keys<C: Expression<SqlType: KeyType>>(column: C, keys: &[impl Serialize]) -> InKeys<C> {
    InKeys { column, keys: json(keys) }
}

pub(super) fn json(keys: &[impl Serialize]) -> String {
    // Serializing numbers and texts cannot fail.
    serde_json::to_string(keys).unwrap_or_default()
}

/// See [`in_keys`].
#[derive(Debug, Clone, QueryId)]
pub struct InKeys<C> {
    column: C,
    #[diesel(skip)]
    keys: String,
}

impl<C: QueryFragment<Backend> + Expression<SqlType: KeyType>> QueryFragment<Backend> for InKeys<C> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        match Dialect::of(&out) {
            Dialect::Sqlite => {
                out.push_sql(" IN (SELECT value FROM json_each(");
                out.push_bind_param::<Text, _>(&self.keys)?;
                out.push_sql("))");
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                out.push_sql(" = ANY (ARRAY(SELECT value::");
                out.push_sql(C::SqlType::NAME);
                out.push_sql(" FROM json_array_elements_text(");
                out.push_bind_param::<Text, _>(&self.keys)?;
                out.push_sql("::json) AS key (value)))");
            }
        }
        Ok(())
    }
}

impl<C: Expression> Expression for InKeys<C> {
    type SqlType = Bool;
}

impl<C, T> AppearsOnTable<T> for InKeys<C> where C: AppearsOnTable<T> {}
impl<C, T> SelectableExpression<T> for InKeys<C> where C: SelectableExpression<T> {}
impl<C: ValidGrouping<()>> ValidGrouping<()> for InKeys<C> {
    type IsAggregate = is_aggregate::No;
}

/// Returns the condition that `column` is in the result of `select`, a query of one column.
pub fn in_subquery<C: Expression, Q>(column: C, select: Q) -> InSubquery<C, Q> {
    InSubquery { column, select }
}

/// See [`in_subquery`]. Diesel's `IN` does not accept a boxed query of a `MultiConnection`.
#[derive(Debug)]
pub struct InSubquery<C, Q> {
    column: C,
    select: Q,
}

// The SQL depends on the filters of the query.
impl<C, Q> QueryId for InSubquery<C, Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C: QueryFragment<Backend>, Q: QueryFragment<Backend>> QueryFragment<Backend> for InSubquery<C, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        self.select.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: Expression, Q> Expression for InSubquery<C, Q> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<T>, Q, T> AppearsOnTable<T> for InSubquery<C, Q> {}
impl<C: SelectableExpression<T>, Q, T> SelectableExpression<T> for InSubquery<C, Q> {}
impl<C: Expression, Q> ValidGrouping<()> for InSubquery<C, Q> {
    type IsAggregate = is_aggregate::No;
}
