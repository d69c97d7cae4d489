//! Connections that read. Each serves one request at a time, in one snapshot.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deadpool::managed::{self, Metrics, PoolError, RecycleResult};
use diesel::prelude::*;
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::db::Conn;
use crate::db::statements::{Statements, Watch, control};
use crate::error::Fault;

/// How many requests read at once; others wait for their turn.
const READERS: usize = 16;

pub(super) type Pool = managed::Pool<Manager>;

pub(super) struct Manager {
    path: PathBuf,
    watch: Option<Watch>,
}

pub(super) fn open(path: PathBuf, watch: Option<Watch>) -> Result<Pool, Fault> {
    Pool::builder(Manager { path, watch })
        .max_size(READERS)
        .build()
        .map_err(|error| Fault::Pool(error.to_string()))
}

/// A reader at the start of a new snapshot.
pub(super) async fn get(pool: &Pool) -> Result<Reader, Fault> {
    let pooled = pool.get().await.map_err(|error| match error {
        PoolError::Backend(fault) => fault,
        PoolError::Closed => Fault::Stopping,
        PoolError::Timeout(_) | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            Fault::Pool("none came free".to_owned())
        }
    })?;
    let mut reader = Reader { pooled };
    reader.run_here(|conn| control(conn, "BEGIN")).await?;
    reader.take_statements();
    Ok(reader)
}

impl managed::Manager for Manager {
    type Type = Pooled;
    type Error = Fault;

    async fn create(&self) -> Result<Pooled, Fault> {
        let mut conn = Conn::open_reader(&self.path)?;
        let statements = Statements::of(&mut conn, self.watch.clone());
        let place = Place::default();
        Ok(Pooled { conn: SyncConnectionWrapper::with_runtime(conn, place.clone()), place, statements })
    }

    // A file does not go away, so there is nothing to ask it.
    async fn recycle(&self, _: &mut Pooled, _: &Metrics) -> RecycleResult<Fault> {
        Ok(())
    }
}

pub(super) struct Pooled {
    conn: SyncConnectionWrapper<Conn, Place>,
    place: Place,
    statements: Statements,
}

/// A connection in a snapshot. Dropping it ends the snapshot and gives the connection back.
pub(super) struct Reader {
    pooled: managed::Object<Manager>,
}

impl Reader {
    pub(super) async fn run_here<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> QueryResult<R> {
        self.pooled.place.0.store(false, Ordering::Relaxed);
        self.pooled.conn.spawn_blocking(work).await
    }

    pub(super) async fn run_blocking<R: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Conn) -> QueryResult<R> + Send + 'static,
    ) -> QueryResult<R> {
        self.pooled.place.0.store(true, Ordering::Relaxed);
        self.pooled.conn.spawn_blocking(work).await
    }

    /// Statements since this was last asked.
    pub(super) fn take_statements(&self) -> u64 {
        self.pooled.statements.take()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let statements = self.pooled.statements.clone();
        let end = move |conn: &mut Conn| {
            statements.tidy(conn);
            control(conn, "COMMIT")
        };
        // Ready at once, since it runs here. A failure leaves no snapshot that could be ended.
        let _ = self.run_here(end).now_or_never();
    }
}

/// Where the work of a connection runs: on the blocking pool, or on the thread that asks.
#[derive(Clone, Default)]
struct Place(Arc<AtomicBool>);

impl SpawnBlocking for Place {
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
