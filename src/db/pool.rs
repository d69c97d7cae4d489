//! Connections that are shared: each serves one request at a time, in one snapshot.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use deadpool::managed::{self, Metrics, Object, PoolError, RecycleResult};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use crate::db::Conn;
use crate::db::address::Address;
use crate::db::conn::{Purpose, SNAPSHOT_OF_FILE, SNAPSHOT_OF_SERVER};
use crate::db::figures::PoolFigures;
use crate::db::statements::{Statements, Watch, control};
use crate::error::InternalError;

/// How long a transaction of a request may wait for us between two statements, in milliseconds; longer only
/// where the request has longer. We never wait in between, but we compute.
pub(super) const LONGEST_PAUSE: u128 = 60_000;

pub(super) type Pool = managed::Pool<Manager>;

pub(super) struct Manager {
    pub(super) address: Address,
    purpose: Purpose,
    watch: Option<Watch>,
}

/// Holds `size` connections at most; whoever wants one more waits.
pub(super) fn open(
    address: Address,
    purpose: Purpose,
    size: usize,
    watch: Option<Watch>,
) -> Result<Pool, InternalError> {
    Pool::builder(Manager { address, purpose, watch })
        .max_size(size)
        .build()
        .map_err(|error| InternalError::ConnectionPool(error.to_string()))
}

/// How busy its connections are.
pub(super) fn figures(pool: &Pool, name: &'static str) -> PoolFigures {
    let managed::Status { max_size: most, size: open, available, waiting, .. } = pool.status();
    PoolFigures { name, most, open, in_use: open.saturating_sub(available), waiting }
}

/// A connection that began a transaction with this statement, and what `first` came to in it: on another
/// thread the two are one hop. A connection that cannot begin is replaced before `first` has run.
pub(super) async fn begin<R: Send + 'static>(
    pool: &Pool,
    statement: &'static str,
    deadline: Option<Instant>,
    place: Place,
    mut first: impl FnOnce(&mut Conn, &Statements) -> R + Send + 'static,
) -> Result<(Pooled, R), InternalError> {
    loop {
        let connection = pool.get().await.map_err(|error| match error {
            PoolError::Backend(fault) => fault,
            PoolError::Closed => InternalError::ShuttingDown,
            PoolError::Timeout(_) | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                InternalError::ConnectionPool("none came free".to_owned())
            }
        })?;
        let used_before = Object::metrics(&connection).recycle_count > 0;
        let statements = connection.statements.clone();
        let begin =
            if connection.remote { Begin::until(statement, deadline) } else { Begin::Kept(statement) };
        let mut pooled = Pooled(Some(connection));
        let began = pooled.run(place, move |conn| match begin.on(conn) {
            Ok(()) => Ok(Ok(first(conn, &statements))),
            Err(error) => Ok(Err((error, first))),
        });
        match began.await? {
            Ok(result) => return Ok((pooled, result)),
            Err((error, not_run)) => {
                drop(pooled);
                // Its server may have been started anew since, or have hung up on it.
                if !used_before {
                    return Err(error.into());
                }
                first = not_run;
            }
        }
    }
}

/// How a transaction begins.
enum Begin {
    /// With a statement that is kept prepared.
    Kept(&'static str),
    /// With several, in one message.
    Sent(String),
}

impl Begin {
    /// On a server, which ends a statement that takes longer than there is time from now on, whatever the
    /// connection allows.
    fn until(statement: &'static str, deadline: Option<Instant>) -> Self {
        let Some(deadline) = deadline else { return Self::Kept(statement) };
        // 0 would be no limit at all.
        let left = deadline.saturating_duration_since(Instant::now()).as_millis().max(1);
        let mut begin = format!("{statement}; SET LOCAL statement_timeout = {left}");
        if left > LONGEST_PAUSE {
            begin.push_str(&format!("; SET LOCAL idle_in_transaction_session_timeout = {left}"));
        }
        Self::Sent(begin)
    }

    fn on(&self, conn: &mut Conn) -> QueryResult<()> {
        match self {
            Self::Kept(statement) => control(conn, statement),
            Self::Sent(statements) => conn.batch_execute(statements),
        }
    }
}

/// A connection in a new snapshot, and what `first` read in it. In a file, a read is asked whether it is
/// late.
pub(super) async fn snapshot<R: Send + 'static>(
    pool: &Pool,
    deadline: Option<Instant>,
    place: Place,
    first: impl FnOnce(&mut Conn) -> R + Send + 'static,
) -> Result<(Reader, R), InternalError> {
    let statement = match pool.manager().address {
        Address::File(_) => SNAPSHOT_OF_FILE,
        Address::Server(_) => SNAPSHOT_OF_SERVER,
    };
    let (pooled, result) = begin(pool, statement, deadline, place, |conn, _| first(conn)).await?;
    Ok((Reader { pooled: Some(pooled) }, result))
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = InternalError;

    async fn create(&self) -> Result<Connection, InternalError> {
        let (address, purpose, watch) = (self.address.clone(), self.purpose, self.watch.clone());
        let remote = matches!(address, Address::Server(_));
        let open = move || {
            let mut conn = Conn::open(&address, purpose)?;
            let statements = Statements::of(&mut conn, watch);
            let blocking = Blocking::default();
            let conn = SyncConnectionWrapper::with_runtime(conn, blocking.clone());
            Ok(Connection { conn, blocking, remote, statements })
        };
        if !remote {
            return open();
        }
        // Another machine answers when it likes.
        tokio::task::spawn_blocking(open).await.map_err(|panic| InternalError::Panic(panic.to_string()))?
    }

    // Whether it still works is seen when it begins its transaction.
    async fn recycle(&self, _: &mut Connection, _: &Metrics) -> RecycleResult<InternalError> {
        Ok(())
    }
}

pub(super) struct Connection {
    conn: SyncConnectionWrapper<Conn, Blocking>,
    blocking: Blocking,
    /// Whether each statement waits for another machine.
    remote: bool,
    statements: Statements,
}

/// Where a piece of work is to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// On the thread that asks, unless another machine has to be waited for.
    Here,
    /// On the blocking pool.
    Aside,
}

/// A connection that was taken from its pool. Dropping it closes it: whoever gives up in the middle
/// leaves it in a transaction. None once it was given back.
pub(super) struct Pooled(Option<Object<Manager>>);

impl Pooled {
    pub(super) async fn run<R: Send + 'static>(
        &mut self,
        place: Place,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> QueryResult<R> {
        let Some(connection) = &mut self.0 else {
            return Err(diesel::result::Error::BrokenTransactionManager);
        };
        connection.blocking.0.store(connection.remote || place == Place::Aside, Ordering::Relaxed);
        connection.conn.spawn_blocking(work).await
    }

    /// Gives it back: it is in no transaction.
    pub(super) fn give_back(mut self) {
        drop(self.0.take());
    }

    fn is_remote(&self) -> bool {
        self.0.as_ref().is_some_and(|connection| connection.remote)
    }

    /// Ends the transaction and gives the connection back, unless it does not work any more.
    async fn end(mut self) {
        let Some(statements) = self.0.as_ref().map(|connection| connection.statements.clone()) else {
            return;
        };
        let ended = self.run(Place::Here, move |conn| {
            control(conn, "COMMIT")?;
            statements.tidy(conn);
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

/// A connection in a snapshot. Dropping it ends the snapshot and gives the connection back.
pub(super) struct Reader {
    pooled: Option<Pooled>,
}

impl Reader {
    pub(super) async fn run<R: Send + 'static>(
        &mut self,
        place: Place,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> QueryResult<R> {
        match &mut self.pooled {
            Some(pooled) => pooled.run(place, work).await,
            None => Err(diesel::result::Error::BrokenTransactionManager),
        }
    }

    /// Closes the connection: nobody is to use it any more.
    pub(super) fn close(mut self) {
        drop(self.pooled.take());
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(pooled) = self.pooled.take() else { return };
        if !pooled.is_remote() {
            // Ready at once, since it runs here.
            let _ = pooled.end().now_or_never();
        } else if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(pooled.end());
        }
    }
}

/// Whether the work of a connection runs on the blocking pool, or on the thread that asks.
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
