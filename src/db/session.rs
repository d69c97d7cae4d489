//! What one request sees and does: reads of one snapshot, until it writes.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use tokio::sync::Mutex;

use crate::db::pool::{self, Reader, RunOn};
use crate::db::{Conn, Db, WriteStrategy, connection_errors, interrupt};
use crate::error::{Error, Fault};
use crate::observe::trail::Trail;
use crate::types::Timestamp;

/// One request's view of the shop: all it reads is of one snapshot, until it writes.
pub struct Session {
    db: Db,
    snapshot: Mutex<SnapshotState>,
    has_written: AtomicBool,
    trail: Arc<Trail>,
    /// After it, reads are interrupted, and writes are not begun.
    deadline: Option<Instant>,
    guard: Option<Arc<dyn Any + Send + Sync>>,
}

/// The moment that is read.
#[derive(Default)]
enum SnapshotState {
    /// That of the first read to come.
    #[default]
    NotStarted,
    /// The one that this snapshot has.
    Open(Reader),
    /// The snapshot is gone, and any other would be of another snapshot. Why.
    Lost(String),
}

impl Session {
    pub(super) fn new(db: Db) -> Self {
        Self {
            db,
            snapshot: Mutex::default(),
            has_written: AtomicBool::default(),
            trail: Arc::new(Trail::new(Duration::MAX)),
            deadline: None,
            guard: None,
        }
    }

    /// Reads are interrupted after that snapshot, and writes are not begun any more. One that has begun in
    /// a file is finished: others may share its transaction.
    #[must_use]
    pub fn with_deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// Reads that may take a while: on the blocking pool.
    pub async fn read_blocking<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, Fault> {
        let mut snapshot = self.snapshot.lock().await;
        let mut reader = self.reader(&mut snapshot).await?;
        check_deadline(self.deadline)?;
        let work = self.instrumented(work);
        // The task owns the connection: when the request goes away in the middle, the read ends on
        // its own and gives the connection back.
        let task = tokio::spawn(async move {
            let result = reader.run(RunOn::BlockingPool, work).await;
            (reader, result)
        });
        let (reader, result) = task.await.map_err(|panic| Fault::Panicked(panic.to_string()))?;
        self.finish(&mut snapshot, reader, result)
    }

    /// Reads of a few rows by key: at once, on this very thread, without a hop to another.
    pub async fn read_inline<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, Fault> {
        let mut snapshot = self.snapshot.lock().await;
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

    /// A read that leaves its trail, and keeps to its time. A panic is caught where it happens: it would
    /// be lost on its way from another thread.
    fn instrumented<R, W: FnOnce(&mut Conn) -> QueryResult<R>>(
        &self,
        work: W,
    ) -> impl FnOnce(&mut Conn) -> QueryResult<thread::Result<R>> + use<R, W> {
        let (deadline, trail, guard) = (self.deadline, self.trail.clone(), self.guard.clone());
        move |conn| {
            let _guard = guard;
            let work = || trail.around(|| interrupt::with_deadline(deadline, || work(conn)));
            match panic::catch_unwind(AssertUnwindSafe(work)) {
                Ok(result) => result.map(Ok),
                Err(panic) => Ok(Err(panic)),
            }
        }
    }

    /// What a read came to. One that panicked panics here, where it was asked for.
    fn finish<R>(
        &self,
        snapshot: &mut SnapshotState,
        reader: Reader,
        result: QueryResult<thread::Result<R>>,
    ) -> Result<R, Fault> {
        let fault = match result {
            Ok(Ok(found)) => {
                *snapshot = SnapshotState::Open(reader);
                return Ok(found);
            }
            Ok(Err(panic)) => {
                // It may be in the middle of anything.
                reader.close();
                panic::resume_unwind(panic)
            }
            Err(error) => {
                check_deadline(self.deadline).err().unwrap_or_else(|| connection_errors::read_fault(error))
            }
        };
        *snapshot = match &fault {
            Fault::Away(why) => {
                reader.close();
                SnapshotState::Lost(why.clone())
            }
            _ => SnapshotState::Open(reader),
        };
        Err(fault)
    }

    /// Writes, as [`Db::write`]; what is read from here on sees it. Panics where the work does.
    pub async fn write<R: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let mut snapshot = self.snapshot.lock().await;
        *snapshot = SnapshotState::NotStarted;
        self.has_written.store(true, Ordering::Relaxed);
        let (deadline, trail, guard) = (self.deadline, self.trail.clone(), self.guard.clone());
        let work = move |conn: &mut Conn, now| {
            check_deadline(deadline)?;
            let result = trail.around(|| work(conn, now))?;
            // Until the result has been committed.
            Ok((result, guard.clone()))
        };
        let result = match &self.db.0.writing {
            WriteStrategy::Serialized(writer) => writer.run(work).await,
            // Here nobody shares the transaction, and it can be ended when it is late.
            WriteStrategy::Concurrent(transactions) => {
                let result = transactions.run(deadline, work).await;
                result.map_err(|error| match error {
                    Error::Fault(Fault::Database(error)) => {
                        check_deadline(deadline).err().unwrap_or(Fault::Database(error)).into()
                    }
                    error => error,
                })
            }
        };
        match result {
            Err(Error::Fault(Fault::Panicked(why))) => panic::resume_unwind(Box::new(why)),
            result => result.map(|(result, _)| result),
        }
    }

    /// From here on reads are of where the truth is, and of no replica.
    #[must_use]
    pub fn on_primary(self) -> Self {
        self.has_written.store(true, Ordering::Relaxed);
        self
    }

    /// Leaves its trail there.
    #[must_use]
    pub fn with_stats(self, trail: Arc<Trail>) -> Self {
        Self { trail, ..self }
    }

    /// What it does holds this until it has really ended, also where nobody waits for it any more.
    #[must_use]
    pub fn with_guard(self, guard: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        Self { guard, ..self }
    }

    /// What it leaves behind.
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    async fn reader(&self, snapshot: &mut SnapshotState) -> Result<Reader, Fault> {
        if let Some(reader) = self.open_reader(snapshot).await? {
            return Ok(reader);
        }
        let new = pool::snapshot(&self.db.0.primary, self.deadline, RunOn::CallerThread, |_| ());
        new.await.map(|(reader, ())| reader)
    }

    /// The snapshot that there is, or a new one of the replica; `None` where it has to be one of the
    /// primary.
    async fn open_reader(&self, snapshot: &mut SnapshotState) -> Result<Option<Reader>, Fault> {
        match std::mem::take(snapshot) {
            SnapshotState::NotStarted => {}
            SnapshotState::Open(reader) => return Ok(Some(reader)),
            SnapshotState::Lost(why) => {
                *snapshot = SnapshotState::Lost(why.clone());
                return Err(Fault::Away(why));
            }
        }
        // A replica may not have got yet what was written a moment ago.
        let replica = self.db.0.replica.as_ref().filter(|_| !self.has_written.load(Ordering::Relaxed));
        match replica {
            Some(replica) => Ok(replica.snapshot(self.deadline).await),
            None => Ok(None),
        }
    }
}

fn check_deadline(deadline: Option<Instant>) -> Result<(), Fault> {
    match deadline {
        Some(deadline) if Instant::now() >= deadline => Err(Fault::TooLate),
        _ => Ok(()),
    }
}
