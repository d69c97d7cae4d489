//! A write whose closure and result have no type parameters, so that the code that runs transactions is compiled once.

use std::any::Any;

use serde_json::Value;

use crate::db::Conn;
use crate::db::idempotency::{self, IdempotencyKey};
use crate::db::outcome::{self, Outcome};
use crate::error::{Error, InternalError, UserError, UserErrorKind};
use crate::types::Timestamp;

/// The result of a write, of the type that its workflow returns.
pub(super) type AnyOutcome = Box<dyn Any + Send>;

/// The closure of a write. Runs again after a conflict.
type ErasedWork = Box<dyn FnMut(&mut Conn, Timestamp) -> Result<AnyOutcome, Error> + Send>;

/// The isolation of a transaction on PostgreSQL. SQLite runs one write at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Isolation {
    /// Each statement reads what is committed when it starts.
    ReadCommitted,
    /// All statements read one snapshot. A concurrent change of a row that the write changes is a conflict.
    RepeatableRead,
}

impl Isolation {
    /// Returns the statement that begins a transaction on PostgreSQL.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::ReadCommitted => "BEGIN",
            Self::RepeatableRead => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        }
    }
}

/// A write that has not run yet.
pub(super) struct PendingWrite {
    work: ErasedWork,
    to_stored: fn(&AnyOutcome) -> Value,
    from_stored: fn(&mut Conn, &Value) -> Result<AnyOutcome, Error>,
    /// The isolation that the write needs.
    pub(super) isolation: Isolation,
    /// The idempotency key of the write.
    pub(super) key: Option<IdempotencyKey>,
}

/// A write that was performed, or whose outcome was found by its idempotency key.
pub(super) struct PerformedWrite {
    /// The outcome; errors if a record of a repeated write does not exist any more.
    pub(super) outcome: Result<AnyOutcome, Vec<UserError>>,
    /// Whether the outcome is that of an earlier write.
    pub(super) replayed: bool,
}

impl PendingWrite {
    pub(super) fn new<R: Outcome>(
        isolation: Isolation,
        mut work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Self {
        Self {
            work: Box::new(move |conn, now| Ok(Box::new(work(conn, now)?))),
            to_stored: |outcome| outcome.downcast_ref::<R>().map_or(Value::Null, R::to_stored),
            from_stored: |conn, stored| Ok(Box::new(R::from_stored(conn, stored)?)),
            isolation,
            key: None,
        }
    }

    /// Performs the write, or returns the outcome of its first use if it has an idempotency key that was used before.
    pub(super) fn perform(&mut self, conn: &mut Conn, now: Timestamp) -> Result<PerformedWrite, Error> {
        let Some(key) = &self.key else {
            return Ok(PerformedWrite { outcome: Ok((self.work)(conn, now)?), replayed: false });
        };
        let Some(first) = idempotency::reserve(conn, key, now)? else {
            let outcome = (self.work)(conn, now)?;
            idempotency::store_outcome(conn, key, (self.to_stored)(&outcome).to_string())?;
            return Ok(PerformedWrite { outcome: Ok(outcome), replayed: false });
        };
        if first.fingerprint != key.fingerprint {
            let kind = UserErrorKind::IdempotencyKeyReused { key: key.key.clone(), first_used_at: first.at };
            return Err(UserError::new(&[], kind).into());
        }
        let stored = serde_json::from_str(&first.outcome)
            .map_err(|_| outcome::invalid(&Value::String(first.outcome.clone())))?;
        let outcome = match (self.from_stored)(conn, &stored) {
            Ok(outcome) => Ok(outcome),
            // The write itself succeeded, so what shares its transaction is not rolled back.
            Err(Error::User(errors)) => Err(errors),
            Err(error) => return Err(error),
        };
        Ok(PerformedWrite { outcome, replayed: true })
    }

    /// Replaces the outcome by its current state, which later writes of the transaction may have changed. The outcome
    /// stays as it is if one of them has deleted it.
    fn reload(&self, conn: &mut Conn, performed: &mut PerformedWrite) -> Result<(), Error> {
        let Ok(outcome) = &performed.outcome else { return Ok(()) };
        match (self.from_stored)(conn, &(self.to_stored)(outcome)) {
            Ok(current) => performed.outcome = Ok(current),
            Err(Error::User(_)) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Performs writes in order, up to the first that fails: returns its index and error. The outcomes are those at the end.
pub(super) fn perform_all(
    writes: &mut [PendingWrite],
    conn: &mut Conn,
    now: Timestamp,
) -> Result<Vec<PerformedWrite>, (usize, Error)> {
    let mut performed = Vec::with_capacity(writes.len());
    for (n, write) in writes.iter_mut().enumerate() {
        performed.push(write.perform(conn, now).map_err(|error| (n, error))?);
    }
    if performed.len() > 1 {
        for (n, (write, performed)) in writes.iter().zip(&mut performed).enumerate() {
            write.reload(conn, performed).map_err(|error| (n, error))?;
        }
    }
    Ok(performed)
}

/// Returns an outcome of the type that the workflow returns.
pub(super) fn downcast<R: Outcome>(outcome: AnyOutcome) -> Result<R, Error> {
    let mismatch = |_| InternalError::CorruptData("a write returned an outcome of another type".to_owned());
    Ok(*outcome.downcast::<R>().map_err(mismatch)?)
}
