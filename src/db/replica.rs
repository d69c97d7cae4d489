//! The read replica, which serves reads while it is available.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::db::pool::{self, Pool, Reader, RunOn};
use crate::db::stats::PoolStats;
use crate::error::InternalError;

/// The time between attempts to reach an unavailable replica.
const RETRY_INTERVAL: Duration = Duration::from_secs(5);
/// The timeout for opening a snapshot, after which the primary is read.
const TIMEOUT: Duration = Duration::from_secs(1);

pub(super) struct Replica {
    pool: Pool,
    unavailable_until: Mutex<Option<Instant>>,
}

impl Replica {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool, unavailable_until: Mutex::default() }
    }

    /// Opens a snapshot on the replica; `None` while it is unavailable.
    pub(super) async fn snapshot(&self, deadline: Option<Instant>) -> Option<Reader> {
        if self.unavailable_until().is_some_and(|until| Instant::now() < until) {
            return None;
        }
        // One request retries after the pause; the others read from the primary meanwhile.
        let was_unavailable = {
            let mut unavailable_until = self.unavailable_until();
            unavailable_until.is_some()
                && unavailable_until.replace(Instant::now() + RETRY_INTERVAL).is_some()
        };
        let opened =
            tokio::time::timeout(TIMEOUT, pool::snapshot(&self.pool, deadline, RunOn::CallerThread, |_| ()));
        let error = match opened.await.unwrap_or_else(|_| {
            Err(InternalError::DatabaseUnavailable("no response within the timeout".to_owned()))
        }) {
            Ok((reader, ())) => {
                if self.unavailable_until().take().is_some() {
                    tracing::info!("the replica is available again");
                }
                return Some(reader);
            }
            // The server is stopping, so the replica is not marked as unavailable.
            Err(InternalError::ShuttingDown) => return None,
            Err(error) => error,
        };
        self.unavailable_until().replace(Instant::now() + RETRY_INTERVAL);
        if !was_unavailable {
            tracing::warn!(error = error.explain(), "the replica is unavailable: reading from the primary");
        }
        None
    }

    pub(super) fn stats(&self) -> PoolStats {
        pool::stats(&self.pool, "replica")
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }

    fn unavailable_until(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.unavailable_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
