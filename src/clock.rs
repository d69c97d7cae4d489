//! The system clock and random numbers. No other module reads either, so that tests can control the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use crate::types::Timestamp;

/// A source of the current time.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The system clock.
    System,
    /// A constant time, also for consecutive writes.
    Fixed(Timestamp),
    /// A time that a test sets, in microseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// Returns the current time.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Fixed(moment) => *moment,
            Self::Manual(moment) => Timestamp(moment.load(Ordering::SeqCst)),
            Self::System => {
                let since = system_time().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
        }
    }
}

/// Returns the time of the system clock, for logs and traces.
pub fn system_time() -> SystemTime {
    #[expect(clippy::disallowed_methods, reason = "the only caller")]
    SystemTime::now()
}

/// Returns the time of the system clock in seconds since 1970.
pub fn unix_seconds() -> f64 {
    system_time().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// Returns a random duration up to `most`, so that conflicting transactions are retried at different times.
pub fn jitter(most: Duration) -> Duration {
    most.mul_f64(fastrand::f64())
}

/// Returns a random number. Not for secrets: the generator is predictable.
pub fn random_u64() -> u64 {
    fastrand::u64(..)
}
