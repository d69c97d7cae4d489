//! The only place that knows which database it is. Everybody else has `Session::read` and
//! `Session::write`, and writes plain synchronous Diesel inside.

pub mod address;
pub mod bulk;
pub mod conn;
mod cursor;
mod datetime;
mod email_keys;
pub mod figures;
pub mod filter;
mod in_use;
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
mod session;
mod sqlite;
pub mod statements;
mod transactions;
pub mod types;
pub mod whole;
pub mod write_clock;
mod writer;

use std::sync::Arc;

use diesel::result::DatabaseErrorKind;

pub use address::Address;
pub use conn::{Backend, Conn, Purpose, columns};
pub use session::Session;

use crate::clock::Clock;
use crate::db::figures::{Figures, WriteFigures};
use crate::db::pool::Pool;
use crate::db::replica::Replica;
use crate::db::statements::Watch;
use crate::db::transactions::Transactions;
use crate::db::types::Timestamp;
use crate::db::writer::Writer;
use crate::error::{Error, InternalError};

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
    pub fn open(address: impl Into<Address>, clock: Clock) -> Result<Self, InternalError> {
        Self::open_with(address.into(), clock, None)
    }

    /// As [`Db::open`]; `watch` is told of every statement, whoever runs it.
    pub fn open_watched(
        address: impl Into<Address>,
        clock: Clock,
        watch: Watch,
    ) -> Result<Self, InternalError> {
        Self::open_with(address.into(), clock, Some(watch))
    }

    fn open_with(address: Address, clock: Clock, watch: Option<Watch>) -> Result<Self, InternalError> {
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
                    Ok::<_, InternalError>(Replica::new(pool::open(
                        of(url),
                        Purpose::Read,
                        size,
                        watch.clone(),
                    )?))
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
        Session::of(self.clone())
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
    pub async fn plan(&self, statement: String) -> Result<Vec<String>, InternalError> {
        let address = self.0.primary.manager().address.clone();
        let task = tokio::task::spawn_blocking(move || plan::of(&address, &statement));
        task.await.map_err(|panic| InternalError::Panic(panic.to_string()))?
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
