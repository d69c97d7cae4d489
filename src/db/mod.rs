//! The only place that knows which database it is. Everybody else has `Session::read` and
//! `Session::write`, and writes plain synchronous Diesel inside.

pub mod address;
pub mod bulk;
pub mod conn;
pub mod figures;
pub mod filter;
mod interrupt;
pub mod keys;
pub mod locked;
mod lost;
pub mod migrate;
pub mod page;
pub mod paged;
mod plan;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod prefix;
mod replica;
#[rustfmt::skip]
pub mod schema;
mod sqlite;
pub mod statements;
mod transactions;
pub mod types;
pub mod whole;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use tokio::sync::Mutex;

pub use address::Address;
pub use conn::{Backend, Conn, Purpose, columns};

use crate::clock::Clock;
use crate::db::figures::{Figures, WriteFigures};
use crate::db::pool::{Place, Pool, Reader};
use crate::db::replica::Replica;
use crate::db::statements::Watch;
use crate::db::transactions::Transactions;
use crate::db::types::Timestamp;
use crate::db::writer::Writer;
use crate::error::{Error, Fault};
use crate::observe::trail::Trail;

/// How many requests read a file at once; others wait for their turn.
const READERS: usize = 16;

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    /// Connections to where the truth is.
    primary: Pool,
    replica: Option<Replica>,
    writing: Writing,
}

/// How writes get along with each other.
enum Writing {
    /// One after the other.
    InTurn(Writer),
    /// Side by side.
    AtOnce(Transactions),
}

impl Db {
    /// Opens the database; a file is created if it is not there. Runs no migration: see [`migrate`].
    pub fn open(address: impl Into<Address>, clock: Clock) -> Result<Self, Fault> {
        Self::open_with(address.into(), clock, None)
    }

    /// As [`Db::open`]; `watch` is told of every statement, whoever runs it.
    pub fn open_watched(address: impl Into<Address>, clock: Clock, watch: Watch) -> Result<Self, Fault> {
        Self::open_with(address.into(), clock, Some(watch))
    }

    fn open_with(address: Address, clock: Clock, watch: Option<Watch>) -> Result<Self, Fault> {
        let inner = match address {
            Address::File(_) => {
                // The writer goes first: it turns the file into a WAL database.
                let conn = Conn::open(&address, Purpose::Write)?;
                let writer = Writer::start(conn, clock, watch.clone())?;
                let primary = pool::open(address, Purpose::Read, READERS, watch)?;
                Inner { primary, replica: None, writing: Writing::InTurn(writer) }
            }
            Address::Server(server) => {
                let size = server.connections;
                let of = |url| Address::Server(address::Server { url, read_url: None, connections: size });
                let replica = server.read_url.clone().map(|url| {
                    Ok::<_, Fault>(Replica::new(pool::open(of(url), Purpose::Read, size, watch.clone())?))
                });
                let primary = pool::open(of(server.url), Purpose::Write, size, watch.clone())?;
                let writing = Writing::AtOnce(Transactions::new(primary.clone(), clock));
                Inner { primary, replica: replica.transpose()?, writing }
            }
        };
        Ok(Self(Arc::new(inner)))
    }

    /// What one request sees and does.
    pub fn session(&self) -> Session {
        Session {
            db: self.clone(),
            reader: Mutex::default(),
            has_written: AtomicBool::default(),
            trail: Arc::new(Trail::new(Duration::MAX)),
            deadline: None,
        }
    }

    /// Runs `work` in a transaction. It is on disk when this returns, or undone when `work` fails or
    /// panics. `work` may run several times, where it meets others; what the earlier runs did is
    /// undone.
    ///
    /// The work goes on when the caller does not: dropping the future undoes nothing.
    pub async fn write<R: Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        match &self.0.writing {
            Writing::InTurn(writer) => writer.run(work).await,
            Writing::AtOnce(transactions) => transactions.run(None, work).await,
        }
    }

    /// How busy it is.
    pub fn figures(&self) -> Figures {
        let Inner { primary, replica, writing } = &*self.0;
        let replica = replica.as_ref().map(Replica::figures);
        let writes = match writing {
            Writing::InTurn(writer) => WriteFigures::InTurn { waiting: writer.waiting() },
            Writing::AtOnce(transactions) => transactions.figures(),
        };
        Figures { pools: [pool::figures(primary, "primary")].into_iter().chain(replica).collect(), writes }
    }

    /// How the database would go about a statement, which is not run. Takes a connection more.
    pub async fn plan(&self, statement: String) -> Result<Vec<String>, Fault> {
        let address = self.0.primary.manager().address.clone();
        let task = tokio::task::spawn_blocking(move || plan::of(&address, &statement));
        task.await.map_err(|panic| Fault::Panicked(panic.to_string()))?
    }

    /// Which kind of database it is, as traces call it.
    pub fn kind(&self) -> &'static str {
        match self.0.primary.manager().address {
            Address::File(_) => "sqlite",
            Address::Server(_) => "postgresql",
        }
    }

    /// Finishes the writes that are waiting, and refuses new ones.
    pub async fn close(&self) {
        match &self.0.writing {
            Writing::InTurn(writer) => writer.stop().await,
            Writing::AtOnce(transactions) => transactions.stop().await,
        }
        self.0.primary.close();
        if let Some(replica) = &self.0.replica {
            replica.close();
        }
    }
}

/// Says that somebody changed what the transaction relies on since it looked: it is to be tried again.
pub fn overtaken() -> Error {
    let message = "somebody else was faster".to_owned();
    diesel::result::Error::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(message)).into()
}

/// One request's view of the shop: all it reads is of one moment, until it writes.
pub struct Session {
    db: Db,
    reader: Mutex<Option<Reader>>,
    has_written: AtomicBool,
    trail: Arc<Trail>,
    /// After it, reads are interrupted, and writes are not begun.
    deadline: Option<Instant>,
}

impl Session {
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
        let deadline = self.deadline;
        in_time(deadline)?;
        let trail = self.trail.clone();
        let work = move |conn: &mut Conn| trail.around(|| interrupt::until(deadline, || work(conn)));
        // The task owns the connection: when the request goes away in the middle, the read ends on
        // its own and gives the connection back.
        let task = tokio::spawn(async move {
            let result = reader.run(Place::Aside, work).await;
            (reader, result)
        });
        let (reader, result) = task.await.map_err(|panic| Fault::Panicked(panic.to_string()))?;
        *slot = Some(reader);
        result.map_err(|error| in_time(deadline).err().unwrap_or_else(|| lost::of_read(error)))
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
        let trail = self.trail.clone();
        let work = move |conn: &mut Conn| trail.around(|| interrupt::until(deadline, || work(conn)));
        let result = reader.run(Place::Here, work).await;
        *slot = Some(reader);
        result.map_err(|error| in_time(deadline).err().unwrap_or_else(|| lost::of_read(error)))
    }

    /// Writes, as [`Db::write`]; what is read from here on sees it.
    pub async fn write<R: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        let mut slot = self.reader.lock().await;
        *slot = None;
        self.has_written.store(true, Ordering::Relaxed);
        let (deadline, trail) = (self.deadline, self.trail.clone());
        let work = move |conn: &mut Conn, now| {
            in_time(deadline)?;
            trail.around(|| work(conn, now))
        };
        match &self.db.0.writing {
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
