//! The limits of filters.

use crate::config::limits::Limits;
use crate::error::{LimitExceeded, UserError, UserErrorKind};

/// The limits of a filter. Each has a command-line option.
#[derive(Debug, Clone, Copy)]
pub struct FilterLimits {
    /// Maximum number of conditions.
    conditions: usize,
    /// Maximum number of conditions on related records.
    relations: usize,
    /// Maximum depth of `and`, `or`, `not` and conditions on related records in each other.
    pub(super) depth: usize,
    /// Maximum number of values in a list.
    pub(super) list: usize,
}

impl From<&Limits> for FilterLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            conditions: limits.max_filter_conditions,
            relations: limits.max_filter_relations,
            depth: limits.max_filter_depth,
            list: limits.max_list,
        }
    }
}

/// The number of conditions in a filter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ConditionCounts {
    /// All conditions.
    pub all: usize,
    /// Conditions on related records.
    pub related: usize,
}

impl FilterLimits {
    /// Returns an error if the filter in an argument has too many conditions.
    pub(super) fn check(&self, argument: &str, count: ConditionCounts) -> Result<(), UserError> {
        for (limit, max, found, noun) in [
            ("max-filter-conditions", self.conditions, count.all, "conditions"),
            ("max-filter-relations", self.relations, count.related, "conditions on related records"),
        ] {
            if found > max {
                let message = format!("the filter must have at most {max} {noun}, but has {found}");
                return Err(limit_exceeded(&[argument], limit, max, found, message));
            }
        }
        Ok(())
    }
}

/// Returns the error of an input at `path` that exceeds a limit.
pub(super) fn limit_exceeded(
    path: &[&str],
    limit: &'static str,
    max: usize,
    found: usize,
    message: String,
) -> UserError {
    UserError::new(path, UserErrorKind::LimitExceeded(LimitExceeded { limit, max, found, message }))
}
