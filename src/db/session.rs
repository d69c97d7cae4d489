//! The reads and writes of one request.

mod dry_run;
mod writes;

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use tokio::sync::Mutex;

use crate::db::origin::WriteOrigin;
use crate::db::pool::{self, Reader, RunOn};
use crate::db::session::dry_run::DryRun;
pub use crate::db::session::writes::FieldWrite;
use crate::db::{Conn, Db, connection_errors, interrupt};
use crate::error::InternalError;
use crate::observe::operation::OperationStats;

/// The database access of one request. All reads come from one snapshot, until the request writes.
pub struct Session {
    db: Db,
    /// Shared by the sessions of the fields of a mutation.
    snapshot: Arc<Snapshot>,
    stats: Arc<OperationStats>,
    /// Reads are interrupted and writes are no longer started after this time.
    deadline: Option<Instant>,
    /// Kept until the work of the session has ended, even when its future was dropped.
    guard: Option<Arc<dyn Any + Send + Sync>>,
    /// The origin that is recorded with the events of writes.
    origin: Option<Arc<WriteOrigin>>,
    /// Whether the request runs on a thread that it may keep busy.
    may_block: bool,
    /// Whether the request reads with a single statement, which needs no snapshot.
    single_statement: bool,
    /// The way in which the field of this session writes. `None`: in a transaction of its own.
    field: Option<Arc<FieldWrite>>,
    /// Whether the writes are rolled back at the end.
    is_dry_run: bool,
}

/// The snapshot of a request.
#[derive(Default)]
struct Snapshot {
    state: Mutex<SnapshotState>,
    has_written: AtomicBool,
    dry_run: std::sync::Mutex<DryRun>,
}

impl Snapshot {
    fn take_dry_run(&self) -> DryRun {
        std::mem::take(&mut *self.dry_run.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put_dry_run(&self, dry_run: DryRun) {
        *self.dry_run.lock().unwrap_or_else(PoisonError::into_inner) = dry_run;
    }
}

/// The maximum number of rows that are read on a thread that does I/O. In a release build this takes about a
/// millisecond.
const MAX_INLINE_ROWS: usize = 500;

/// The maximum time to wait for the positions of events.
const MAX_NUMBERING_WAIT: Duration = Duration::from_secs(1);

/// The snapshot that a session reads.
#[derive(Default)]
enum SnapshotState {
    /// The next read opens a snapshot.
    #[default]
    NotStarted,
    /// All reads use this connection, which is in a read-only transaction.
    Open(Reader),
    /// The single statement of the request was read without a snapshot.
    NotNeeded,
    /// The connection was lost, with this error. Another snapshot would show other data.
    Lost(String),
}

impl Session {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            snapshot: Arc::default(),
            stats: Arc::new(OperationStats::new(Duration::MAX, None)),
            deadline: None,
            guard: None,
            origin: None,
            may_block: false,
            single_statement: false,
            field: None,
            is_dry_run: false,
        }
    }

    /// Returns the session of one field of a mutation. Its reads come from the same snapshot as those of `self`.
    pub fn of_field(&self, field: Arc<FieldWrite>) -> Self {
        Self {
            db: self.db.clone(),
            snapshot: self.snapshot.clone(),
            stats: self.stats.clone(),
            deadline: self.deadline,
            guard: self.guard.clone(),
            origin: self.origin.clone(),
            may_block: self.may_block,
            single_statement: false,
            field: Some(field),
            is_dry_run: self.is_dry_run,
        }
    }

    /// Sets the deadline: reads are interrupted and writes are not started after it. A write to SQLite that has started
    /// is finished, because other writes may share its transaction.
    #[must_use]
    pub fn with_deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// Announces that the request only reads, and runs at most one statement. The statement then runs without a
    /// transaction, which saves two round trips on PostgreSQL. A replica is read in a transaction all the same, because
    /// its BEGIN tells whether the replica is available.
    #[must_use]
    pub fn with_single_statement(self, single_statement: bool) -> Self {
        Self { single_statement, ..self }
    }

    /// Reads up to `rows` rows by their keys: on the calling thread if they are few, on the blocking pool if
    /// they are many.
    pub async fn read_rows<R: Send + 'static>(
        &self,
        rows: usize,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, InternalError> {
        if rows <= MAX_INLINE_ROWS { self.read_inline(work).await } else { self.read_blocking(work).await }
    }

    /// Reads an unknown number of rows: on the blocking pool, or on the calling thread if that may block.
    pub async fn read_blocking<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, InternalError> {
        if self.may_block {
            return self.read_inline(work).await;
        }
        let mut snapshot = self.snapshot.state.lock().await;
        if self.needs_no_snapshot(&snapshot) {
            return self.read_single(&mut snapshot, RunOn::BlockingPool, work).await;
        }
        let mut reader = self.reader(&mut snapshot).await?;
        check_deadline(self.deadline)?;
        let work = self.instrumented(work);
        // The task owns the connection: when the caller is cancelled, the read still ends and returns the
        // connection to the pool.
        let task = tokio::spawn(async move {
            let result = reader.run(RunOn::BlockingPool, work).await;
            (reader, result)
        });
        let (reader, result) = task.await.map_err(|panic| InternalError::Panic(panic.to_string()))?;
        self.finish(&mut snapshot, reader, result)
    }

    /// Runs reads of a few rows by key, on the calling thread for SQLite: a hop to another thread takes longer.
    pub async fn read_inline<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, InternalError> {
        let mut snapshot = self.snapshot.state.lock().await;
        if self.needs_no_snapshot(&snapshot) {
            return self.read_single(&mut snapshot, RunOn::CallerThread, work).await;
        }
        check_deadline(self.deadline)?;
        let work = self.instrumented(work);
        let (reader, result) = match self.open_reader(&mut snapshot).await? {
            Some(mut reader) => {
                let result = reader.run(RunOn::CallerThread, work).await;
                (reader, result)
            }
            None => pool::snapshot(&self.db.0.primary, self.deadline, RunOn::CallerThread, work).await?,
        };
        self.finish(&mut snapshot, reader, result)
    }

    /// Whether the next read can run without a transaction.
    fn needs_no_snapshot(&self, snapshot: &SnapshotState) -> bool {
        debug_assert!(!matches!(snapshot, SnapshotState::NotNeeded), "a single statement was announced");
        self.single_statement
            && matches!(snapshot, SnapshotState::NotStarted)
            && !self.snapshot.has_written.load(Ordering::Relaxed)
            && self.db.0.replica.is_none()
    }

    /// Runs the only read of the request, without a transaction.
    async fn read_single<R: Send + 'static>(
        &self,
        snapshot: &mut SnapshotState,
        run_on: RunOn,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, InternalError> {
        check_deadline(self.deadline)?;
        let (pool, deadline, before) = (self.db.0.primary.clone(), self.deadline, self.stats.statements());
        let work = self.instrumented(work);
        *snapshot = SnapshotState::NotNeeded;
        let result = match run_on {
            RunOn::CallerThread => pool::read_single(&pool, deadline, run_on, work).await?,
            // As in `read_blocking`: when the caller is cancelled, the task returns the connection to the pool.
            RunOn::BlockingPool => {
                let task =
                    tokio::spawn(async move { pool::read_single(&pool, deadline, run_on, work).await });
                task.await.map_err(|panic| InternalError::Panic(panic.to_string()))??
            }
        };
        debug_assert!(self.stats.statements() <= before + 1, "a single statement was announced");
        match result {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(panic)) => panic::resume_unwind(panic),
            Err(error) => Err(self.read_error(error)),
        }
    }

    /// Returns the error of a failed read, which may be that the deadline has passed.
    fn read_error(&self, error: diesel::result::Error) -> InternalError {
        check_deadline(self.deadline).err().unwrap_or_else(|| connection_errors::read_error(error))
    }

    /// Wraps a read so that it is recorded and ends at the deadline. A panic is caught on the thread that reads, as
    /// the thread pool would drop it.
    fn instrumented<R, W: FnOnce(&mut Conn) -> QueryResult<R>>(
        &self,
        work: W,
    ) -> impl FnOnce(&mut Conn) -> QueryResult<thread::Result<R>> + use<R, W> {
        let (deadline, stats, guard) = (self.deadline, self.stats.clone(), self.guard.clone());
        move |conn| {
            let _guard = guard;
            let work = || stats.around(|| interrupt::with_deadline(deadline, || work(conn)));
            match panic::catch_unwind(AssertUnwindSafe(work)) {
                Ok(result) => result.map(Ok),
                Err(panic) => Ok(Err(panic)),
            }
        }
    }

    /// Returns the result of a read and updates the snapshot. Resumes the panic of a read that panicked.
    fn finish<R>(
        &self,
        snapshot: &mut SnapshotState,
        reader: Reader,
        result: QueryResult<thread::Result<R>>,
    ) -> Result<R, InternalError> {
        let error = match result {
            Ok(Ok(found)) => {
                *snapshot = SnapshotState::Open(reader);
                return Ok(found);
            }
            Ok(Err(panic)) => {
                // The transaction is in an unknown state.
                reader.close();
                panic::resume_unwind(panic)
            }
            Err(error) => self.read_error(error),
        };
        *snapshot = match &error {
            InternalError::DatabaseUnavailable(reason) => {
                reader.close();
                SnapshotState::Lost(reason.clone())
            }
            _ => SnapshotState::Open(reader),
        };
        Err(error)
    }

    /// Waits until the events of the changes so far have a position in the log, and directs all further reads to the
    /// primary: a replica may not have them.
    pub async fn number_events(&self) {
        self.snapshot.has_written.store(true, Ordering::Relaxed);
        // While a command locks the log, events get no position, and none is missed.
        let _ = tokio::time::timeout(MAX_NUMBERING_WAIT, self.db.number_events()).await;
    }

    /// Directs all further reads to the primary instead of a replica.
    #[must_use]
    pub fn on_primary(self) -> Self {
        self.snapshot.has_written.store(true, Ordering::Relaxed);
        self
    }

    /// Records the statements of the session in `stats`.
    #[must_use]
    pub fn with_stats(self, stats: Arc<OperationStats>) -> Self {
        Self { stats, ..self }
    }

    /// Keeps `guard` until the work of the session has ended, even when its future was dropped.
    #[must_use]
    pub fn with_guard(self, guard: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        Self { guard, ..self }
    }

    /// Records this origin with the events of writes.
    #[must_use]
    pub fn with_origin(self, origin: WriteOrigin) -> Self {
        Self { origin: Some(Arc::new(origin)), ..self }
    }

    /// Allows the session to keep its thread busy, where `may_block` is true.
    #[must_use]
    pub fn on_blocking_thread(self, may_block: bool) -> Self {
        Self { may_block, ..self }
    }

    /// Returns the record of the statements so far.
    pub fn stats(&self) -> &OperationStats {
        &self.stats
    }

    async fn reader(&self, snapshot: &mut SnapshotState) -> Result<Reader, InternalError> {
        if let Some(reader) = self.open_reader(snapshot).await? {
            return Ok(reader);
        }
        let new = pool::snapshot(&self.db.0.primary, self.deadline, RunOn::CallerThread, |_| ());
        new.await.map(|(reader, ())| reader)
    }

    /// Returns the open snapshot or a new one of the replica; `None` when the primary must be read.
    async fn open_reader(&self, snapshot: &mut SnapshotState) -> Result<Option<Reader>, InternalError> {
        match std::mem::take(snapshot) {
            SnapshotState::NotStarted | SnapshotState::NotNeeded => {}
            SnapshotState::Open(reader) => return Ok(Some(reader)),
            SnapshotState::Lost(reason) => {
                *snapshot = SnapshotState::Lost(reason.clone());
                return Err(InternalError::DatabaseUnavailable(reason));
            }
        }
        // A replica may lag behind the write of the session.
        let replica =
            self.db.0.replica.as_ref().filter(|_| !self.snapshot.has_written.load(Ordering::Relaxed));
        match replica {
            Some(replica) => Ok(replica.snapshot(self.deadline).await),
            None => Ok(None),
        }
    }
}

fn check_deadline(deadline: Option<Instant>) -> Result<(), InternalError> {
    match deadline {
        Some(deadline) if Instant::now() >= deadline => Err(InternalError::DeadlineExceeded),
        _ => Ok(()),
    }
}
