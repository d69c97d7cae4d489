//! The HTTP layer: GraphQL over HTTP, the playground, health checks, metrics, and graceful shutdown. It
//! contains no business rule and no SQL.

mod compute;
mod graphql;
mod health;
mod hosts;
mod metrics;
mod playground;
mod request_context;
mod request_id;
mod router;
mod server;
mod shutdown;
mod slow_log;
mod telemetry;
mod timeouts;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::config::http::Http;
use crate::config::limits::Limits;
use crate::config::observe::Observe;
use crate::db::{Db, expired_keys};
use crate::graphql::Engine;
use crate::http::compute::ComputePool;
pub use crate::http::compute::THREAD_STACK_SIZE;
use crate::http::hosts::AllowedHosts;
pub use crate::http::playground::Playground;
use crate::http::server::Server;
pub use crate::http::shutdown::signals as stop_signals;
use crate::http::shutdown::{Shutdown, bounded};
use crate::http::telemetry::Telemetry;
use crate::http::timeouts::Timeouts;

/// The maximum time that closing the database and sending the last traces may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The minimum number of request bodies of the maximum size that fit into the memory budget, so that a
/// server with a low `max_concurrent` still receives several bodies at a time.
const MIN_BUFFERED_BODIES: usize = 16;

/// The options of a server.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The options of the HTTP server.
    pub http: Http,
    /// The limits of requests and of the server.
    pub limits: Limits,
    /// The options of logs, metrics and traces.
    pub observe: Observe,
    /// Whether the playground is served.
    pub playground: Playground,
}

/// The state that all handlers share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState(Arc<State>);

/// The content of `AppState`.
pub(crate) struct State {
    engine: Engine,
    db: Db,
    limits: Limits,
    /// One permit for each GraphQL request that is executed or whose response is being sent.
    permits: Arc<Semaphore>,
    /// One permit for each byte of the large request bodies that are being received.
    body_memory: Arc<Semaphore>,
    compute: ComputePool,
    telemetry: Telemetry,
    /// Cancelled when the server starts to shut down.
    stopping: CancellationToken,
}

impl std::ops::Deref for AppState {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

/// Serves until `stop` completes, then finishes the requests in flight and closes the database.
///
/// After `stop`, `/health/ready` returns 503; after the drain time the listener closes; requests in flight
/// then have as long as any request. When `abort` completes, nothing is waited for any more.
///
/// # Errors
///
/// Returns an error if the compute threads or the exporter of traces cannot be started.
pub async fn serve_until(
    engine: Engine,
    db: Db,
    listener: TcpListener,
    settings: Settings,
    stop: impl Future<Output = ()> + Send + 'static,
    abort: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let Settings { http, limits, observe, playground } = settings;
    let telemetry = Telemetry::start(&observe, &engine, &db)?;
    let shutdown = Shutdown::new(stop, abort, http.drain);
    let timeouts = Timeouts { request: limits.timeout, idle: http.idle_timeout };
    let hosts = AllowedHosts::new(listener.local_addr()?, &http.allow_host);
    let max_connections = limits.max_connections;
    let buffered_bodies = limits.max_concurrent.max(MIN_BUFFERED_BODIES);
    let body_memory = buffered_bodies.saturating_mul(limits.max_body).min(Semaphore::MAX_PERMITS);
    let retention = limits.idempotency_retention;
    let state = AppState(Arc::new(State {
        engine,
        db: db.clone(),
        permits: Arc::new(Semaphore::new(limits.max_concurrent.min(Semaphore::MAX_PERMITS))),
        body_memory: Arc::new(Semaphore::new(body_memory)),
        compute: ComputePool::start(&http)?,
        limits,
        telemetry: telemetry.clone(),
        stopping: shutdown.stopping.clone(),
    }));
    let deletion = tokio::spawn(expired_keys::delete_until(db.clone(), retention, shutdown.stopping.clone()));
    let router = router::router(state, &http, hosts, playground);
    let server = Server::new(router, timeouts, max_connections, telemetry.clone());
    server.serve(listener, &shutdown).await;
    let close = async {
        // Ended by the stop signal.
        let _ = deletion.await;
        db.close().await;
        telemetry.close().await;
    };
    // Everything that was acknowledged is on disk already.
    if !bounded(&shutdown.abort, CLOSE_TIMEOUT, close).await {
        tracing::warn!("the database was not closed in time");
    }
    Ok(())
}
