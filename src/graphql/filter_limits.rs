//! The limits of a filter, and the refusals of what exceeds them.

use crate::config::limits::Limits;
use crate::error::{LimitExceeded, Reason, Refusal};

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
pub(super) struct Count {
    pub all: usize,
    /// On related records.
    pub related: usize,
}

impl FilterLimits {
    /// Refuses a filter of too many conditions, in the argument of that name.
    pub(super) fn check(&self, argument: &str, count: Count) -> Result<(), Refusal> {
        for (limit, most, found, what) in [
            ("max-filter-conditions", self.conditions, count.all, "conditions"),
            ("max-filter-relations", self.relations, count.related, "conditions on related records"),
        ] {
            if found > most {
                let message = format!("the filter has {found} {what}, and at most {most} are allowed");
                return Err(beyond(&[argument], limit, most, found, message));
            }
        }
        Ok(())
    }
}

/// A refusal of what stands at `path` and exceeds a limit.
pub(super) fn beyond(
    path: &[&str],
    limit: &'static str,
    most: usize,
    found: usize,
    message: String,
) -> Refusal {
    Refusal::new(path, Reason::LimitExceeded(LimitExceeded { limit, most, found, message }))
}
