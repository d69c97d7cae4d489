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
use crate::error::{Error, InternalError};
use crate::observe::trail::Trail;

/// One request's view of the shop: all it reads is of one moment, until it writes.
pub struct Session {
    db: Db,
    moment: Mutex<Moment>,
    has_written: AtomicBool,
    trail: Arc<Trail>,
    /// After it, reads are interrupted, and writes are not begun.
    deadline: Option<Instant>,
    held: Option<Arc<dyn Any + Send + Sync>>,
}

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
    ) -> Result<R, InternalError> {
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
        let (reader, result) = task.await.map_err(|panic| InternalError::Panic(panic.to_string()))?;
        self.end(&mut moment, reader, result)
    }

    /// Reads of a few rows by key: at once, on this very thread, without a hop to another.
    pub async fn look_up<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, InternalError> {
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
        moment: &mut Moment,
        reader: Reader,
        result: QueryResult<thread::Result<R>>,
    ) -> Result<R, InternalError> {
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
            InternalError::DatabaseUnavailable(why) => {
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
                    Error::Internal(InternalError::Database(error)) => {
                        in_time(deadline).err().unwrap_or(InternalError::Database(error)).into()
                    }
                    error => error,
                })
            }
        };
        match result {
            Err(Error::Internal(InternalError::Panic(why))) => panic::resume_unwind(Box::new(why)),
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

    async fn reader(&self, moment: &mut Moment) -> Result<Reader, InternalError> {
        if let Some(reader) = self.reader_at_hand(moment).await? {
            return Ok(reader);
        }
        let new = pool::snapshot(&self.db.0.primary, self.deadline, Place::Here, |_| ());
        new.await.map(|(reader, ())| reader)
    }

    /// The snapshot that there is, or a new one of the replica; `None` where it has to be one of the
    /// primary.
    async fn reader_at_hand(&self, moment: &mut Moment) -> Result<Option<Reader>, InternalError> {
        match std::mem::take(moment) {
            Moment::Next => {}
            Moment::Of(reader) => return Ok(Some(reader)),
            Moment::Lost(why) => {
                *moment = Moment::Lost(why.clone());
                return Err(InternalError::DatabaseUnavailable(why));
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

fn in_time(deadline: Option<Instant>) -> Result<(), InternalError> {
    match deadline {
        Some(deadline) if Instant::now() >= deadline => Err(InternalError::DeadlineExceeded),
        _ => Ok(()),
    }
}
