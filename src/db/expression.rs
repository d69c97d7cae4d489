//! Boxed expressions over the rows of a table: what filters, sort keys and cursors are built from.

use std::marker::PhantomData;

use diesel::dsl::not;
use diesel::expression::{AppearsOnTable, ValidGrouping};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Nullable, SingleValue, SqlType};

use crate::db::Backend;

/// A boxed expression over a row of the table `T`.
pub type Expr<T, S> = Box<dyn BoxableExpression<T, Backend, SqlType = S>>;
/// A boxed condition on a row of the table `T`.
pub type Predicate<T> = Expr<T, Nullable<Bool>>;

/// Returns the negation of the predicate, where NULL counts as false.
pub fn negation<T: 'static>(predicate: Predicate<T>) -> Predicate<T> {
    Box::new(not(coalesce(predicate, false)))
}

/// Returns a predicate with the same value for every row.
pub fn constant<T: 'static>(value: bool) -> Predicate<T> {
    Box::new(value.into_sql::<Nullable<Bool>>())
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn coalesce(predicate: Nullable<Bool>, otherwise: Nullable<Bool>) -> Nullable<Bool>;
}

/// Returns the expression with the SQL type `Nullable<S>`, for boxing.
pub fn nullable<E: Expression, S>(inner: E) -> AsNullable<E, S> {
    AsNullable { inner, sql_type: PhantomData }
}

/// See [`nullable`]. Diesel's `nullable` cannot be boxed for any table, and cannot widen an INTEGER.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct AsNullable<E, S> {
    inner: E,
    sql_type: PhantomData<S>,
}

impl<E: QueryFragment<Backend>, S> QueryFragment<Backend> for AsNullable<E, S> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.inner.walk_ast(out)
    }
}

impl<E, S: SqlType + SingleValue> Expression for AsNullable<E, S>
where
    Nullable<S>: SqlType + SingleValue,
{
    type SqlType = Nullable<S>;
}

impl<E: AppearsOnTable<T>, S, T> AppearsOnTable<T> for AsNullable<E, S> where Self: Expression {}
impl<E: SelectableExpression<T>, S, T> SelectableExpression<T> for AsNullable<E, S> where Self: Expression {}
impl<E: ValidGrouping<()>, S> ValidGrouping<()> for AsNullable<E, S> {
    type IsAggregate = E::IsAggregate;
}
