//! The limits of a filter, and the refusals of what exceeds them.

use crate::config::limits::Limits;
use crate::error::{LimitExceeded, UserError, UserErrorKind};

/// The limits of a filter, each with an option of its own.
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

/// How many conditions are in a filter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ConditionCounts {
    pub all: usize,
    /// On related records.
    pub related: usize,
}

impl FilterLimits {
    /// Refuses a filter of too many conditions, in the argument of that name.
    pub(super) fn check(&self, argument: &str, count: ConditionCounts) -> Result<(), UserError> {
        for (limit, max, found, what) in [
            ("max-filter-conditions", self.conditions, count.all, "conditions"),
            ("max-filter-relations", self.relations, count.related, "conditions on related records"),
        ] {
            if found > max {
                let message = format!("the filter has {found} {what}, and at max {max} are allowed");
                return Err(limit_exceeded(&[argument], limit, max, found, message));
            }
        }
        Ok(())
    }
}

/// A refusal of what stands at `path` and exceeds a limit.
pub(super) fn limit_exceeded(
    path: &[&str],
    limit: &'static str,
    max: usize,
    found: usize,
    message: String,
) -> UserError {
    UserError::new(path, UserErrorKind::LimitExceeded(LimitExceeded { limit, max, found, message }))
}
