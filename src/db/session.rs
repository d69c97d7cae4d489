//! What one request sees and does: reads of one moment, until it writes.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use tokio::sync::Mutex;

use crate::db::pool::{self, Place, Reader};
use crate::db::types::Timestamp;
use crate::db::{Conn, Db, Writing, interrupt, lost};
use crate::error::{Error, Fault};
use crate::observe::trail::Trail;

/// One request's view of the shop: all it reads is of one moment, until it writes.
pub struct Session {
    db: Db,
    reader: Mutex<Option<Reader>>,
    has_written: AtomicBool,
    trail: Arc<Trail>,
    /// After it, reads are interrupted, and writes are not begun.
    deadline: Option<Instant>,
    held: Option<Arc<dyn Any + Send + Sync>>,
}

impl Session {
    pub(super) fn of(db: Db) -> Self {
        Self {
            db,
            reader: Mutex::default(),
            has_written: AtomicBool::default(),
            trail: Arc::new(Trail::new(Duration::MAX)),
            deadline: None,
            held: None,
        }
    }

    /// Reads are interrupted after that moment, and writes are not begun any more. One that has begun in
    /// a file is finished: others may share its transaction.
    #[must_use]
    pub fn until(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// Reads that may take a while: on the blocking pool.
    pub async fn read<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, Fault> {
        let mut slot = self.reader.lock().await;
        let mut reader = self.reader(&mut slot).await?;
        in_time(self.deadline)?;
        let work = self.caught(work);
        // The task owns the connection: when the request goes away in the middle, the read ends on
        // its own and gives the connection back.
        let task = tokio::spawn(async move {
            let result = reader.run(Place::Aside, work).await;
            (reader, result)
        });
        let (reader, result) = task.await.map_err(|panic| Fault::Panicked(panic.to_string()))?;
        self.end(&mut slot, reader, result)
    }

    /// Reads of a few rows by key: at once, on this very thread, without a hop to another.
    pub async fn look_up<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, Fault> {
        let mut slot = self.reader.lock().await;
        let mut reader = self.reader(&mut slot).await?;
        in_time(self.deadline)?;
        let result = reader.run(Place::Here, self.caught(work)).await;
        self.end(&mut slot, reader, result)
    }

    /// A read that leaves its trail, and keeps to its time. A panic is caught where it happens: it would
    /// be lost on its way from another thread.
    fn caught<R, W: FnOnce(&mut Conn) -> QueryResult<R>>(
        &self,
        work: W,
    ) -> impl FnOnce(&mut Conn) -> QueryResult<thread::Result<R>> + use<R, W> {
        let (deadline, trail, held) = (self.deadline, self.trail.clone(), self.held.clone());
        move |conn| {
            let _held = held;
            let work = || trail.around(|| interrupt::until(deadline, || work(conn)));
            match panic::catch_unwind(AssertUnwindSafe(work)) {
                Ok(result) => result.map(Ok),
                Err(panic) => Ok(Err(panic)),
            }
        }
    }

    /// What a read came to. One that panicked panics here, where it was asked for.
    fn end<R>(
        &self,
        slot: &mut Option<Reader>,
        reader: Reader,
        result: QueryResult<thread::Result<R>>,
    ) -> Result<R, Fault> {
        let result = match result {
            Ok(Err(panic)) => {
                // It may be in the middle of anything.
                reader.close();
                panic::resume_unwind(panic)
            }
            Ok(Ok(found)) => Ok(found),
            Err(error) => Err(in_time(self.deadline).err().unwrap_or_else(|| lost::of_read(error))),
        };
        *slot = Some(reader);
        result
    }

    /// Writes, as [`Db::write`]; what is read from here on sees it. Panics where the work does.
    pub async fn write<R: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let mut slot = self.reader.lock().await;
        *slot = None;
        self.has_written.store(true, Ordering::Relaxed);
        let (deadline, trail, held) = (self.deadline, self.trail.clone(), self.held.clone());
        let work = move |conn: &mut Conn, now| {
            in_time(deadline)?;
            let result = trail.around(|| work(conn, now))?;
            // Until the result has been committed.
            Ok((result, held.clone()))
        };
        let result = match &self.db.0.writing {
            Writing::InTurn(writer) => writer.run(work).await,
            // Here nobody shares the transaction, and it can be ended when it is late.
            Writing::AtOnce(transactions) => {
                let result = transactions.run(deadline, work).await;
                result.map_err(|error| match error {
                    Error::Fault(Fault::Database(error)) => {
                        in_time(deadline).err().unwrap_or(Fault::Database(error)).into()
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
    pub fn on(self, trail: Arc<Trail>) -> Self {
        Self { trail, ..self }
    }

    /// What it does holds this until it has really ended, also where nobody waits for it any more.
    #[must_use]
    pub fn holding(self, held: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        Self { held, ..self }
    }

    /// What it leaves behind.
    pub fn trail(&self) -> &Trail {
        &self.trail
    }

    async fn reader(&self, slot: &mut Option<Reader>) -> Result<Reader, Fault> {
        if let Some(reader) = slot.take() {
            return Ok(reader);
        }
        // A replica may not have got yet what was written a moment ago.
        let replica = self.db.0.replica.as_ref().filter(|_| !self.has_written.load(Ordering::Relaxed));
        if let Some(replica) = replica
            && let Some(reader) = replica.snapshot(self.deadline).await
        {
            return Ok(reader);
        }
        pool::snapshot(&self.db.0.primary, self.deadline).await
    }
}

fn in_time(deadline: Option<Instant>) -> Result<(), Fault> {
    match deadline {
        Some(deadline) if Instant::now() >= deadline => Err(Fault::TooLate),
        _ => Ok(()),
    }
}
