//! The time of day, and chance. The only place that asks for either, so that a test can hold the time
//! still.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use crate::types::Timestamp;

/// Where the time comes from.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always the same moment, also for one write after another.
    Fixed(Timestamp),
    /// The moment that a test has set, in microseconds since 1970.
    Manual(Arc<AtomicI64>),
}

impl Clock {
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

/// What the machine's clock says, for whoever compares logs and traces of several machines.
pub fn system_time() -> SystemTime {
    #[expect(clippy::disallowed_methods, reason = "the one caller")]
    SystemTime::now()
}

/// As [`system_time`], in seconds since 1970.
pub fn unix_seconds() -> f64 {
    system_time().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// A pause of any length up to this, so that those who collided do not meet again.
pub fn jitter(most: Duration) -> Duration {
    most.mul_f64(fastrand::f64())
}

/// A number that hardly anybody else has. Not for secrets: the next one can be told from it.
pub fn random_u64() -> u64 {
    fastrand::u64(..)
}
