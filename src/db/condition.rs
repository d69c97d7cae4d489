//! Conditions on described columns, as data, and their SQL.

use std::fmt;
use std::marker::PhantomData;

use diesel::expression::{AppearsOnTable, SelectableExpression, ValidGrouping};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::sql_types::{Bool, Nullable};

use crate::db::Backend;
use crate::db::comparison::{Comparison, TextComparison, TextOp, folded_text, number, text};
use crate::db::expression::{Predicate, constant, nullable};
use crate::db::filter::{Condition, Filter, RelationFilter};
use crate::db::keys::in_subquery;
use crate::db::row_expr::{RelatedRows, RowExpr, SelectRelated};
use crate::entity::Entity;

/// A condition on a described column or relation of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnCondition {
    /// A comparison of a number, an id, an amount of money or a timestamp.
    Number(RowExpr, Comparison<i64>),
    /// A comparison of a text.
    Text(RowExpr, TextComparison),
    /// A comparison of a text that is stored case-folded, ignoring case.
    Folded(RowExpr, TextOp),
    /// The first number is at most the second.
    AtMost(RowExpr, RowExpr),
    /// A condition on related rows.
    Related(RelatedRows, Box<RelationFilter<Self>>),
}

/// The table of predicates that [`ColumnCondition`] makes. Their columns are known at run time, so the type says
/// nothing about the table; [`EntityFilter`] does.
#[derive(Debug, Clone, Copy)]
pub struct AnyTable;

impl Condition for ColumnCondition {
    type Table = AnyTable;

    fn predicate(&self) -> Predicate<AnyTable> {
        match self {
            Self::Number(column, is) => number(column.number(), is),
            Self::Text(column, is) => text(column.text(), is),
            Self::Folded(column, op) => folded_text(column.text(), op),
            Self::AtMost(column, bound) => Box::new(column.number().le(bound.number())),
            Self::Related(rows, filter) => filter.predicate(|matching| {
                Box::new(nullable(in_subquery(rows.key_expr(), SelectRelated::new(*rows, matching))))
            }),
        }
    }
}

/// A filter of the rows of `E`.
pub struct EntityFilter<E> {
    filter: Filter<ColumnCondition>,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity> EntityFilter<E> {
    /// Returns the filter of the rows that match conditions on columns of the entity.
    pub fn new(filter: Filter<ColumnCondition>) -> Filter<Self> {
        if filter.is_empty() {
            return Filter::default();
        }
        Filter::Condition(Self { filter, entity: PhantomData })
    }

    /// Whether `wanted` is true of any condition on the row itself.
    pub fn mentions(&self, wanted: &impl Fn(&ColumnCondition) -> bool) -> bool {
        self.filter.mentions(wanted)
    }
}

impl<E> fmt::Debug for EntityFilter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.filter.fmt(f)
    }
}

impl<E: Entity> Condition for EntityFilter<E> {
    type Table = E::Table;

    fn predicate(&self) -> Predicate<E::Table> {
        Box::new(OfAnyTable(self.filter.predicate().unwrap_or_else(|| constant(true))))
    }
}

/// A predicate that is used with a table.
struct OfAnyTable(Predicate<AnyTable>);

impl QueryFragment<Backend> for OfAnyTable {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl Expression for OfAnyTable {
    type SqlType = Nullable<Bool>;
}

impl<T> AppearsOnTable<T> for OfAnyTable {}
impl<T> SelectableExpression<T> for OfAnyTable {}
impl ValidGrouping<()> for OfAnyTable {
    type IsAggregate = diesel::expression::is_aggregate::No;
}
