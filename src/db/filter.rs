//! Filters and their SQL. A comparison with NULL is false, not unknown, so that the negation of a condition matches
//! exactly the other rows.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SingleValue, SqlType, Text};

use crate::db::case_folding;
pub use crate::db::expression::{Expr, Predicate, constant, negation, nullable};
use crate::db::keys::in_keys;
use crate::db::prefix::starts_with;

/// A tree of conditions.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter<C> {
    /// Matches when all parts match, or when there are none.
    All(Vec<Self>),
    /// Matches when at least one part matches.
    Any(Vec<Self>),
    /// Matches when the part does not match.
    Not(Box<Self>),
    /// One condition.
    Condition(C),
}

/// A condition on a row of an entity.
pub trait Condition {
    /// The table of the row.
    type Table: 'static;

    /// Returns the SQL of the condition.
    fn predicate(&self) -> Predicate<Self::Table>;
}

impl<C> Default for Filter<C> {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl<C> Filter<C> {
    /// Whether the filter matches every row because it has no condition that could fail.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(Self::is_empty),
            Self::Any(parts) => parts.iter().any(Self::is_empty),
            Self::Not(part) => part.is_impossible(),
            Self::Condition(_) => false,
        }
    }

    /// Whether the filter matches no row, whatever the rows contain.
    fn is_impossible(&self) -> bool {
        match self {
            Self::All(parts) => parts.iter().any(Self::is_impossible),
            Self::Any(parts) => parts.iter().all(Self::is_impossible),
            Self::Not(part) => part.is_empty(),
            Self::Condition(_) => false,
        }
    }

    /// Whether `wanted` is true of any condition in the tree.
    pub fn mentions(&self, wanted: &impl Fn(&C) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.mentions(wanted)),
            Self::Not(part) => part.mentions(wanted),
            Self::Condition(condition) => wanted(condition),
        }
    }
}

impl<C: Condition> Filter<C> {
    /// Returns the SQL of the filter; `None` when it matches every row.
    pub fn predicate(&self) -> Option<Predicate<C::Table>> {
        match self {
            Self::All(parts) => {
                parts.iter().filter_map(Self::predicate).reduce(|all, next| Box::new(all.and(next)))
            }
            Self::Any(parts) => {
                let mut any = constant(false);
                for part in parts {
                    // A part that always matches makes the whole match.
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

/// A filter on related rows: some, none or every one of them must match.
#[derive(Debug, Clone, PartialEq)]
pub enum RelationFilter<C> {
    /// At least one related row matches.
    Some(Filter<C>),
    /// No related row matches.
    None(Filter<C>),
    /// Every related row matches, or there are none.
    Every(Filter<C>),
}

impl<C: Condition> RelationFilter<C> {
    /// Returns the SQL. `having_related` returns the condition that a row has a related row which matches the given
    /// predicate.
    pub fn predicate<T: 'static>(
        &self,
        having_related: impl FnOnce(Option<Predicate<C::Table>>) -> Predicate<T>,
    ) -> Predicate<T> {
        match self {
            Self::Some(filter) => having_related(filter.predicate()),
            Self::None(filter) => negation(having_related(filter.predicate())),
            // No related row fails to match.
            Self::Every(filter) => match filter.predicate() {
                Some(predicate) => negation(having_related(Some(negation(predicate)))),
                None => constant(true),
            },
        }
    }
}

/// A comparison of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct TextComparison {
    /// The operator and its operand.
    pub op: TextOp,
    /// Whether the comparison ignores case.
    pub ignore_case: bool,
}

impl TextComparison {
    /// Returns the comparison for texts that are equal to `text`, in the same case.
    pub fn equal(text: String) -> Self {
        Self { op: TextOp::Eq(text), ignore_case: false }
    }
}

/// The operators on a text.
#[derive(Debug, Clone, PartialEq)]
pub enum TextOp {
    /// Equal.
    Eq(String),
    /// Not equal, or NULL.
    Ne(String),
    /// Equal to one of the texts.
    In(Vec<String>),
    /// Equal to none of the texts, or NULL.
    NotIn(Vec<String>),
    /// Contains the text.
    Contains(String),
    /// Starts with the text.
    StartsWith(String),
    /// Ends with the text.
    EndsWith(String),
    /// NULL if true, not NULL if false.
    IsNull(bool),
}

/// A comparison of a value that has an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison<V> {
    /// Equal.
    Eq(V),
    /// Not equal, or NULL.
    Ne(V),
    /// Equal to one of the values.
    In(Vec<V>),
    /// Equal to none of the values, or NULL.
    NotIn(Vec<V>),
    /// Less.
    Lt(V),
    /// Less or equal.
    Lte(V),
    /// Greater.
    Gt(V),
    /// Greater or equal.
    Gte(V),
    /// NULL if true, not NULL if false.
    IsNull(bool),
}

impl<V> Comparison<V> {
    /// Returns the comparison with `f` applied to the values.
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

/// Returns the SQL for a comparison of a number, an id, an amount of money or a timestamp.
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

/// Returns the SQL for a comparison of a text. Wildcards in the values are escaped.
pub fn text<T: 'static>(column: Expr<T, Nullable<Text>>, is: &TextComparison) -> Predicate<T> {
    if is.ignore_case {
        compare_text(Box::new(case_folding::fold_case(column)), &is.op, case_folding::fold)
    } else {
        compare_text(column, &is.op, str::to_owned)
    }
}

/// Returns the SQL for a comparison with a column that is stored case-folded.
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
