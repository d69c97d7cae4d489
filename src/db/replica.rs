//! A server that follows the primary, and is read from while it is there.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::db::figures::PoolFigures;
use crate::db::pool::{self, Place, Pool, Reader};
use crate::error::InternalError;

/// How long a replica that was away is left alone.
const PAUSE: Duration = Duration::from_secs(5);
/// How long it may take to begin a read. The primary is there.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Replica {
    pool: Pool,
    away_until: Mutex<Option<Instant>>,
}

impl Replica {
    pub(super) fn new(pool: Pool) -> Self {
        Self { pool, away_until: Mutex::default() }
    }

    /// A snapshot of what has arrived there; `None` while it is away.
    pub(super) async fn snapshot(&self, deadline: Option<Instant>) -> Option<Reader> {
        if self.away_until().is_some_and(|until| Instant::now() < until) {
            return None;
        }
        // Whoever asks after a pause asks for all: nobody else waits for it meanwhile.
        let was_away = {
            let mut away_until = self.away_until();
            away_until.is_some() && away_until.replace(Instant::now() + PAUSE).is_some()
        };
        let asked = tokio::time::timeout(PATIENCE, pool::snapshot(&self.pool, deadline, Place::Here, |_| ()));
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
            // Nobody else is read from any more.
            Err(InternalError::ShuttingDown) => return None,
            Err(fault) => fault,
        };
        self.away_until().replace(Instant::now() + PAUSE);
        if !was_away {
            tracing::warn!(error = fault.explain(), "the replica is away: reading from the primary");
        }
        None
    }

    pub(super) fn figures(&self) -> PoolFigures {
        pool::figures(&self.pool, "replica")
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }

    fn away_until(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.away_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
