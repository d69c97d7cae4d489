//! The writes of a session: each in a transaction of its own, or in one with other fields of its operation.

use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::db::atomic_writes::AtomicMember;
use crate::db::idempotency::IdempotencyKey;
use crate::db::origin;
use crate::db::outcome::Outcome;
use crate::db::pending_write::{AnyOutcome, Isolation, PendingWrite, PerformedWrite, downcast, perform_all};
use crate::db::session::{Session, SnapshotState, check_deadline};
use crate::db::transactions::is_lock_conflict;
use crate::db::{Conn, WriteStrategy};
use crate::error::{Error, InternalError};
use crate::types::Timestamp;

/// The way in which the write of one field of a mutation runs.
#[derive(Debug, Default)]
pub struct FieldWrite {
    /// The idempotency key of the field.
    pub key: Option<IdempotencyKey>,
    /// The transaction that the field shares with others.
    pub member: Option<AtomicMember>,
    /// Whether the outcome is that of an earlier write with the same key.
    pub replayed: AtomicBool,
}

/// The error of writes, with the index of the write that failed; `None` if the transaction itself failed.
pub(in crate::db) type FailedWrite = (Option<usize>, Error);

/// Whether the error is a lock conflict; see [`is_lock_conflict`].
pub(super) fn is_internal_lock_conflict(error: &Error) -> bool {
    matches!(error, Error::Internal(InternalError::Database(error)) if is_lock_conflict(error))
}

/// Stands for no write where an index of a write is expected.
const NONE: usize = usize::MAX;

impl Session {
    /// Runs a write like [`Db::write`](crate::db::Db::write). Later reads of the session see it. Panics when `work`
    /// panics.
    ///
    /// `work` does not run if the field has an idempotency key that was used before. A mutation must call this at most
    /// once.
    pub async fn write<R: Outcome>(
        &self,
        work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.run_field(PendingWrite::new(Isolation::ReadCommitted, work)).await.and_then(downcast)
    }

    /// Runs a write like [`Session::write`] whose reads all come from one snapshot. A concurrent change of the rows that
    /// it changes is a conflict, and the write runs again. SQLite always works so.
    pub async fn write_repeatable_read<R: Outcome>(
        &self,
        work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.run_field(PendingWrite::new(Isolation::RepeatableRead, work)).await.and_then(downcast)
    }

    async fn run_field(&self, mut write: PendingWrite) -> Result<AnyOutcome, Error> {
        let Some(field) = &self.field else {
            return self.run_single(write).await?.outcome.map_err(Error::User);
        };
        write.key.clone_from(&field.key);
        let performed = match &field.member {
            Some(member) => member.submit(write).await?,
            None => self.run_single(write).await?,
        };
        field.replayed.store(performed.replayed, Ordering::Relaxed);
        performed.outcome.map_err(Error::User)
    }

    async fn run_single(&self, write: PendingWrite) -> Result<PerformedWrite, Error> {
        let performed = self.run_writes(vec![write]).await.map_err(|(_, error)| error)?;
        performed.into_iter().next().ok_or_else(|| InternalError::ShuttingDown.into())
    }

    /// Runs writes in one transaction. Later reads of the session see them.
    pub(in crate::db) async fn run_writes(
        &self,
        mut writes: Vec<PendingWrite>,
    ) -> Result<Vec<PerformedWrite>, FailedWrite> {
        if self.is_dry_run {
            return self.run_dry(writes).await;
        }
        let mut state = self.snapshot.state.lock().await;
        *state = SnapshotState::NotStarted;
        self.snapshot.has_written.store(true, Ordering::Relaxed);
        let (deadline, stats, guard) = (self.deadline, self.stats.clone(), self.guard.clone());
        let origin = self.origin.clone();
        let isolation = writes.iter().map(|write| write.isolation).max().unwrap_or(Isolation::ReadCommitted);
        let failed = Arc::new(AtomicUsize::new(NONE));
        let failed_write = failed.clone();
        let mut after_lock_conflict = false;
        let work = move |conn: &mut Conn, now| {
            failed_write.store(NONE, Ordering::Relaxed);
            check_deadline(deadline)?;
            let perform = || {
                if writes.len() > 1 {
                    conn.prepare_several_writes(after_lock_conflict).map_err(|error| (NONE, error.into()))?;
                }
                perform_all(&mut writes, conn, now)
            };
            let result = origin::with_origin(origin.clone(), || stats.around(perform));
            let performed = result.map_err(|(n, error)| {
                failed_write.store(n, Ordering::Relaxed);
                after_lock_conflict |= is_internal_lock_conflict(&error);
                error
            })?;
            // The guard is kept until the transaction has been committed.
            Ok((performed, guard.clone()))
        };
        let result = match &self.db.0.writing {
            WriteStrategy::Serialized(writer) => writer.run(work).await,
            // No other write shares the transaction, so it can be aborted at the deadline.
            WriteStrategy::Concurrent(transactions) => {
                let result = transactions.run(deadline, isolation.begin(), work).await;
                result.map_err(|error| match error {
                    Error::Internal(InternalError::Database(error)) => {
                        check_deadline(deadline).err().unwrap_or(InternalError::Database(error)).into()
                    }
                    error => error,
                })
            }
        };
        match result {
            Ok((performed, _)) => Ok(performed),
            Err(Error::Internal(InternalError::Panic(reason))) => panic::resume_unwind(Box::new(reason)),
            Err(error) => {
                let failed = failed.load(Ordering::Relaxed);
                Err(((failed != NONE).then_some(failed), error))
            }
        }
    }
}
