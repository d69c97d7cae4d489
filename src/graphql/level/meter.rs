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
pub(super) const ROWS: usize = 256;
/// After so many bytes as well, and be it one row.
pub(super) const BYTES: usize = 1024 * 1024;

/// In the data of a request.
pub struct Meter {
    deadline: Deadline,
    most: usize,
    written: AtomicUsize,
    is_late: AtomicBool,
}

impl Meter {
    /// `most` is how many bytes may be written, all levels together, of which so many are `written`
    /// already.
    pub fn new(deadline: Deadline, most: usize, written: usize) -> Self {
        Self { deadline, most, written: AtomicUsize::new(written), is_late: AtomicBool::default() }
    }

    /// The error, where there is room for nothing more.
    pub fn full(&self) -> Option<ServerError> {
        (self.written.load(Ordering::Relaxed) > self.most).then(|| self.too_large())
    }

    fn too_large(&self) -> ServerError {
        let message =
            format!("more than {} bytes would have to be written for the answer (max-answer)", self.most);
        error::coded(message, "ANSWER_TOO_LARGE")
    }

    /// Counts what has been written; whether there is time and room for more.
    fn goes_on(&self, bytes: usize) -> bool {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if self.is_late.load(Ordering::Relaxed) || written > self.most {
            return false;
        }
        let is_late = self.deadline.has_passed();
        self.is_late.fetch_or(is_late, Ordering::Relaxed);
        !is_late
    }

    /// What the answer is instead, where the work was given up. The errors are those of what was done.
    pub fn stopped(&self, errors: &[ServerError], kind: OperationType) -> Option<ServerError> {
        let is_late = |error: &ServerError| {
            error.extensions.as_ref().is_some_and(|values| values.get("code") == Some(&TIMED_OUT.into()))
        };
        let mut stopped = if self.is_late.load(Ordering::Relaxed) || errors.iter().any(is_late) {
            Deadline::error()
        } else if self.written.load(Ordering::Relaxed) > self.most {
            self.too_large()
        } else {
            return None;
        };
        if kind == OperationType::Mutation {
            stopped.message.push_str("; what it was to change may have been changed");
        }
        Some(stopped)
    }
}

/// Counts what has been written for the request; whether there is time and room for more.
pub(super) fn goes_on<T>(ctx: &ContextBase<'_, T>, bytes: usize) -> bool {
    ctx.data_opt::<Arc<Meter>>().is_none_or(|meter| meter.goes_on(bytes))
}
