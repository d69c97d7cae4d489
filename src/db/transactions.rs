//! Writes to PostgreSQL, in concurrent transactions that are tried again after a conflict.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use tokio::sync::Semaphore;

use crate::clock::{self, Clock};
use crate::db::Conn;
use crate::db::pool::{self, Begin, Pool, Reader, RunOn};
#[cfg(feature = "postgres")]
use crate::db::sequencer::Sequencer;
use crate::db::statements::{Statements, execute_command};
use crate::db::stats::WriteStats;
use crate::db::write_clock::WriteClock;
use crate::error::{Error, InternalError};
use crate::types::Timestamp;

/// Maximum number of attempts per transaction, including the first.
const MAX_ATTEMPTS: u32 = 10;
/// Maximum pause before the second attempt; doubled for each further attempt.
const FIRST_PAUSE: Duration = Duration::from_millis(4);

pub(super) struct Transactions {
    pool: Pool,
    clock: Arc<WriteClock>,
    /// Limits concurrent transactions. Cancelling while queued has no effect.
    permits: Arc<Semaphore>,
    max_in_flight: u32,
    retries: Arc<AtomicU64>,
    #[cfg(feature = "postgres")]
    sequencer: Arc<Sequencer>,
}

impl Transactions {
    /// Uses at most three quarters of the pool: writes may wait for each other, and reads must still get a connection.
    pub(super) fn new(pool: Pool, clock: Clock) -> Result<Self, InternalError> {
        let size = u32::try_from(pool.status().max_size).unwrap_or(u32::MAX);
        let max_in_flight = (size - size / 4).max(1);
        let clock = Arc::new(WriteClock::new(clock));
        Ok(Self {
            #[cfg(feature = "postgres")]
            sequencer: Arc::new(Sequencer::start(pool.manager().address.clone())?),
            pool,
            clock,
            permits: Arc::new(Semaphore::new(max_in_flight as usize)),
            max_in_flight,
            retries: Arc::default(),
        })
    }

    pub(super) async fn run<R: Send + 'static>(
        &self,
        deadline: Option<Instant>,
        begin: &'static str,
        work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| InternalError::ShuttingDown)?;
        let (pool, clock, retries) = (self.pool.clone(), self.clock.clone(), self.retries.clone());
        #[cfg(feature = "postgres")]
        let sequencer = self.sequencer.clone();
        // A task of its own, so that a cancelled caller does not cancel the transaction.
        let task = tokio::spawn(async move {
            let _permit = permit;
            let begin = Begin::Transaction(begin);
            let result = run_with_retries(&pool, &clock, &retries, deadline, begin, work).await;
            #[cfg(feature = "postgres")]
            if result.is_ok() {
                sequencer.request();
            }
            result
        });
        task.await.map_err(|panic| InternalError::Panic(panic.to_string()))?
    }

    /// Begins a transaction that is rolled back when its connection is dropped. Returns it with the time of the write.
    pub(super) async fn open(
        &self,
        deadline: Option<Instant>,
        begin: &'static str,
    ) -> Result<(Reader, Timestamp), InternalError> {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| InternalError::ShuttingDown)?;
        let clock = self.clock.clone();
        let first = move |conn: &mut Conn, _: &Statements| clock.prepare(conn).map(|()| clock.next());
        let begin = Begin::Transaction(begin);
        let (pooled, now) = pool::begin(&self.pool, begin, deadline, RunOn::BlockingPool, first).await?;
        Ok((Reader::of_dry_run(pooled, permit), now?))
    }

    /// Waits before an attempt after a conflict; returns `false` after the last attempt. `attempts` counts them.
    pub(super) async fn pause_before_retry(&self, attempts: u32, error: &InternalError) -> bool {
        pause_before_retry(&self.retries, attempts, error).await
    }

    /// Waits until the events that are committed now have a position.
    pub(super) async fn number_events(&self) {
        #[cfg(feature = "postgres")]
        self.sequencer.catch_up().await;
    }

    pub(super) fn stats(&self) -> WriteStats {
        WriteStats::Concurrent {
            in_flight: (self.max_in_flight as usize).saturating_sub(self.permits.available_permits()),
            retries: self.retries.load(Ordering::Relaxed),
        }
    }

    /// Waits for the transactions in flight and rejects new ones.
    pub(super) async fn stop(&self) {
        // Fails when already stopped.
        let _ = self.permits.acquire_many(self.max_in_flight).await;
        self.permits.close();
        #[cfg(feature = "postgres")]
        self.sequencer.stop().await;
    }
}

async fn run_with_retries<R: Send + 'static>(
    pool: &Pool,
    clock: &Arc<WriteClock>,
    retries: &AtomicU64,
    deadline: Option<Instant>,
    begin: Begin,
    mut work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
) -> Result<R, Error> {
    let mut attempts = 1;
    loop {
        let clock = clock.clone();
        let ran = pool::begin(pool, begin, deadline, RunOn::BlockingPool, move |conn, statements| {
            let end = attempt(conn, &clock, &mut work);
            statements.evict(conn);
            (end, work)
        });
        let (pooled, (end, work_again)) = ran.await?;
        work = work_again;
        let error = match end {
            TransactionOutcome::Committed(result) => {
                pooled.give_back();
                return Ok(result);
            }
            TransactionOutcome::RolledBack(error) => {
                pooled.give_back();
                return Err(error);
            }
            TransactionOutcome::Conflict(error) => {
                pooled.give_back();
                error
            }
            TransactionOutcome::ConnectionLost(error) => error,
            TransactionOutcome::RolledBackConnectionLost(error) => return Err(error),
            TransactionOutcome::CommitOutcomeUnknown(reason) => {
                return Err(InternalError::CommitOutcomeUnknown(reason).into());
            }
        };
        if !pause_before_retry(retries, attempts, &error).await {
            return Err(error.into());
        }
        attempts += 1;
    }
}

async fn pause_before_retry(retries: &AtomicU64, attempts: u32, error: &InternalError) -> bool {
    if attempts == MAX_ATTEMPTS {
        return false;
    }
    retries.fetch_add(1, Ordering::Relaxed);
    tracing::debug!(attempts, error = error.explain(), "retrying a transaction");
    tokio::time::sleep(clock::jitter(FIRST_PAUSE * 2u32.pow(attempts - 1))).await;
    true
}

/// The way a transaction ended.
enum TransactionOutcome<R> {
    Committed(R),
    /// The work returned an error, or the database an error that a retry would meet again.
    RolledBack(Error),
    /// Like `RolledBack`, and the connection was lost.
    RolledBackConnectionLost(Error),
    /// The transaction conflicted with another one; a retry may succeed.
    Conflict(InternalError),
    /// The connection was lost before COMMIT was sent, so nothing was committed.
    ConnectionLost(InternalError),
    /// The connection was lost during COMMIT, so the transaction may or may not be committed.
    CommitOutcomeUnknown(String),
}

fn attempt<R>(
    conn: &mut Conn,
    clock: &WriteClock,
    work: &mut impl FnMut(&mut Conn, Timestamp) -> Result<R, Error>,
) -> TransactionOutcome<R> {
    let work = || {
        clock.prepare(conn)?;
        work(conn, clock.next())
    };
    let result = panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(InternalError::from_panic(&*panic).into()));
    let error = match result {
        Ok(result) => match execute_command(conn, "COMMIT") {
            Ok(()) => return TransactionOutcome::Committed(result),
            Err(error) => {
                let conflict = is_conflict(&error);
                // When ROLLBACK cannot be sent either, COMMIT may have succeeded.
                return match conn.batch_execute("ROLLBACK") {
                    Ok(()) if conflict => TransactionOutcome::Conflict(error.into()),
                    Ok(()) => TransactionOutcome::RolledBack(error.into()),
                    Err(_) => TransactionOutcome::CommitOutcomeUnknown(error.to_string()),
                };
            }
        },
        Err(error) => error,
    };
    // Fails when the connection is lost; the server then rolls back by itself.
    let rolled_back = conn.batch_execute("ROLLBACK");
    match error {
        Error::Internal(InternalError::DatabaseUnavailable(reason)) => {
            TransactionOutcome::ConnectionLost(InternalError::DatabaseUnavailable(reason))
        }
        Error::Internal(InternalError::Database(error)) if rolled_back.is_err() => {
            TransactionOutcome::ConnectionLost(InternalError::DatabaseUnavailable(error.to_string()))
        }
        // The error of the work is returned, but the connection cannot be used again.
        error if rolled_back.is_err() => TransactionOutcome::RolledBackConnectionLost(error),
        Error::Internal(InternalError::Database(error)) if is_conflict(&error) => {
            TransactionOutcome::Conflict(InternalError::Database(error))
        }
        error => TransactionOutcome::RolledBack(error),
    }
}

/// Whether the transaction conflicted with another one and may succeed when tried again. This includes constraints on
/// keys: workflows look keys up before they insert, so the second attempt finds the row and returns a precise error.
pub(super) fn is_conflict(error: &diesel::result::Error) -> bool {
    use diesel::result::DatabaseErrorKind::{ForeignKeyViolation, SerializationFailure, UniqueViolation};
    use diesel::result::Error::DatabaseError;

    match error {
        DatabaseError(SerializationFailure | UniqueViolation | ForeignKeyViolation, _) => true,
        error => is_lock_conflict(error),
    }
}

/// Whether transactions waited for each other, or one waited too long for the locks of another.
pub(super) fn is_lock_conflict(error: &diesel::result::Error) -> bool {
    let diesel::result::Error::DatabaseError(_, about) = error else { return false };
    ["deadlock detected", "canceling statement due to lock timeout"]
        .iter()
        .any(|message| about.message().contains(message))
}
