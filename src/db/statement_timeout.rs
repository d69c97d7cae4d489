//! The `statement_timeout` of a connection to PostgreSQL. It belongs to the session of the connection and is set again
//! only when it does not fit the next request: a command for each request would be a round trip.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::db::Conn;

/// The timeout where no request has a deadline, in milliseconds.
pub(super) const DEFAULT_MS: u64 = 30_000;

/// The timeout that a connection has. Clones are of the same connection.
#[derive(Clone)]
pub(super) struct StatementTimeout(Arc<AtomicU64>);

/// The effect of [`StatementTimeout::fit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// The timeout fits the deadline.
    Unchanged,
    /// The timeout was changed, which needed a round trip.
    Changed,
}

impl StatementTimeout {
    /// Returns the timeout of a new connection.
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(DEFAULT_MS)))
    }

    /// Makes the timeout fit the time left until the deadline. It is never shorter, and longer by at most a twentieth or
    /// 100 ms. Must be called outside of a transaction, which would restore the earlier timeout when it is rolled back.
    pub(super) fn fit(&self, conn: &mut Conn, deadline: Option<Instant>) -> QueryResult<Fit> {
        let left = deadline
            .map_or(DEFAULT_MS, |deadline| rounded_up(deadline.saturating_duration_since(Instant::now())));
        if fits(self.0.load(Ordering::Relaxed), left) {
            return Ok(Fit::Unchanged);
        }
        let timeout = coarse(left);
        conn.batch_execute(&format!("SET statement_timeout = {timeout}"))?;
        self.0.store(timeout, Ordering::Relaxed);
        Ok(Fit::Changed)
    }
}

/// Returns the duration in milliseconds, at least 1, since 0 means no limit.
fn rounded_up(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX).clamp(1, i32::MAX as u64)
}

fn fits(timeout: u64, left: u64) -> bool {
    (left..=left + (left / 20).max(100)).contains(&timeout)
}

/// Returns a timeout that fits, and that also fits the next requests, which have slightly more or less time left.
fn coarse(left: u64) -> u64 {
    let step = (left / 50).max(1);
    // A power of ten, so that similar times give the same timeout.
    let step = 10_u64.pow(step.ilog10());
    left.next_multiple_of(step).min(i32::MAX as u64)
}

#[test]
fn timeout_is_never_shorter_than_the_time_left_and_little_longer() {
    for left in (1..2_000).chain((2_000..400_000).step_by(97)).chain([i32::MAX as u64]) {
        assert!(fits(coarse(left), left), "{left}: {}", coarse(left));
        assert!(!fits(left - 1, left), "{left}");
    }
    assert!([9_901, 9_999, 10_000].iter().all(|left| coarse(*left) == 10_000 && fits(10_000, *left)));
    assert!(!fits(10_000, 9_000) && !fits(10_000, 10_001));
    assert_eq!(rounded_up(Duration::ZERO), 1);
    assert_eq!(rounded_up(Duration::from_micros(1_001)), 2);
}
