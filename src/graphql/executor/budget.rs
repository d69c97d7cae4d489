//! Limits on the execution of a request: the deadline, and the number of bytes written.
//!
//! The executor checks the budget at intervals. When the budget is exceeded, it stops writing, and an error
//! replaces the whole response.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_graphql::parser::types::OperationType;
use async_graphql::{ContextBase, ServerError};

use crate::graphql::deadline::{Deadline, TIMED_OUT};
use crate::graphql::error;

/// The number of objects between two checks of the budget.
pub(super) const ROWS_PER_CHECK: usize = 256;
/// The number of bytes between two checks, for batches of few but large objects.
pub(super) const BYTES_PER_CHECK: usize = 1024 * 1024;

/// The budget of one request, an `Arc` in the request data. Without it, the execution is unlimited.
pub struct ExecutionBudget {
    deadline: Deadline,
    max_bytes: usize,
    written: AtomicUsize,
    deadline_exceeded: AtomicBool,
}

impl ExecutionBudget {
    /// Creates a budget of `max_bytes`, of which other requests of the same HTTP request have `written` some.
    /// A byte counts when it is read and when it is written.
    pub fn new(deadline: Deadline, max_bytes: usize, written: usize) -> Self {
        Self {
            deadline,
            max_bytes,
            written: AtomicUsize::new(written),
            deadline_exceeded: AtomicBool::default(),
        }
    }

    /// Returns an error if the size limit is exceeded before the execution starts.
    pub fn exceeded(&self) -> Option<ServerError> {
        (self.written.load(Ordering::Relaxed) > self.max_bytes).then(|| self.too_large())
    }

    fn too_large(&self) -> ServerError {
        let message = format!(
            "more than {} bytes would have to be written for the answer (max-answer)",
            self.max_bytes
        );
        error::coded(message, "ANSWER_TOO_LARGE")
    }

    /// Adds `bytes` to the number of bytes written. Returns whether the execution may continue.
    pub(super) fn charge(&self, bytes: usize) -> bool {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if self.deadline_exceeded.load(Ordering::Relaxed) || written > self.max_bytes {
            return false;
        }
        let has_passed = self.deadline.has_passed();
        self.deadline_exceeded.fetch_or(has_passed, Ordering::Relaxed);
        !has_passed
    }

    /// Returns the error that replaces the response if the execution was aborted. `errors` are those of the
    /// response: a database read that exceeded the deadline is among them.
    pub fn abort_error(&self, errors: &[ServerError], kind: OperationType) -> Option<ServerError> {
        let is_timeout = |error: &ServerError| {
            error.extensions.as_ref().is_some_and(|values| values.get("code") == Some(&TIMED_OUT.into()))
        };
        let mut error = if self.deadline_exceeded.load(Ordering::Relaxed) || errors.iter().any(is_timeout) {
            error::deadline_exceeded()
        } else if self.written.load(Ordering::Relaxed) > self.max_bytes {
            self.too_large()
        } else {
            return None;
        };
        if kind == OperationType::Mutation {
            error.message.push_str("; what it was to change may have been changed");
        }
        Some(error)
    }
}

/// Adds `bytes` to the budget of the request. Returns whether the execution may continue.
pub(super) fn charge<T>(ctx: &ContextBase<'_, T>, bytes: usize) -> bool {
    ctx.data_opt::<Arc<ExecutionBudget>>().is_none_or(|budget| budget.charge(bytes))
}
