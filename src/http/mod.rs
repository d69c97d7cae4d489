//! The door: GraphQL over HTTP, the playground, health, and how the server stops. What a request
//! means is none of its business.

mod graphql;
mod health;
mod playground;
mod stop;

use std::io;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::db::Db;
use crate::graphql::Engine;
use crate::http::health::Health;
pub use crate::http::playground::Playground;

/// The largest body of a request, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// How long a stop waits for what is in flight. Without an end, one idle connection could hold it up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Everything the server answers, for a server of one's own or a test without one.
pub fn router(engine: Engine, db: Db) -> Router {
    let (_, stopping) = watch::channel(false);
    routes(engine, Health { db, stopping })
}

/// Ready at the first SIGINT or SIGTERM from now on.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    stop::signal()
}

/// Serves until `stop` is ready, finishes what is in flight and closes the database.
pub async fn serve_until(
    db: Db,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (announce, stopping) = watch::channel(false);
    let mut told = stopping.clone();
    let routes = routes(Engine::new(db.clone()), Health { db: db.clone(), stopping });
    let server = axum::serve(listener.tap_io(answer_at_once), routes).with_graceful_shutdown(async move {
        stop.await;
        announce.send_replace(true);
    });
    let too_long = async {
        let _ = told.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(PATIENCE).await;
        tracing::warn!("stopping in the middle of what is in flight");
    };
    let served = tokio::select! {
        served = server.into_future() => served,
        () = too_long => Ok(()),
    };
    db.close().await;
    served
}

fn routes(engine: Engine, health: Health) -> Router {
    let graphql = Router::new().route("/graphql", post(graphql::answer)).with_state(engine);
    let health = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(health);
    Router::new()
        .merge(playground::routes(Playground::Served))
        .merge(graphql)
        .merge(health)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
}

// Answers are written in one piece, so there is nothing to wait for and gather.
fn answer_at_once(connection: &mut TcpStream) {
    // Fails where the client has gone already, which the next read will notice.
    let _ = connection.set_nodelay(true);
}
