//! Comparisons of a value with others, and their SQL.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, SingleValue, SqlType, Text};

use crate::db::case_folding;
use crate::db::expression::{Expr, Predicate, negation, nullable};
use crate::db::keys::in_keys;
use crate::db::prefix::starts_with;

/// A comparison of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct TextComparison {
    /// The operator and its operand.
    pub op: TextOp,
    /// Whether the comparison ignores case.
    pub ignore_case: bool,
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
