//! Conditions on columns, and what they are in SQL. A comparison with NULL is false, not unknown:
//! the negation of a condition finds exactly what the condition does not.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SingleValue, SqlType, Text};

use crate::db::case_folding;
pub use crate::db::expression::{Expr, Predicate, constant, negation, nullable};
use crate::db::keys::in_keys;
use crate::db::prefix::starts_with;

/// Conditions, joined.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter<C> {
    /// Every one holds. Always, when there is none.
    All(Vec<Self>),
    /// At least one holds. Never, when there is none.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    Condition(C),
}

/// One condition on a row, in the terms of a noun.
pub trait Condition {
    type Table: 'static;

    fn predicate(&self) -> Predicate<Self::Table>;
}

impl<C> Default for Filter<C> {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl<C> Filter<C> {
    /// Whether it holds for every row, because no condition in it is left to fail.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(Self::is_empty),
            Self::Any(parts) => parts.iter().any(Self::is_empty),
            Self::Not(part) => part.is_impossible(),
            Self::Condition(_) => false,
        }
    }

    /// Whether it holds for no row, whatever is in them.
    fn is_impossible(&self) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(Self::is_impossible),
            Self::Any(parts) => parts.iter().all(Self::is_impossible),
            Self::Not(part) => part.is_empty(),
            Self::Condition(_) => false,
        }
    }

    /// Whether `wanted` is true of any condition in it, however it is joined to the others.
    pub fn mentions(&self, wanted: &impl Fn(&C) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.mentions(wanted)),
            Self::Not(part) => part.mentions(wanted),
            Self::Condition(condition) => wanted(condition),
        }
    }
}

impl<C: Condition> Filter<C> {
    /// What this is in SQL; `None` when it holds for every row.
    pub fn predicate(&self) -> Option<Predicate<C::Table>> {
        match self {
            Self::All(parts) => {
                parts.iter().filter_map(Self::predicate).reduce(|all, next| Box::new(all.and(next)))
            }
            Self::Any(parts) => {
                let mut any = constant(false);
                for part in parts {
                    // One that always holds: so does the whole.
                    any = Box::new(any.or(part.predicate()?));
                }
                Some(any)
            }
            Self::Not(part) if part.is_impossible() => None,
            Self::Not(part) => Some(match part.predicate() {
                Some(predicate) => negation(predicate),
                None => constant(false),
            }),
            Self::Condition(condition) => Some(condition.predicate()),
        }
    }
}

/// Related rows of which some, none or all fulfil a filter.
#[derive(Debug, Clone, PartialEq)]
pub enum RelationFilter<C> {
    Some(Filter<C>),
    None(Filter<C>),
    Every(Filter<C>),
}

impl<C: Condition> RelationFilter<C> {
    /// `having_related` says that the row is among those that have a related row with the predicate given.
    pub fn predicate<T: 'static>(
        &self,
        having_related: impl FnOnce(Option<Predicate<C::Table>>) -> Predicate<T>,
    ) -> Predicate<T> {
        match self {
            Self::Some(filter) => having_related(filter.predicate()),
            Self::None(filter) => negation(having_related(filter.predicate())),
            // No related row for which it does not hold.
            Self::Every(filter) => match filter.predicate() {
                Some(predicate) => negation(having_related(Some(negation(predicate)))),
                None => constant(true),
            },
        }
    }
}

/// How a text compares.
#[derive(Debug, Clone, PartialEq)]
pub struct TextComparison {
    pub op: TextOp,
    /// Whether upper and lower case are the same.
    pub ignore_case: bool,
}

/// What a text is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum TextOp {
    Eq(String),
    Ne(String),
    In(Vec<String>),
    NotIn(Vec<String>),
    Contains(String),
    StartsWith(String),
    EndsWith(String),
    IsNull(bool),
}

/// What a value that has an order is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison<V> {
    Eq(V),
    Ne(V),
    In(Vec<V>),
    NotIn(Vec<V>),
    Lt(V),
    Lte(V),
    Gt(V),
    Gte(V),
    IsNull(bool),
}

impl<V> Comparison<V> {
    /// The same comparison, of what `f` makes of the values.
    pub fn map<W>(self, f: impl Fn(V) -> W) -> Comparison<W> {
        match self {
            Self::Eq(v) => Comparison::Eq(f(v)),
            Self::Ne(v) => Comparison::Ne(f(v)),
            Self::In(vs) => Comparison::In(vs.into_iter().map(f).collect()),
            Self::NotIn(vs) => Comparison::NotIn(vs.into_iter().map(f).collect()),
            Self::Lt(v) => Comparison::Lt(f(v)),
            Self::Lte(v) => Comparison::Lte(f(v)),
            Self::Gt(v) => Comparison::Gt(f(v)),
            Self::Gte(v) => Comparison::Gte(f(v)),
            Self::IsNull(yes) => Comparison::IsNull(yes),
        }
    }
}

/// How a number compares: also an id, an amount of money or a moment.
pub fn number<T: 'static>(column: Expr<T, Nullable<BigInt>>, is: &Comparison<i64>) -> Predicate<T> {
    match is {
        Comparison::Eq(value) => Box::new(column.eq(*value)),
        Comparison::Ne(value) => negation(Box::new(column.eq(*value))),
        Comparison::In(values) => Box::new(nullable(in_keys(column, values))),
        Comparison::NotIn(values) => negation(Box::new(nullable(in_keys(column, values)))),
        Comparison::Lt(value) => Box::new(column.lt(*value)),
        Comparison::Lte(value) => Box::new(column.le(*value)),
        Comparison::Gt(value) => Box::new(column.gt(*value)),
        Comparison::Gte(value) => Box::new(column.ge(*value)),
        Comparison::IsNull(yes) => is_null(column, *yes),
    }
}

/// How a text compares. Wildcards in the values are letters like any other.
pub fn text<T: 'static>(column: Expr<T, Nullable<Text>>, is: &TextComparison) -> Predicate<T> {
    if is.ignore_case {
        compare_text(Box::new(case_folding::fold_case(column)), &is.op, case_folding::fold)
    } else {
        compare_text(column, &is.op, str::to_owned)
    }
}

/// As [`text`], for a column that is kept folded.
pub fn folded_text<T: 'static>(column: Expr<T, Nullable<Text>>, op: &TextOp) -> Predicate<T> {
    compare_text(column, op, case_folding::fold)
}

fn compare_text<T: 'static>(
    column: Expr<T, Nullable<Text>>,
    op: &TextOp,
    shape: impl Fn(&str) -> String,
) -> Predicate<T> {
    let all = |values: &[String]| values.iter().map(|v| shape(v)).collect::<Vec<_>>();
    match op {
        TextOp::Eq(value) => Box::new(column.eq(shape(value))),
        TextOp::Ne(value) => negation(Box::new(column.eq(shape(value)))),
        TextOp::In(values) => Box::new(nullable(in_keys(column, &all(values)))),
        TextOp::NotIn(values) => negation(Box::new(nullable(in_keys(column, &all(values))))),
        TextOp::Contains(part) => like(column, format!("%{}%", literal(&shape(part)))),
        TextOp::StartsWith(part) => Box::new(starts_with(column, shape(part))),
        TextOp::EndsWith(part) => like(column, format!("%{}", literal(&shape(part)))),
        TextOp::IsNull(yes) => is_null(column, *yes),
    }
}

fn like<T: 'static>(column: Expr<T, Nullable<Text>>, pattern: String) -> Predicate<T> {
    Box::new(column.like(pattern).escape('\\'))
}

fn literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

fn is_null<T: 'static, S>(column: Expr<T, Nullable<S>>, yes: bool) -> Predicate<T>
where
    S: SqlType + SingleValue + 'static,
    Nullable<S>: SqlType + SingleValue,
{
    if yes { Box::new(nullable(column.is_null())) } else { Box::new(nullable(column.is_not_null())) }
}
