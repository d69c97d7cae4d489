//! When a request has to be done. Whoever works for it asks, between two pieces of work; what enforces
//! it against work that does not ask is the door's.

use std::time::{Duration, Instant};

use async_graphql::ServerError;

use crate::graphql::error;

/// The code of the error of a request that took too long.
pub const TIMED_OUT: &str = "REQUEST_TIMEOUT";

/// The moment by which a request has to be answered. In the data of the request, where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    pub fn after(timeout: Duration) -> Self {
        Self(Instant::now() + timeout)
    }

    pub fn at(instant: Instant) -> Self {
        Self(instant)
    }

    pub fn instant(self) -> Instant {
        self.0
    }

    pub fn has_passed(self) -> bool {
        Instant::now() >= self.0
    }

    /// What a client is told who asked for something that has not been done in time.
    pub fn error() -> ServerError {
        error::coded("the request took too long, and was given up", TIMED_OUT)
    }
}
