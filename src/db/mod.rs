//! Access to the database, SQLite or PostgreSQL: connections, transactions, migrations, and filters and pages in SQL.
//! Other modules pass synchronous Diesel code to `Session::read_inline`, `read_rows`, `read_blocking` or `write`,
//! and do not depend on the kind of database.
//!
//! The module depends on no entity and not on async-graphql. The exceptions name tables, because SQL is about all of
//! them: `schema` (generated), `table_copy` (copies every row as it is stored), `write_clock` (finds the latest
//! timestamp) and `email_keys` (part of a migration).

pub mod address;
mod atomic_writes;
pub mod batch_insert;
pub mod case_folding;
mod comparison;
mod condition;
pub mod conn;
mod connect;
mod connection_errors;
mod cursor;
mod email_keys;
pub mod expired_keys;
mod explain;
mod expression;
pub mod filter;
pub mod idempotency;
mod in_use;
#[allow(unsafe_code, reason = "calls the C API of SQLite")]
mod interrupt;
pub mod keys;
mod lent_connection;
pub mod locked;
pub mod migrate;
pub mod origin;
pub mod outcome;
pub mod page;
mod partial_fulfilment;
mod pending_write;
mod pool;
#[cfg(feature = "postgres")]
mod postgres;
mod prefix;
mod recorded_events;
mod replica;
mod row_expr;
pub mod stats;
#[rustfmt::skip]
#[allow(missing_docs, reason = "`make schema` generates the file")]
pub mod schema;
pub mod select;
mod select_sql;
mod selected_row;
#[cfg(feature = "postgres")]
mod sequencer;
mod session;
mod sort_field;
mod sql_texts;
mod sqlite;
pub mod statement;
mod statement_timeout;
pub mod statements;
pub mod table_copy;
mod transaction_modes;
mod transactions;
pub mod write;
pub mod write_clock;
pub mod write_command;
mod writer;

use std::sync::Arc;

use diesel::result::DatabaseErrorKind;

pub use address::Address;
pub use atomic_writes::{AtomicMember, AtomicWrites};
pub use conn::{Backend, Conn, Purpose, returning_all};
pub use session::{FieldWrite, Session};

use crate::clock::Clock;
use crate::db::pool::Pool;
use crate::db::replica::Replica;
use crate::db::statements::StatementObserver;
use crate::db::stats::{DbStats, WriteStats};
use crate::db::transactions::Transactions;
use crate::db::writer::Writer;
use crate::error::{Error, InternalError};
use crate::types::Timestamp;

/// Maximum number of concurrent reads of a SQLite file; further reads wait.
const READERS: usize = 16;

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<DbInner>);

struct DbInner {
    /// Connections to the database that is written to.
    primary: Pool,
    replica: Option<Replica>,
    writing: WriteStrategy,
}

/// The way concurrent writes are executed.
enum WriteStrategy {
    /// One at a time, on the single connection of SQLite that writes.
    Serialized(Writer),
    /// In concurrent transactions of PostgreSQL.
    Concurrent(Transactions),
}

impl Db {
    /// Opens the database and creates the file of SQLite if it is missing. Runs no migration: see [`migrate`].
    pub fn open(address: impl Into<Address>, clock: Clock) -> Result<Self, InternalError> {
        Self::open_with(address.into(), clock, None)
    }

    /// Opens the database like [`Db::open`]; `observer` is called for every statement of every connection.
    pub fn open_observed(
        address: impl Into<Address>,
        clock: Clock,
        observer: StatementObserver,
    ) -> Result<Self, InternalError> {
        Self::open_with(address.into(), clock, Some(observer))
    }

    fn open_with(
        address: Address,
        clock: Clock,
        observer: Option<StatementObserver>,
    ) -> Result<Self, InternalError> {
        let inner = match address {
            Address::File(_) => {
                // The writer is opened first: it sets WAL mode, which readers cannot.
                let conn = Conn::open(&address, Purpose::Write)?;
                let writer = Writer::start(conn, clock, observer.clone())?;
                let primary = pool::open(address, Purpose::Read, READERS, observer)?;
                DbInner { primary, replica: None, writing: WriteStrategy::Serialized(writer) }
            }
            Address::Server(server) => {
                let size = server.connections;
                let of =
                    |url| Address::Server(address::ServerAddress { url, read_url: None, connections: size });
                let replica = server.read_url.clone().map(|url| {
                    Ok::<_, InternalError>(Replica::new(pool::open(
                        of(url),
                        Purpose::Read,
                        size,
                        observer.clone(),
                    )?))
                });
                let primary = pool::open(of(server.url), Purpose::Write, size, observer.clone())?;
                let writing = WriteStrategy::Concurrent(Transactions::new(primary.clone(), clock)?);
                DbInner { primary, replica: replica.transpose()?, writing }
            }
        };
        Ok(Self(Arc::new(inner)))
    }

    /// Returns a new session for one request.
    pub fn session(&self) -> Session {
        Session::new(self.clone())
    }

    /// Runs `work` in a transaction, which is durable when this returns, or rolled back when `work` fails or panics.
    /// After a conflict with another transaction `work` is rolled back and run again.
    ///
    /// Dropping the future does not cancel the work.
    pub async fn write<R: Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn, Timestamp) -> Result<R, Error> + Send + 'static,
    ) -> Result<R, Error> {
        match &self.0.writing {
            WriteStrategy::Serialized(writer) => writer.run(work).await,
            WriteStrategy::Concurrent(transactions) => transactions.run(None, "BEGIN", work).await,
        }
    }

    /// Waits until the events of the changes so far have a position in the log.
    pub async fn number_events(&self) {
        if let WriteStrategy::Concurrent(transactions) = &self.0.writing {
            transactions.number_events().await;
        }
    }

    /// Returns the current use of the connections.
    pub fn stats(&self) -> DbStats {
        let DbInner { primary, replica, writing } = &*self.0;
        let replica = replica.as_ref().map(Replica::stats);
        let writes = match writing {
            WriteStrategy::Serialized(writer) => WriteStats::Serialized { waiting: writer.waiting() },
            WriteStrategy::Concurrent(transactions) => transactions.stats(),
        };
        DbStats { pools: [pool::stats(primary, "primary")].into_iter().chain(replica).collect(), writes }
    }

    /// Returns the query plan of a statement without running it. Opens a connection of its own.
    pub async fn explain(&self, statement: String) -> Result<Vec<String>, InternalError> {
        let address = self.0.primary.manager().address.clone();
        let task = tokio::task::spawn_blocking(move || explain::explain(&address, &statement));
        task.await.map_err(|panic| InternalError::Panic(panic.to_string()))?
    }

    /// Returns the value of OpenTelemetry's `db.system.name`: `sqlite` or `postgresql`.
    pub fn kind(&self) -> &'static str {
        match self.0.primary.manager().address {
            Address::File(_) => "sqlite",
            Address::Server(_) => "postgresql",
        }
    }

    /// Finishes the queued writes, rejects new ones and closes the connections.
    pub async fn close(&self) {
        match &self.0.writing {
            WriteStrategy::Serialized(writer) => writer.stop().await,
            WriteStrategy::Concurrent(transactions) => transactions.stop().await,
        }
        self.0.primary.close();
        if let Some(replica) = &self.0.replica {
            replica.close();
        }
    }
}

/// Returns the error of a transaction whose rows were changed by another one since they were read. The transaction is
/// rolled back and tried again.
pub fn serialization_failure() -> Error {
    let message = "the rows were changed by another transaction".to_owned();
    diesel::result::Error::DatabaseError(DatabaseErrorKind::SerializationFailure, Box::new(message)).into()
}
