//! The only place that knows which database it is. Everybody else has `Session::read` and
//! `Session::write`, and writes plain synchronous Diesel inside.

pub mod conn;
pub mod filter;
mod interrupt;
pub mod keys;
pub mod migrate;
pub mod page;
pub mod paged;
mod pool;
mod prefix;
#[rustfmt::skip]
pub mod schema;
pub mod statements;
pub mod types;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use diesel::prelude::*;
use tokio::sync::Mutex;

pub use conn::{Backend, Conn, columns};

use crate::clock::Clock;
use crate::db::pool::{Pool, Reader};
use crate::db::statements::Watch;
use crate::db::types::Timestamp;
use crate::db::writer::Writer;
use crate::error::{Error, Fault};

/// An open database: a pool of readers and one writer. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    readers: Pool,
    writer: Writer,
}

impl Db {
    /// Opens the file, creating it if it is not there. Runs no migration: see [`migrate`].
    pub fn open(path: impl Into<PathBuf>, clock: Clock) -> Result<Self, Fault> {
        Self::open_with(path.into(), clock, None)
    }

    /// As [`Db::open`]; `watch` is told of every statement, whoever runs it.
    pub fn open_watched(path: impl Into<PathBuf>, clock: Clock, watch: Watch) -> Result<Self, Fault> {
        Self::open_with(path.into(), clock, Some(watch))
    }

    fn open_with(path: PathBuf, clock: Clock, watch: Option<Watch>) -> Result<Self, Fault> {
        // The writer goes first: it turns the file into a WAL database.
        let writer = Writer::start(Conn::open_writer(&path)?, clock, watch.clone())?;
        let readers = pool::open(path, watch)?;
        Ok(Self(Arc::new(Inner { readers, writer })))
    }

    /// What one request sees and does.
    pub fn session(&self) -> Session {
        Session { db: self.clone(), reader: Mutex::default(), statements: Arc::default(), deadline: None }
    }

    /// Runs `work` on the writer, in a transaction of its own or in one it shares with others that
    /// were waiting. It is on disk when this returns, or undone when `work` fails or panics.
    ///
    /// The work goes on when the caller does not: dropping the future undoes nothing.
    pub async fn write<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        self.0.writer.run(work).await
    }

    /// Finishes the writes that are waiting, and refuses new ones.
    pub async fn close(&self) {
        self.0.writer.stop().await;
        self.0.readers.close();
    }
}

/// One request's view of the shop: all it reads is of one moment, until it writes.
pub struct Session {
    db: Db,
    reader: Mutex<Option<Reader>>,
    statements: Arc<AtomicU64>,
    /// After it, reads are interrupted, and writes are not begun.
    deadline: Option<Instant>,
}

impl Session {
    /// Reads are interrupted after that moment, and writes are not begun any more. One that has begun
    /// is finished: others may share its transaction.
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
        let deadline = self.deadline;
        in_time(deadline)?;
        let work = move |conn: &mut Conn| interrupt::until(deadline, || work(conn));
        // The task owns the connection: when the request goes away in the middle, the read ends on
        // its own and gives the connection back.
        let task = tokio::spawn(async move {
            let result = reader.run_blocking(work).await;
            (reader, result)
        });
        let (reader, result) = task.await.map_err(|panic| Fault::Panicked(panic.to_string()))?;
        self.count(&reader);
        *slot = Some(reader);
        result.map_err(|error| in_time(deadline).err().unwrap_or_else(|| error.into()))
    }

    /// Reads of a few rows by key: at once, on this very thread, without a hop to another.
    pub async fn look_up<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> Result<R, Fault> {
        let mut slot = self.reader.lock().await;
        let mut reader = self.reader(&mut slot).await?;
        let deadline = self.deadline;
        in_time(deadline)?;
        let result = reader.run_here(move |conn| interrupt::until(deadline, || work(conn))).await;
        self.count(&reader);
        *slot = Some(reader);
        result.map_err(|error| in_time(deadline).err().unwrap_or_else(|| error.into()))
    }

    /// Writes, as [`Db::write`]; what is read from here on sees it.
    pub async fn write<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let mut slot = self.reader.lock().await;
        *slot = None;
        let deadline = self.deadline;
        self.db
            .write(move |conn, now| {
                in_time(deadline)?;
                work(conn, now)
            })
            .await
    }

    /// Counts the statements that the reads of this request take.
    pub fn statements(&self) -> Arc<AtomicU64> {
        self.statements.clone()
    }

    async fn reader(&self, slot: &mut Option<Reader>) -> Result<Reader, Fault> {
        match slot.take() {
            Some(reader) => Ok(reader),
            None => pool::get(&self.db.0.readers).await,
        }
    }

    fn count(&self, reader: &Reader) {
        self.statements.fetch_add(reader.take_statements(), Ordering::Relaxed);
    }
}

fn in_time(deadline: Option<Instant>) -> Result<(), Fault> {
    match deadline {
        Some(deadline) if Instant::now() >= deadline => Err(Fault::TooLate),
        _ => Ok(()),
    }
}
