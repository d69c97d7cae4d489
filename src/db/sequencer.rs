//! Numbers the events of PostgreSQL after they have been committed.
//!
//! Transactions run concurrently, and a number that is drawn before COMMIT becomes visible in another order: a reader that
//! asks for larger numbers would miss the event of a transaction that commits late. Here, one transaction after the other
//! numbers the events that are committed, so a reader that sees a position sees all smaller ones, and a transaction that
//! takes long delays no event of others. Within one order or product, ids have the order of the changes, as the row is
//! inserted after the change, which has waited for its predecessor.
//!
//! Every instance numbers events: after its own commits, and each second those of instances that have ended. The thread
//! has a connection of its own, so that it does not wait for the pool.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use tokio::sync::watch;

use crate::db::{Address, Conn, Purpose};
use crate::error::InternalError;

/// The time between two looks at the log without own commits.
const INTERVAL: Duration = Duration::from_secs(1);

// The connection is not counted among those of requests, and a position that was seen must not be assigned again.
const SET_UP: &str = "
    SET application_name = 'oms sequencer';
    SET statement_timeout = 0;
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') IN ('off', 'local')";

const UNNUMBERED: &str =
    "SELECT count(*) AS number FROM (SELECT 1 FROM events WHERE position IS NULL LIMIT 1) AS unnumbered";

// The lock. The next statement sees everything that has been committed before the lock was granted.
const LOCK: &str = "SELECT head AS number FROM event_log FOR UPDATE";

const NUMBER: &str = "
    WITH new AS (
        SELECT id, row_number() OVER (ORDER BY id) AS n
        FROM (SELECT id FROM events WHERE position IS NULL ORDER BY id LIMIT 1000) AS unnumbered
    ), done AS (
        UPDATE events SET position = $1 + new.n FROM new WHERE events.id = new.id RETURNING 1
    )
    UPDATE event_log SET head = head + (SELECT count(*) FROM done) RETURNING head AS number";

/// The thread that numbers events.
pub(super) struct Sequencer {
    shared: Arc<SequencerShared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct SequencerShared {
    state: Mutex<SequencerState>,
    woken: Condvar,
    /// The last request that is done.
    done: watch::Sender<u64>,
}

#[derive(Default)]
struct SequencerState {
    /// The number of requests so far. Requests that arrive during a run are served by one more run.
    requested: u64,
    is_stopped: bool,
}

impl Sequencer {
    pub(super) fn start(address: Address) -> Result<Self, InternalError> {
        let (done, _) = watch::channel(0);
        let shared = Arc::new(SequencerShared { state: Mutex::default(), woken: Condvar::new(), done });
        let of_thread = shared.clone();
        let thread = thread::Builder::new()
            .name("sequencer".into())
            .spawn(move || of_thread.run(&address))
            .map_err(|error| InternalError::DatabaseOpen(error.to_string()))?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// Announces that events have been committed. Returns the number of the request.
    pub(super) fn request(&self) -> u64 {
        let mut state = self.shared.lock();
        state.requested += 1;
        self.shared.woken.notify_one();
        state.requested
    }

    /// Waits until the events that are committed now have been numbered, or could not be.
    pub(super) async fn catch_up(&self) {
        let mut done = self.shared.done.subscribe();
        let request = self.request();
        // Fails when the thread has ended.
        let _ = done.wait_for(|done| *done >= request).await;
    }

    /// Numbers the committed events and ends the thread.
    pub(super) async fn stop(&self) {
        self.shared.stop();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Sequencer {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

impl SequencerShared {
    fn lock(&self) -> MutexGuard<'_, SequencerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        self.lock().is_stopped = true;
        self.woken.notify_one();
    }

    fn run(&self, address: &Address) {
        let (mut conn, mut has_failed) = (None, false);
        let mut done = 0;
        loop {
            let (requested, is_stopped) = {
                let is_idle = |state: &mut SequencerState| state.requested == done && !state.is_stopped;
                let waited = self.woken.wait_timeout_while(self.lock(), INTERVAL, is_idle);
                let state = waited.unwrap_or_else(PoisonError::into_inner).0;
                (state.requested, state.is_stopped)
            };
            if !is_stopped || requested > done {
                match number_events(&mut conn, address) {
                    Ok(()) => has_failed = false,
                    Err(error) => {
                        conn = None;
                        // Logged once for each outage. Before the first migration, there is no log.
                        if !std::mem::replace(&mut has_failed, true) {
                            tracing::warn!(
                                error = error.explain(),
                                "events could not be numbered; trying again"
                            );
                        }
                    }
                }
            }
            done = requested;
            self.done.send_replace(done);
            if is_stopped {
                // Waiting requests that arrive now are answered at once.
                self.done.send_replace(u64::MAX);
                return;
            }
        }
    }
}

#[derive(QueryableByName)]
struct PositionRow {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Numbers all events that are committed, in batches.
fn number_events(conn: &mut Option<PgConnection>, address: &Address) -> Result<(), InternalError> {
    let conn = match conn {
        Some(conn) => conn,
        None => {
            let Conn::Postgres(mut new) = Conn::open(address, Purpose::Write)? else { return Ok(()) };
            new.batch_execute(SET_UP)?;
            conn.insert(new)
        }
    };
    number_committed(conn)?;
    Ok(())
}

/// Numbers all events that are committed. Must be called outside of a transaction.
pub(super) fn number_committed(conn: &mut PgConnection) -> QueryResult<()> {
    while diesel::sql_query(UNNUMBERED).get_result::<PositionRow>(conn)?.number > 0 {
        conn.transaction(|conn| {
            let head = diesel::sql_query(LOCK).get_result::<PositionRow>(conn)?.number;
            diesel::sql_query(NUMBER).bind::<BigInt, _>(head).get_result::<PositionRow>(conn)
        })?;
    }
    Ok(())
}
