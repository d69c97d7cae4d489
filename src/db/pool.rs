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
use crate::db::conn::Purpose;
use crate::db::figures::PoolFigures;
use crate::db::statements::{Statements, Watch, control};
use crate::error::Fault;

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
) -> Result<Pool, Fault> {
    Pool::builder(Manager { address, purpose, watch })
        .max_size(size)
        .build()
        .map_err(|error| Fault::Pool(error.to_string()))
}

/// How busy its connections are.
pub(super) fn figures(pool: &Pool, name: &'static str) -> PoolFigures {
    let managed::Status { max_size: most, size: open, available, waiting, .. } = pool.status();
    PoolFigures { name, most, open, in_use: open.saturating_sub(available), waiting }
}

/// A connection that is known to work, because it began a transaction in this way.
pub(super) async fn begin(pool: &Pool, begin: &Begin) -> Result<Pooled, Fault> {
    loop {
        let connection = pool.get().await.map_err(|error| match error {
            PoolError::Backend(fault) => fault,
            PoolError::Closed => Fault::Stopping,
            PoolError::Timeout(_) | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
                Fault::Pool("none came free".to_owned())
            }
        })?;
        let used_before = Object::metrics(&connection).recycle_count > 0;
        let mut pooled = Pooled(connection);
        let begin = begin.clone();
        match pooled.run(Place::Here, move |conn| begin.on(conn)).await {
            Ok(()) => return Ok(pooled),
            Err(error) => {
                pooled.discard();
                // Its server may have been started anew since, or have hung up on it.
                if !used_before {
                    return Err(error.into());
                }
            }
        }
    }
}

/// How a transaction begins.
#[derive(Clone)]
pub(super) enum Begin {
    /// With a statement that is kept prepared.
    Kept(&'static str),
    /// With several, in one message.
    Sent(String),
}

impl Begin {
    fn on(&self, conn: &mut Conn) -> QueryResult<()> {
        match self {
            Self::Kept(statement) => control(conn, statement),
            Self::Sent(statements) => conn.batch_execute(statements),
        }
    }
}

/// A connection at the start of a new snapshot. A server is told to stop at the deadline; a file is
/// asked where it is read.
pub(super) async fn snapshot(pool: &Pool, deadline: Option<Instant>) -> Result<Reader, Fault> {
    const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    let how = match (&pool.manager().address, deadline) {
        (Address::File(_), _) => Begin::Kept("BEGIN"),
        (Address::Server(_), None) => Begin::Kept(SNAPSHOT),
        (Address::Server(_), Some(deadline)) => {
            // 0 would be no limit at all.
            let left = deadline.saturating_duration_since(Instant::now()).as_millis().max(1);
            Begin::Sent(format!("{SNAPSHOT}; SET LOCAL statement_timeout = {left}"))
        }
    };
    Ok(Reader { pooled: Some(begin(pool, &how).await?) })
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = Fault;

    async fn create(&self) -> Result<Connection, Fault> {
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
        tokio::task::spawn_blocking(open).await.map_err(|panic| Fault::Panicked(panic.to_string()))?
    }

    // Whether it still works is seen when it begins its transaction.
    async fn recycle(&self, _: &mut Connection, _: &Metrics) -> RecycleResult<Fault> {
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

/// A connection that was taken from its pool. Dropping it gives it back as it is.
pub(super) struct Pooled(Object<Manager>);

impl Pooled {
    pub(super) async fn run<R: Send + 'static>(
        &mut self,
        place: Place,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> QueryResult<R> {
        self.0.blocking.0.store(self.0.remote || place == Place::Aside, Ordering::Relaxed);
        self.0.conn.spawn_blocking(work).await
    }

    /// Closes it rather than giving it back.
    pub(super) fn discard(self) {
        drop(Object::take(self.0));
    }

    pub(super) fn statements(&self) -> &Statements {
        &self.0.statements
    }

    /// Ends the transaction and gives the connection back, unless it does not work any more.
    async fn end(mut self) {
        let statements = self.0.statements.clone();
        let ended = self.run(Place::Here, move |conn| {
            statements.tidy(conn);
            control(conn, "COMMIT")
        });
        if ended.await.is_err() {
            self.discard();
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
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(pooled) = self.pooled.take() else { return };
        if !pooled.0.remote {
            // Ready at once, since it runs here.
            let _ = pooled.end().now_or_never();
        } else if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(pooled.end());
        } else {
            pooled.discard();
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
