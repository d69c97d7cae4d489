//! How long a request may be worked on, and how much may be written for it. A level asks between two
//! pieces of work, and writes nothing any more where there is no time or room left: then the answer is
//! an error, whatever has been written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_graphql::parser::types::OperationType;
use async_graphql::{ContextBase, ServerError};

use crate::graphql::deadline::{Deadline, TIMED_OUT};
use crate::graphql::error;

/// After so many rows a level asks again.
pub(super) const ROWS_PER_CHECK: usize = 256;
/// After so many bytes as well, and be it one row.
pub(super) const BYTES_PER_CHECK: usize = 1024 * 1024;

/// In the data of a request.
pub struct ExecutionBudget {
    deadline: Deadline,
    max_bytes: usize,
    written: AtomicUsize,
    deadline_exceeded: AtomicBool,
}

impl ExecutionBudget {
    /// `most` is how many bytes may be written, all levels together, of which so many are `written`
    /// already.
    pub fn new(deadline: Deadline, max_bytes: usize, written: usize) -> Self {
        Self {
            deadline,
            max_bytes,
            written: AtomicUsize::new(written),
            deadline_exceeded: AtomicBool::default(),
        }
    }

    /// The error, where there is room for nothing more.
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

    /// Counts what has been written; whether there is time and room for more.
    fn charge(&self, bytes: usize) -> bool {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if self.deadline_exceeded.load(Ordering::Relaxed) || written > self.max_bytes {
            return false;
        }
        let deadline_exceeded = self.deadline.has_passed();
        self.deadline_exceeded.fetch_or(deadline_exceeded, Ordering::Relaxed);
        !deadline_exceeded
    }

    /// What the answer is instead, where the work was given up. The errors are those of what was done.
    pub fn abort_error(&self, errors: &[ServerError], kind: OperationType) -> Option<ServerError> {
        let deadline_exceeded = |error: &ServerError| {
            error.extensions.as_ref().is_some_and(|values| values.get("code") == Some(&TIMED_OUT.into()))
        };
        let mut abort_error =
            if self.deadline_exceeded.load(Ordering::Relaxed) || errors.iter().any(deadline_exceeded) {
                Deadline::error()
            } else if self.written.load(Ordering::Relaxed) > self.max_bytes {
                self.too_large()
            } else {
                return None;
            };
        if kind == OperationType::Mutation {
            abort_error.message.push_str("; what it was to change may have been changed");
        }
        Some(abort_error)
    }
}

/// Counts what has been written for the request; whether there is time and room for more.
pub(super) fn charge<T>(ctx: &ContextBase<'_, T>, bytes: usize) -> bool {
    ctx.data_opt::<Arc<ExecutionBudget>>().is_none_or(|budget| budget.charge(bytes))
}
