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
use crate::observe::operation::OperationStats;

/// One request's view of the shop: all it reads is of one moment, until it writes.
pub struct Session {
    db: Db,
    moment: Mutex<Moment>,
    has_written: AtomicBool,
    stats: Arc<OperationStats>,
    /// After it, reads are interrupted, and writes are not begun.
    deadline: Option<Instant>,
    held: Option<Arc<dyn Any + Send + Sync>>,
    /// Whether the request runs on a thread that it may keep busy.
    may_block: bool,
}

/// The maximum number of rows that are read on a thread that does I/O. In a release build it takes about a
/// millisecond.
const MAX_INLINE_ROWS: usize = 500;

/// The moment that is read.
#[derive(Default)]
enum Moment {
    /// That of the first read to come.
    #[default]
    Next,
    /// The one that this snapshot has.
    Of(Reader),
    /// The snapshot is gone, and any other would be of another moment. Why.
    Lost(String),
}

impl Session {
    pub(super) fn of(db: Db) -> Self {
        Self {
            db,
            moment: Mutex::default(),
            has_written: AtomicBool::default(),
            stats: Arc::new(OperationStats::new(Duration::MAX, None)),
            deadline: None,
            held: None,
            may_block: false,
        }
    }

    /// Reads are interrupted after that moment, and writes are not begun any more. One that has begun in
    /// a file is finished: others may share its transaction.
    #[must_use]
    pub fn until(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// Reads up to `rows` rows by their keys: on the calling thread if they are few, on the blocking pool if
    /// they are many.
    pub async fn read_rows<R: Send + 'static>(
        &self,
        rows: usize,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, Fault> {
        if rows <= MAX_INLINE_ROWS { self.read_inline(work).await } else { self.read_blocking(work).await }
    }

    /// Reads an unknown number of rows: on the blocking pool, or on the calling thread if that may block.
    pub async fn read_blocking<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, Fault> {
        if self.may_block {
            return self.read_inline(work).await;
        }
        let mut moment = self.moment.lock().await;
        let mut reader = self.reader(&mut moment).await?;
        in_time(self.deadline)?;
        let work = self.caught(work);
        // The task owns the connection: when the request goes away in the middle, the read ends on
        // its own and gives the connection back.
        let task = tokio::spawn(async move {
            let result = reader.run(Place::Aside, work).await;
            (reader, result)
        });
        let (reader, result) = task.await.map_err(|panic| Fault::Panicked(panic.to_string()))?;
        self.end(&mut moment, reader, result)
    }

    /// Reads a few rows by their keys, on the calling thread. PostgreSQL is always waited for on the blocking
    /// pool.
    pub async fn read_inline<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, Fault> {
        let mut moment = self.moment.lock().await;
        in_time(self.deadline)?;
        let work = self.caught(work);
        let (reader, result) = match self.reader_at_hand(&mut moment).await? {
            Some(mut reader) => {
                let result = reader.run(Place::Here, work).await;
                (reader, result)
            }
            None => pool::snapshot(&self.db.0.primary, self.deadline, Place::Here, work).await?,
        };
        self.end(&mut moment, reader, result)
    }

    /// A read that records its statements, and ends at the deadline. A panic is caught where it happens: it would
    /// be lost on its way from another thread.
    fn caught<R, W: FnOnce(&mut Conn) -> QueryResult<R>>(
        &self,
        work: W,
    ) -> impl FnOnce(&mut Conn) -> QueryResult<thread::Result<R>> + use<R, W> {
        let (deadline, stats, held) = (self.deadline, self.stats.clone(), self.held.clone());
        move |conn| {
            let _held = held;
            let work = || stats.around(|| interrupt::until(deadline, || work(conn)));
            match panic::catch_unwind(AssertUnwindSafe(work)) {
                Ok(result) => result.map(Ok),
                Err(panic) => Ok(Err(panic)),
            }
        }
    }

    /// What a read came to. One that panicked panics here, where it was asked for.
    fn end<R>(
        &self,
        moment: &mut Moment,
        reader: Reader,
        result: QueryResult<thread::Result<R>>,
    ) -> Result<R, Fault> {
        let fault = match result {
            Ok(Ok(found)) => {
                *moment = Moment::Of(reader);
                return Ok(found);
            }
            Ok(Err(panic)) => {
                // It may be in the middle of anything.
                reader.close();
                panic::resume_unwind(panic)
            }
            Err(error) => in_time(self.deadline).err().unwrap_or_else(|| lost::of_read(error)),
        };
        *moment = match &fault {
            Fault::Away(why) => {
                reader.close();
                Moment::Lost(why.clone())
            }
            _ => Moment::Of(reader),
        };
        Err(fault)
    }

    /// Writes, as [`Db::write`]; what is read from here on sees it. Panics where the work does.
    pub async fn write<R: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let mut moment = self.moment.lock().await;
        *moment = Moment::Next;
        self.has_written.store(true, Ordering::Relaxed);
        let (deadline, stats, held) = (self.deadline, self.stats.clone(), self.held.clone());
        let work = move |conn: &mut Conn, now| {
            in_time(deadline)?;
            let result = stats.around(|| work(conn, now))?;
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

    /// Records its statements there.
    #[must_use]
    pub fn recording(self, stats: Arc<OperationStats>) -> Self {
        Self { stats, ..self }
    }

    /// What it does holds this until it has really ended, also where nobody waits for it any more.
    #[must_use]
    pub fn holding(self, held: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        Self { held, ..self }
    }

    /// The request runs on a thread that it may keep busy, where `may_block` is true.
    #[must_use]
    pub fn on_blocking_thread(self, may_block: bool) -> Self {
        Self { may_block, ..self }
    }

    /// Returns the statistics of the operation.
    pub fn stats(&self) -> &OperationStats {
        &self.stats
    }

    async fn reader(&self, moment: &mut Moment) -> Result<Reader, Fault> {
        if let Some(reader) = self.reader_at_hand(moment).await? {
            return Ok(reader);
        }
        let new = pool::snapshot(&self.db.0.primary, self.deadline, Place::Here, |_| ());
        new.await.map(|(reader, ())| reader)
    }

    /// The snapshot that there is, or a new one of the replica; `None` where it has to be one of the
    /// primary.
    async fn reader_at_hand(&self, moment: &mut Moment) -> Result<Option<Reader>, Fault> {
        match std::mem::take(moment) {
            Moment::Next => {}
            Moment::Of(reader) => return Ok(Some(reader)),
            Moment::Lost(why) => {
                *moment = Moment::Lost(why.clone());
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

fn in_time(deadline: Option<Instant>) -> Result<(), Fault> {
    match deadline {
        Some(deadline) if Instant::now() >= deadline => Err(Fault::TooLate),
        _ => Ok(()),
    }
}
