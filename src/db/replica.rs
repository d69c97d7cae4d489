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
    away_until: Mutex<Option<Instant>>,
}

impl Replica {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool, away_until: Mutex::default() }
    }

    /// Opens a snapshot on the replica; `None` while it is unavailable.
    pub(super) async fn snapshot(&self, deadline: Option<Instant>) -> Option<Reader> {
        if self.away_until().is_some_and(|until| Instant::now() < until) {
            return None;
        }
        // One request retries after the pause; the others read from the primary meanwhile.
        let was_away = {
            let mut away_until = self.away_until();
            away_until.is_some() && away_until.replace(Instant::now() + RETRY_INTERVAL).is_some()
        };
        let asked =
            tokio::time::timeout(TIMEOUT, pool::snapshot(&self.pool, deadline, RunOn::CallerThread, |_| ()));
        let fault = match asked
            .await
            .unwrap_or_else(|_| Err(InternalError::DatabaseUnavailable("no answer in time".to_owned())))
        {
            Ok((reader, ())) => {
                if self.away_until().take().is_some() {
                    tracing::info!("the replica is back");
                }
                return Some(reader);
            }
            // The server is stopping, so the replica is not marked as unavailable.
            Err(InternalError::ShuttingDown) => return None,
            Err(fault) => fault,
        };
        self.away_until().replace(Instant::now() + RETRY_INTERVAL);
        if !was_away {
            tracing::warn!(error = fault.explain(), "the replica is away: reading from the primary");
        }
        None
    }

    pub(super) fn stats(&self) -> PoolStats {
        pool::stats(&self.pool, "replica")
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }

    fn away_until(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.away_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
