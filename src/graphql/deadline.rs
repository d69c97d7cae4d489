//! The deadline of a request. Code that runs for a long time checks it at intervals; the HTTP layer enforces
//! it for everything else.

use std::time::{Duration, Instant};

/// The error code of a request that exceeds its deadline.
pub const TIMED_OUT: &str = "REQUEST_TIMEOUT";

/// The instant at which the response of a request is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// Returns the deadline that is `timeout` from now.
    pub fn after(timeout: Duration) -> Self {
        Self(Instant::now() + timeout)
    }

    /// Returns the deadline at an instant.
    pub fn at(instant: Instant) -> Self {
        Self(instant)
    }

    /// Returns the instant at which the deadline passes.
    pub fn instant(self) -> Instant {
        self.0
    }

    /// Returns whether the deadline has passed.
    pub fn has_passed(self) -> bool {
        Instant::now() >= self.0
    }
}
