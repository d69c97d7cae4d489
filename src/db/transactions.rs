//! Writes on PostgreSQL: each in a transaction of its own, side by side with others, and tried again
//! when it met them.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use tokio::sync::Semaphore;

use crate::clock::{self, Clock};
use crate::db::Conn;
use crate::db::figures::WriteFigures;
use crate::db::pool::{self, Place, Pool};
use crate::db::statements::control;
use crate::db::types::Timestamp;
use crate::db::write_clock::WriteClock;
use crate::error::{Error, InternalError};

/// How often a transaction is tried, all in all.
const TRIES: u32 = 10;
/// The longest that is waited before the second try; twice as long before each further one.
const PAUSE: Duration = Duration::from_millis(4);

pub(super) struct Transactions {
    pool: Pool,
    clock: Arc<WriteClock>,
    /// For as many as may be under way. Whoever waits for a place and gives up has asked for nothing.
    places: Arc<Semaphore>,
    most: u32,
    retries: Arc<AtomicU64>,
}

impl Transactions {
    /// On the connections of this pool, some of which are left for those who read: a write may have to
    /// wait for another.
    pub(super) fn new(pool: Pool, clock: Clock) -> Self {
        let size = u32::try_from(pool.status().max_size).unwrap_or(u32::MAX);
        let most = (size - size / 4).max(1);
        let clock = Arc::new(WriteClock::new(clock));
        Self { pool, clock, places: Arc::new(Semaphore::new(most as usize)), most, retries: Arc::default() }
    }

    pub(super) async fn run<R: Send + 'static>(
        &self,
        deadline: Option<Instant>,
        work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let place = self.places.clone().acquire_owned().await.map_err(|_| InternalError::ShuttingDown)?;
        let (pool, clock, retries) = (self.pool.clone(), self.clock.clone(), self.retries.clone());
        // A task of its own: it goes on when the caller does not.
        let task = tokio::spawn(async move {
            let _place = place;
            until_done(&pool, &clock, &retries, deadline, work).await
        });
        task.await.map_err(|panic| InternalError::Panic(panic.to_string()))?
    }

    pub(super) fn figures(&self) -> WriteFigures {
        WriteFigures::AtOnce {
            under_way: (self.most as usize).saturating_sub(self.places.available_permits()),
            retries: self.retries.load(Ordering::Relaxed),
        }
    }

    /// Waits for those under way, and refuses new ones.
    pub(super) async fn stop(&self) {
        // Fails where that was done before.
        let _ = self.places.acquire_many(self.most).await;
        self.places.close();
    }
}

async fn until_done<R: Send + 'static>(
    pool: &Pool,
    clock: &Arc<WriteClock>,
    retries: &AtomicU64,
    deadline: Option<Instant>,
    mut work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
) -> Result<R, Error> {
    let mut tries = 1;
    loop {
        let clock = clock.clone();
        let ran = pool::begin(pool, "BEGIN", deadline, Place::Aside, move |conn, statements| {
            let end = attempt(conn, &clock, &mut work);
            statements.tidy(conn);
            (end, work)
        });
        let (pooled, (end, work_again)) = ran.await?;
        work = work_again;
        let error = match end {
            End::Committed(result) => {
                pooled.give_back();
                return Ok(result);
            }
            End::RolledBack(error) => {
                pooled.give_back();
                return Err(error);
            }
            End::MetOthers(error) => {
                pooled.give_back();
                error
            }
            End::Gone(error) => error,
            End::Lost(error) => return Err(error),
            End::Unknown(why) => return Err(InternalError::CommitOutcomeUnknown(why).into()),
        };
        if tries == TRIES {
            return Err(error.into());
        }
        retries.fetch_add(1, Ordering::Relaxed);
        tracing::debug!(tries, error = error.explain(), "a transaction is tried again");
        tokio::time::sleep(clock::jitter(PAUSE * 2u32.pow(tries - 1))).await;
        tries += 1;
    }
}

/// How a transaction ended.
enum End<R> {
    Committed(R),
    /// As it asked for itself, or for a reason that will not go away.
    RolledBack(Error),
    /// As `RolledBack`, and the connection went away.
    Lost(Error),
    /// It may go better the next time.
    MetOthers(InternalError),
    /// The connection went away before the commit was asked for, so there was none.
    Gone(InternalError),
    /// The connection went away in the commit.
    Unknown(String),
}

fn attempt<R>(
    conn: &mut Conn,
    clock: &WriteClock,
    work: &mut impl FnMut(&mut Conn, Timestamp) -> Result<R, Error>,
) -> End<R> {
    let work = || {
        clock.prepare(conn)?;
        work(conn, clock.next())
    };
    let result = panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(InternalError::from_panic(&*panic).into()));
    let error = match result {
        Ok(result) => match control(conn, "COMMIT") {
            Ok(()) => return End::Committed(result),
            Err(error) => {
                let met_others = met_others(&error);
                // Where there is nothing to roll back, there may have been a commit.
                return match conn.batch_execute("ROLLBACK") {
                    Ok(()) if met_others => End::MetOthers(error.into()),
                    Ok(()) => End::RolledBack(error.into()),
                    Err(_) => End::Unknown(error.to_string()),
                };
            }
        },
        Err(error) => error,
    };
    // Fails where the connection is gone, and with it the transaction.
    let rolled_back = conn.batch_execute("ROLLBACK");
    match error {
        Error::Internal(InternalError::DatabaseUnavailable(why)) => {
            End::Gone(InternalError::DatabaseUnavailable(why))
        }
        Error::Internal(InternalError::Database(error)) if rolled_back.is_err() => {
            End::Gone(InternalError::DatabaseUnavailable(error.to_string()))
        }
        // A refusal stands, but the connection is of no more use.
        error if rolled_back.is_err() => End::Lost(error),
        Error::Internal(InternalError::Database(error)) if met_others(&error) => {
            End::MetOthers(InternalError::Database(error))
        }
        error => End::RolledBack(error),
    }
}

/// Whether the transaction met others, and may have its way when it is tried again. That goes for
/// keys as well: whoever enters one has looked before whether it can, so that the second time the
/// transaction sees what it ran into, and says so.
fn met_others(error: &diesel::result::Error) -> bool {
    use diesel::result::DatabaseErrorKind::{ForeignKeyViolation, SerializationFailure, UniqueViolation};
    use diesel::result::Error::DatabaseError;

    match error {
        DatabaseError(SerializationFailure | UniqueViolation | ForeignKeyViolation, _) => true,
        DatabaseError(_, about) => about.message().contains("deadlock detected"),
        _ => false,
    }
}
