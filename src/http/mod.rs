//! The door: GraphQL over HTTP, the playground, health, and how the server stops. What a request
//! means is none of its business.

mod body;
mod compression;
mod connection;
mod cors;
mod crowd;
mod door;
mod figures;
mod graphql;
mod health;
mod hosts;
mod job;
mod media;
mod observer;
mod operation;
mod pace;
mod places;
mod playground;
mod refusal;
mod request_id;
mod slow;
mod stop;
mod visit;
mod watch;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch::{Receiver, channel};
use tokio::task::JoinSet;
use tower::Layer;
use tower_http::cors::CorsLayer;

use crate::config::http::Http;
use crate::config::limits::Limits;
use crate::config::observe::Observe;
use crate::db::Db;
use crate::graphql::Engine;
use crate::http::crowd::Queue;
use crate::http::door::Door;
use crate::http::health::Health;
use crate::http::hosts::Hosts;
use crate::http::observer::Observer;
use crate::http::pace::{Pace, Times};
pub use crate::http::playground::Playground;
use crate::http::stop::Hurry;
use crate::http::watch::Watch;

/// How long it waits when no connection can be accepted, which is when there are too many.
const FULL: Duration = Duration::from_millis(100);
/// How long the database may take to be closed.
const CLOSING: Duration = Duration::from_secs(5);

/// What is left to choose about a server.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub http: Http,
    pub limits: Limits,
    pub observe: Observe,
    pub playground: Playground,
}

/// The first is ready at the first SIGINT or SIGTERM from now on, the second at the second.
pub fn stop_signals()
-> io::Result<(impl Future<Output = ()> + Send + 'static, impl Future<Output = ()> + Send + 'static)> {
    stop::signals()
}

/// Serves until `stop` is ready, finishes what is in flight and closes the database.
///
/// From then on `/health/ready` says no; after the drain time nobody is let in any more; what is in
/// flight has as long as any request has. When `hurry` is ready too, nothing is waited for any more.
pub async fn serve_until(
    engine: Engine,
    db: Db,
    listener: TcpListener,
    settings: Settings,
    stop: impl Future<Output = ()> + Send + 'static,
    hurry: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let Settings { http, limits, observe, playground } = settings;
    let observer = Observer::start(&observe, &engine, &db)?;
    let (announce, stopping) = channel(false);
    let (close, closing) = channel(false);
    let pages = pages(Health { db: db.clone(), stopping }, &observer, playground);
    let hosts = Hosts::of(listener.local_addr()?, &http.allow_host);
    let timeout = limits.timeout;
    let times = Times { request: timeout, idle: http.idle_timeout, min_rate: http.min_rate };
    let watch = Watch::start(times, observer.clone())?;
    let server = Server {
        max_connections: limits.max_connections,
        door: Door::new(engine, limits, hosts, watch.crowd(), observer.clone(), pages),
        cors: cors::layer(&http.allow_origin),
        watch,
        closing,
    };
    let hurry = Hurry::when(hurry);
    let told = async {
        stop.await;
        announce.send_replace(true);
        hurry.or(tokio::time::sleep(http.drain)).await;
    };
    let mut connections = JoinSet::new();
    server.accept(&listener, &mut connections, told).await;
    drop(listener);
    close.send_replace(true);
    let all = async { while connections.join_next().await.is_some() {} };
    // The last answers, that it takes too long, are still to be sent.
    let in_time = tokio::time::timeout(timeout + Duration::from_secs(1), all);
    if !matches!(hurry.or(in_time).await, Some(Ok(()))) {
        tracing::warn!("stopping in the middle of what is in flight");
        connections.shutdown().await;
    }
    let closed = async {
        db.close().await;
        observer.close().await;
    };
    // What was acknowledged is on disk already.
    if !hurry.within(CLOSING, closed).await {
        tracing::warn!("the database is left as it is: closing it took too long");
    }
    Ok(())
}

struct Server {
    max_connections: usize,
    door: Door,
    cors: Option<CorsLayer>,
    watch: Watch,
    closing: Receiver<bool>,
}

impl Server {
    /// Lets everybody in until `told` is ready.
    async fn accept(&self, listener: &TcpListener, connections: &mut JoinSet<()>, told: impl Future) {
        let mut told = std::pin::pin!(told);
        let crowd = self.watch.crowd();
        let mut queue = Queue::default();
        // Who has come and waits for room.
        let mut next = None;
        loop {
            tokio::select! {
                biased;
                _ = &mut told => return,
                Some(_) = connections.join_next() => {}
                () = tokio::time::sleep(FULL), if next.is_some() => {}
                accepted = listener.accept(), if next.is_none() => match accepted {
                    Ok((stream, _)) => next = Some(stream),
                    // It has gone again.
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    Err(error) => {
                        tracing::error!(error = error.to_string(), "no connection can be accepted");
                        tokio::time::sleep(FULL).await;
                    }
                }
            }
            let mut has_room = || crowd.count() < self.max_connections || crowd.make_room(&mut queue);
            if let Some(stream) = next.take_if(|_| has_room()) {
                connections.spawn(self.watch.over(|pace| self.connection(stream, pace)));
            }
        }
    }

    fn connection(&self, stream: TcpStream, pace: Arc<Pace>) -> watch::Work {
        // Answers are written in one piece, so there is nothing to wait for and gather. Fails where the
        // client has gone already, which the next read will notice.
        let _ = stream.set_nodelay(true);
        let (door, closing, of_request) = (self.door.clone(), self.closing.clone(), pace.clone());
        let service = tower::service_fn(move |request| door.clone().answer(request, of_request.clone()));
        match &self.cors {
            None => Box::pin(connection::serve(stream, pace, service, closing)),
            Some(cors) => Box::pin(connection::serve(stream, pace, cors.layer(service), closing)),
        }
    }
}

/// Everything but `/graphql`.
fn pages(health: Health, observer: &Observer, playground: Playground) -> Router {
    let metrics = if observer.has_metrics() {
        Router::new().route("/metrics", get(observer::page)).with_state(observer.clone())
    } else {
        Router::new()
    };
    Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(health)
        .merge(metrics)
        .merge(playground::routes(playground))
}
