//! The time of day, chance, and numbers that nobody else has. The only place that asks for any, so that
//! a test can hold the time still.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use crate::db::types::Timestamp;

/// Where the time comes from.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always the same moment.
    Fixed(Timestamp),
}

impl Clock {
    pub fn now(self) -> Timestamp {
        match self {
            Self::Fixed(moment) => moment,
            #[expect(clippy::disallowed_methods, reason = "the one caller")]
            Self::System => {
                let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
        }
    }
}

/// A number that this process has not had, and hardly any other. Not for secrets: the next one can be
/// told from it.
pub fn unique() -> u64 {
    static NEXT: LazyLock<AtomicU64> =
        LazyLock::new(|| AtomicU64::new(RandomState::new().hash_one("where to begin")));
    // The odd step and what follows are one to one, so that none comes twice, and leave neighbours
    // with little in common. The constants are those of SplitMix64.
    let mut number = NEXT.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
    number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// A pause of any length up to this, so that those who collided do not meet again.
pub fn jitter(most: Duration) -> Duration {
    most.mul_f64(fastrand::f64())
}
