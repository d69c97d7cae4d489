//! Filters and their SQL. A comparison with NULL is false, not unknown, so that the negation of a condition matches
//! exactly the other rows.

use diesel::prelude::*;

pub use crate::db::comparison::{Comparison, TextComparison, TextOp};
pub use crate::db::condition::{ColumnCondition, EntityFilter};
pub use crate::db::expression::{Predicate, constant, negation, nullable};
pub use crate::db::row_expr::{RelatedRows, RowExpr};

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
