//! Writes that are kept until the end of their request and then rolled back. All of them, and the reads of the request,
//! use one transaction: on SQLite the connection of the writer, which is lent to the request, on PostgreSQL a connection
//! of the pool.

use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use crate::db::origin;
use crate::db::pending_write::{Isolation, PendingWrite, PerformedWrite, perform_all};
use crate::db::pool::{Reader, RunOn};
use crate::db::session::writes::{FailedWrite, is_internal_lock_conflict};
use crate::db::session::{Session, SnapshotState, check_deadline};
use crate::db::statements::execute_command;
use crate::db::transactions::is_conflict;
use crate::db::{Conn, WriteStrategy, lent_connection};
use crate::error::{Error, InternalError};
use crate::observe::operation::OperationStats;
use crate::types::Timestamp;

/// The writes of a dry run so far.
#[derive(Default)]
pub(super) struct DryRun {
    /// The writes of each step, which run again in another transaction after a conflict.
    steps: Vec<DryRunStep>,
    /// The time of the transaction.
    now: Timestamp,
}

/// Writes that succeed or fail together.
type DryRunStep = Vec<PendingWrite>;

/// The result of the last step.
type StepResult = Result<Vec<PerformedWrite>, FailedWrite>;

impl Session {
    /// Rolls back all writes of the session when it is dropped. Its reads see them until then.
    #[must_use]
    pub fn with_dry_run(self, is_dry_run: bool) -> Self {
        Self { is_dry_run, ..self }
    }

    /// Runs writes in a savepoint of the transaction of the dry run. Opens the transaction before the first one.
    pub(super) async fn run_dry(&self, writes: Vec<PendingWrite>) -> StepResult {
        let mut state = self.snapshot.state.lock().await;
        let mut dry_run = self.snapshot.take_dry_run();
        // A snapshot that was opened before the first write does not see it.
        let mut reader = match mem::take(&mut *state) {
            SnapshotState::Open(reader) if !dry_run.steps.is_empty() => Some(reader),
            _ => None,
        };
        dry_run.steps.push(writes);
        let (mut attempts, mut after_lock_conflict) = (1, false);
        loop {
            check_deadline(self.deadline).map_err(|error| (None, error.into()))?;
            let (mut open, first) = match reader.take() {
                Some(open) => (open, dry_run.steps.len() - 1),
                None => {
                    let (open, now) = self.open_dry_run().await.map_err(|error| (None, error))?;
                    dry_run.now = now;
                    (open, 0)
                }
            };
            let (mut steps, now) = (mem::take(&mut dry_run.steps), dry_run.now);
            let (stats, guard, origin) = (self.stats.clone(), self.guard.clone(), self.origin.clone());
            let ran = open.run(RunOn::BlockingPool, move |conn| {
                let _guard = guard;
                let prepared =
                    if first == 0 { conn.prepare_several_writes(after_lock_conflict) } else { Ok(()) };
                let result = match prepared {
                    Ok(()) => origin::with_origin(origin, || run_steps(&mut steps, first, conn, now, &stats)),
                    Err(error) => Err((None, error.into())),
                };
                Ok((result, steps))
            });
            let result = match ran.await {
                Ok((result, steps)) => {
                    dry_run.steps = steps;
                    result
                }
                // The connection is lost.
                Err(error) => Err((None, error.into())),
            };
            let conflict = match &result {
                Err((_, Error::Internal(InternalError::Database(error)))) if is_conflict(error) => {
                    Some(InternalError::Database(error.clone()))
                }
                _ => None,
            };
            if let Err((_, error)) = &result {
                after_lock_conflict |= is_internal_lock_conflict(error);
            }
            if let (Some(error), WriteStrategy::Concurrent(transactions)) = (&conflict, &self.db.0.writing) {
                drop(open);
                if transactions.pause_before_retry(attempts, error).await {
                    attempts += 1;
                    continue;
                }
                return result;
            }
            match result {
                Err((_, Error::Internal(InternalError::Panic(reason)))) => {
                    panic::resume_unwind(Box::new(reason));
                }
                Err((failed, Error::Internal(error))) => {
                    // The transaction is in an unknown state.
                    drop(open);
                    let error = check_deadline(self.deadline).err().unwrap_or(error);
                    return Err((failed, error.into()));
                }
                result => {
                    if result.is_err() {
                        dry_run.steps.pop();
                    }
                    *state = SnapshotState::Open(open);
                    self.snapshot.put_dry_run(dry_run);
                    return result;
                }
            }
        }
    }

    async fn open_dry_run(&self) -> Result<(Reader, Timestamp), Error> {
        match &self.db.0.writing {
            WriteStrategy::Serialized(_) => {
                let (lent, now) = lent_connection::lend(self.db.clone(), self.deadline).await?;
                Ok((lent.into(), now))
            }
            // Reads between the writes, and after them, see one snapshot.
            WriteStrategy::Concurrent(transactions) => {
                Ok(transactions.open(self.deadline, Isolation::RepeatableRead.begin()).await?)
            }
        }
    }
}

/// Runs the steps from `first` on, each in a savepoint, and returns the result of the last one. The steps before the last
/// have succeeded earlier; a conflict may make them fail now.
fn run_steps(
    steps: &mut [DryRunStep],
    first: usize,
    conn: &mut Conn,
    now: Timestamp,
    stats: &Arc<OperationStats>,
) -> StepResult {
    let mut result = Ok(Vec::new());
    for step in &mut steps[first..] {
        execute_command(conn, "SAVEPOINT dry_run").map_err(|error| (None, error.into()))?;
        let work = || stats.around(|| perform_all(step, conn, now));
        result = match panic::catch_unwind(AssertUnwindSafe(work)) {
            Ok(result) => result.map_err(|(failed, error)| (Some(failed), error)),
            Err(panic) => Err((None, InternalError::from_panic(&*panic).into())),
        };
        let undone = if result.is_ok() { Ok(()) } else { execute_command(conn, "ROLLBACK TO dry_run") };
        let released = undone.and_then(|()| execute_command(conn, "RELEASE dry_run"));
        match result {
            Err((_, Error::Internal(_))) => return result,
            _ => released.map_err(|error| (None, error.into()))?,
        }
    }
    result
}
