//! The accept loop: HTTP/1.1 and HTTP/2 without TLS, at most so many connections, and a graceful end.

use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::http::shutdown::{Shutdown, bounded};
use crate::http::telemetry::Telemetry;
use crate::http::timeouts::{Activity, TimeoutStream, Timeouts};

/// The pause after a connection could not be accepted, usually because there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// The maximum size of a request head in bytes: the URL, which may contain a query, and the headers.
const MAX_HEAD_SIZE: usize = 64 * 1024;
/// The time that aborted connections get to end.
const ABORT_GRACE: Duration = Duration::from_secs(1);
/// The time, after that of a request, in which the last responses are sent.
const SEND_GRACE: Duration = Duration::from_secs(1);

/// An HTTP server on one listener.
#[derive(Clone)]
pub(super) struct Server {
    router: Router,
    builder: Arc<Builder<TokioExecutor>>,
    timeouts: Timeouts,
    /// One permit for each connection.
    connections: Arc<Semaphore>,
    telemetry: Telemetry,
}

impl Server {
    /// Returns a server for these routes. `max_connections` limits the open connections.
    pub(super) fn new(
        router: Router,
        timeouts: Timeouts,
        max_connections: usize,
        telemetry: Telemetry,
    ) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        // The stream has the timeouts of HTTP/1 (see `timeouts.rs`).
        builder.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(MAX_HEAD_SIZE);
        // A client that has gone without a word is noticed by its missing answers to PING.
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(MAX_HEAD_SIZE as u32)
            .keep_alive_interval(timeouts.idle)
            .keep_alive_timeout(timeouts.request);
        let connections = Arc::new(Semaphore::new(max_connections.min(Semaphore::MAX_PERMITS)));
        Self { router, builder: Arc::new(builder), timeouts, connections, telemetry }
    }

    /// Accepts connections until `shutdown.drain`, then waits for the requests in flight.
    pub(super) async fn serve(self, listener: TcpListener, shutdown: &Shutdown) {
        let tracker = TaskTracker::new();
        tokio::select! {
            biased;
            () = shutdown.drain.cancelled() => {}
            () = self.accept(&listener, shutdown, &tracker) => {}
        }
        drop(listener);
        tracker.close();
        let limit = self.timeouts.request + SEND_GRACE;
        if !bounded(&shutdown.abort, limit, tracker.wait()).await {
            tracing::warn!(connections = tracker.len(), "stopped with requests in flight");
            shutdown.abort.cancel();
            // A connection whose thread is blocked does not end.
            let _ = tokio::time::timeout(ABORT_GRACE, tracker.wait()).await;
        }
    }

    async fn accept(&self, listener: &TcpListener, shutdown: &Shutdown, tracker: &TaskTracker) {
        // The semaphore is never closed. Connections beyond the limit wait in the backlog of the socket.
        while let Ok(permit) = self.connections.clone().acquire_owned().await {
            let stream = loop {
                match listener.accept().await {
                    Ok((stream, _)) => break stream,
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    Err(error) => {
                        tracing::error!(error = error.to_string(), "cannot accept connections");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                }
            };
            let (drain, abort) = (shutdown.drain.clone(), shutdown.abort.clone());
            tracker.spawn(self.clone().connection(stream, permit, drain, abort));
        }
    }

    /// Serves one connection to its end.
    async fn connection(
        self,
        stream: TcpStream,
        _permit: OwnedSemaphorePermit,
        drain: CancellationToken,
        abort: CancellationToken,
    ) {
        // Fails if the client has gone, which the next read notices.
        let _ = stream.set_nodelay(true);
        let activity = Activity::new();
        let service = service_fn(|request: Request<Incoming>| {
            let active = activity.request(request.version());
            let response = self.router.clone().oneshot(request.map(Body::new));
            async move { Ok::<_, Infallible>(response.await?.map(|body| active.respond(body))) }
        });
        let io = TokioIo::new(TimeoutStream::new(stream, activity.clone(), self.timeouts));
        let mut connection = pin!(self.builder.serve_connection_with_upgrades(io, service));
        // How the connection ends is of no interest: the client has gone or does not speak HTTP.
        tokio::select! {
            biased;
            _ = connection.as_mut() => {}
            () = abort.cancelled() => {}
            () = drain.cancelled() => {
                if !activity.is_idle() {
                    connection.as_mut().graceful_shutdown();
                    tokio::select! {
                        biased;
                        _ = connection => {}
                        () = abort.cancelled() => {}
                    }
                }
            }
        }
        if let Some(reason) = activity.timed_out() {
            self.telemetry.connection_closed(reason);
        }
    }
}
