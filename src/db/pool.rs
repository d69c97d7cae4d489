//! Connection pools. Each connection serves one request at a time, in one transaction or for one statement.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use deadpool::managed::{self, Metrics, Object, PoolError, RecycleResult};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

use crate::db::address::Address;
use crate::db::conn::{IDLE_IN_TRANSACTION_TIMEOUT_MS, Purpose};
use crate::db::lent_connection::LentConnection;
#[cfg(feature = "postgres")]
use crate::db::postgres;
use crate::db::statement_timeout::{Fit, StatementTimeout};
use crate::db::statements::{StatementObserver, Statements, execute_command};
use crate::db::stats::PoolStats;
use crate::db::transaction_modes::{POSTGRES_SNAPSHOT, SQLITE_SNAPSHOT};
use crate::db::{Conn, connection_errors};
use crate::error::InternalError;

pub(super) type Pool = managed::Pool<Manager>;

pub(super) struct Manager {
    pub(super) address: Address,
    purpose: Purpose,
    observer: Option<StatementObserver>,
}

/// Returns a pool of at most `size` connections.
pub(super) fn open(
    address: Address,
    purpose: Purpose,
    size: usize,
    observer: Option<StatementObserver>,
) -> Result<Pool, InternalError> {
    Pool::builder(Manager { address, purpose, observer })
        .max_size(size)
        .build()
        .map_err(|error| InternalError::ConnectionPool(error.to_string()))
}

/// Returns the current use of the connections.
pub(super) fn stats(pool: &Pool, name: &'static str) -> PoolStats {
    let managed::Status { max_size: max, size: open, available, waiting, .. } = pool.status();
    PoolStats { name, max, open, in_use: open.saturating_sub(available), waiting }
}

/// Takes a connection, prepares it with `begin` and runs `first` on it, all in one hop to another thread. Returns the
/// connection and the result. A pooled connection that is lost is replaced before `first` runs.
pub(super) async fn begin<R: Send + 'static>(
    pool: &Pool,
    begin: Begin,
    deadline: Option<Instant>,
    run_on: RunOn,
    mut first: impl FnOnce(&mut Conn, &Statements) -> R + Send + 'static,
) -> Result<(Pooled, R), InternalError> {
    loop {
        let connection = pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Closed => InternalError::ShuttingDown,
            PoolError::Timeout(_) | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                InternalError::ConnectionPool("no connection became available".to_owned())
            }
        })?;
        let used_before = Object::metrics(&connection).recycle_count > 0;
        let statements = connection.statements.clone();
        let timeout = connection.timeout.clone();
        let mut pooled = Pooled(Some(connection));
        let began = pooled.run(run_on, move |conn| match begin.on(conn, timeout.as_ref(), deadline) {
            Ok(()) => Ok(Ok(first(conn, &statements))),
            Err(error) => Ok(Err((error, first))),
        });
        match began.await? {
            Ok(result) => return Ok((pooled, result)),
            Err((error, not_run)) => {
                drop(pooled);
                // The server may have restarted or closed the idle connection.
                if !used_before {
                    return Err(error.into());
                }
                first = not_run;
            }
        }
    }
}

/// The preparation of a connection for a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Begin {
    /// Begins a transaction with this statement.
    Transaction(&'static str),
    /// Begins no transaction, for a single statement. Needs no round trip.
    Nothing,
}

impl Begin {
    /// Prepares the connection. `timeout` is the statement timeout of a connection to PostgreSQL.
    fn on(
        self,
        conn: &mut Conn,
        timeout: Option<&StatementTimeout>,
        deadline: Option<Instant>,
    ) -> QueryResult<()> {
        let fit = timeout.map(|timeout| timeout.fit(conn, deadline)).transpose()?;
        match self {
            Self::Transaction(statement) => begin_transaction(conn, statement, timeout.and(deadline)),
            // A round trip has just shown that the connection is open.
            Self::Nothing if fit == Some(Fit::Changed) => Ok(()),
            Self::Nothing => match conn {
                Conn::Sqlite(_) => Ok(()),
                #[cfg(feature = "postgres")]
                Conn::Postgres(conn) => postgres::check_open(conn),
            },
        }
    }
}

/// Begins a transaction. A deadline is that of a transaction on PostgreSQL, which may be idle until then.
fn begin_transaction(conn: &mut Conn, statement: &'static str, deadline: Option<Instant>) -> QueryResult<()> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()).as_millis());
    match left.filter(|left| *left > IDLE_IN_TRANSACTION_TIMEOUT_MS) {
        Some(left) => conn
            .batch_execute(&format!("{statement}; SET LOCAL idle_in_transaction_session_timeout = {left}")),
        None => execute_command(conn, statement),
    }
}

/// Opens a snapshot and runs `first` in it. The deadline is for PostgreSQL; reads of SQLite are interrupted by
/// `interrupt`.
pub(super) async fn snapshot<R: Send + 'static>(
    pool: &Pool,
    deadline: Option<Instant>,
    run_on: RunOn,
    first: impl FnOnce(&mut Conn) -> R + Send + 'static,
) -> Result<(Reader, R), InternalError> {
    let statement = match pool.manager().address {
        Address::File(_) => SQLITE_SNAPSHOT,
        Address::Server(_) => POSTGRES_SNAPSHOT,
    };
    let transaction = Begin::Transaction(statement);
    let (pooled, result) = begin(pool, transaction, deadline, run_on, |conn, _| first(conn)).await?;
    Ok((Reader::new(pooled), result))
}

/// Runs a read of a single statement, which needs no transaction, and returns its connection to the pool.
pub(super) async fn read_single<R: Send + 'static>(
    pool: &Pool,
    deadline: Option<Instant>,
    run_on: RunOn,
    read: impl FnOnce(&mut Conn) -> QueryResult<thread::Result<R>> + Send + 'static,
) -> Result<QueryResult<thread::Result<R>>, InternalError> {
    let read = |conn: &mut Conn, statements: &Statements| {
        let result = read(conn);
        statements.evict(conn);
        result
    };
    let (pooled, result) = begin(pool, Begin::Nothing, deadline, run_on, read).await?;
    match &result {
        Ok(Ok(_)) => pooled.give_back(),
        Err(error) if !connection_errors::is_lost(error) => pooled.give_back(),
        // After a panic, the connection is in an unknown state.
        Ok(Err(_)) | Err(_) => drop(pooled),
    }
    Ok(result)
}

impl managed::Manager for Manager {
    type Type = ManagedConnection;
    type Error = InternalError;

    async fn create(&self) -> Result<ManagedConnection, InternalError> {
        let (address, purpose, observer) = (self.address.clone(), self.purpose, self.observer.clone());
        let remote = matches!(address, Address::Server(_));
        let open = move || {
            let mut conn = Conn::open(&address, purpose)?;
            let statements = Statements::install(&mut conn, observer);
            let blocking = Blocking::default();
            let conn = SyncConnectionWrapper::with_runtime(conn, blocking.clone());
            Ok(ManagedConnection { conn, blocking, timeout: remote.then(StatementTimeout::new), statements })
        };
        if !remote {
            return open();
        }
        // Connecting to a server may block for seconds.
        tokio::task::spawn_blocking(open).await.map_err(|panic| InternalError::Panic(panic.to_string()))?
    }

    // A broken connection is detected when it begins its transaction.
    async fn recycle(&self, _: &mut ManagedConnection, _: &Metrics) -> RecycleResult<InternalError> {
        Ok(())
    }
}

/// A connection in the pool, with its prepared statements.
pub(super) struct ManagedConnection {
    conn: SyncConnectionWrapper<Conn, Blocking>,
    blocking: Blocking,
    /// The statement timeout of a connection to PostgreSQL; `None` for SQLite.
    timeout: Option<StatementTimeout>,
    statements: Statements,
}

impl ManagedConnection {
    /// Whether statements wait for the network.
    fn is_remote(&self) -> bool {
        self.timeout.is_some()
    }
}

/// The thread that executes a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunOn {
    /// The calling thread for SQLite, the blocking pool for PostgreSQL.
    CallerThread,
    /// The blocking pool.
    BlockingPool,
}

/// A connection taken from its pool; `None` after it was returned. Dropping it closes the connection, because a
/// cancelled caller leaves it inside a transaction.
pub(super) struct Pooled(Option<Object<Manager>>);

impl Pooled {
    pub(super) async fn run<R: Send + 'static>(
        &mut self,
        run_on: RunOn,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> QueryResult<R> {
        let Some(connection) = &mut self.0 else {
            return Err(diesel::result::Error::BrokenTransactionManager);
        };
        let blocks = connection.is_remote() || run_on == RunOn::BlockingPool;
        connection.blocking.0.store(blocks, Ordering::Relaxed);
        connection.conn.spawn_blocking(work).await
    }

    /// Returns the connection to the pool. It must not be in a transaction.
    pub(super) fn give_back(mut self) {
        drop(self.0.take());
    }

    fn is_remote(&self) -> bool {
        self.0.as_ref().is_some_and(|connection| connection.is_remote())
    }

    /// Ends the transaction with this command and returns the connection to the pool, unless it is broken.
    async fn end(mut self, command: &'static str) {
        let Some(statements) = self.0.as_ref().map(|connection| connection.statements.clone()) else {
            return;
        };
        let ended = self.run(RunOn::CallerThread, move |conn| {
            execute_command(conn, command)?;
            statements.evict(conn);
            Ok(())
        });
        if ended.await.is_ok() {
            self.give_back();
        }
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(Object::take(connection));
        }
    }
}

/// A connection in a snapshot, or in the transaction of a dry run. Dropping it ends the transaction and returns the
/// connection.
pub(super) struct Reader {
    /// `None` after it was closed.
    source: Option<ReaderSource>,
}

enum ReaderSource {
    /// In a transaction of its own.
    Pooled {
        pooled: Pooled,
        /// The command that ends the transaction.
        end: &'static str,
        /// The permit of a transaction that writes.
        permit: Option<OwnedSemaphorePermit>,
    },
    /// In a savepoint of the writer of SQLite, which rolls it back.
    Lent(LentConnection),
}

impl Reader {
    fn new(pooled: Pooled) -> Self {
        Self { source: Some(ReaderSource::Pooled { pooled, end: "COMMIT", permit: None }) }
    }

    /// Returns the connection of a transaction that writes. It is rolled back when this is dropped.
    pub(super) fn of_dry_run(pooled: Pooled, permit: OwnedSemaphorePermit) -> Self {
        Self { source: Some(ReaderSource::Pooled { pooled, end: "ROLLBACK", permit: Some(permit) }) }
    }

    pub(super) async fn run<R: Send + 'static>(
        &mut self,
        run_on: RunOn,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> QueryResult<R> {
        match &mut self.source {
            Some(ReaderSource::Pooled { pooled, .. }) => pooled.run(run_on, work).await,
            Some(ReaderSource::Lent(lent)) => lent.run(work).await,
            None => Err(diesel::result::Error::BrokenTransactionManager),
        }
    }

    /// Closes the connection instead of returning it to the pool.
    pub(super) fn close(mut self) {
        drop(self.source.take());
    }
}

impl From<LentConnection> for Reader {
    fn from(lent: LentConnection) -> Self {
        Self { source: Some(ReaderSource::Lent(lent)) }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(ReaderSource::Pooled { pooled, end, permit }) = self.source.take() else { return };
        if !pooled.is_remote() {
            // Ready on the first poll, since SQLite runs on this thread.
            let _ = pooled.end(end).now_or_never();
        } else if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                pooled.end(end).await;
                drop(permit);
            });
        }
    }
}

/// Whether the work of a connection runs on the blocking pool or on the calling thread.
#[derive(Clone, Default)]
struct Blocking(Arc<AtomicBool>);

impl SpawnBlocking for Blocking {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn StdError + Send + Sync + 'static>>> {
        if self.0.load(Ordering::Relaxed) {
            tokio::task::spawn_blocking(task).map(|joined| joined.map_err(Into::into)).boxed()
        } else {
            std::future::ready(Ok(task())).boxed()
        }
    }

    fn get_runtime() -> Self {
        Self::default()
    }
}
