//! Timeouts of a connection: a client that sends a request head slowly, does not read a response, or leaves
//! the connection idle. Request bodies and handlers have a timeout of their own.
//!
//! hyper has one timeout for an idle connection and for a head (`header_read_timeout`). A proxy keeps idle
//! connections for longer than a head may take, so the two are told apart here, and writes have a timeout
//! as well.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Version;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// The timeouts of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    /// The time for a request head, and the time without progress while a response is sent.
    pub request: Duration,
    /// The time that a connection may be open without a request.
    pub idle: Duration,
}

/// The reason why a connection was closed by a timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimedOut {
    /// No request arrived.
    Idle,
    /// A request head arrived too slowly, or a response was not read.
    Slow,
}

impl TimedOut {
    /// Returns the label of this reason in the metrics.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Slow => "slow",
        }
    }
}

/// The activity on a connection, shared by its stream and its service.
#[derive(Debug)]
pub(super) struct Activity(Mutex<TimeoutState>);

#[derive(Debug)]
struct TimeoutState {
    /// Requests whose response has not been handed over completely.
    requests: usize,
    /// A write is waiting for the client.
    is_write_blocked: bool,
    /// The first bytes of an HTTP/1 request head have arrived.
    has_head_bytes: bool,
    is_http2: bool,
    has_had_request: bool,
    /// The start of the timeout that runs.
    since: Instant,
    timed_out: Option<TimedOut>,
}

impl Activity {
    /// Returns the activity of a connection that has had no request.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(TimeoutState {
            requests: 0,
            is_write_blocked: false,
            has_head_bytes: false,
            is_http2: false,
            has_had_request: false,
            since: Instant::now(),
            timed_out: None,
        })))
    }

    /// Records that a request head has been received.
    pub(super) fn request(self: &Arc<Self>, version: Version) -> ActiveRequest {
        let mut inner = self.lock();
        inner.requests += 1;
        inner.has_head_bytes = false;
        inner.has_had_request = true;
        inner.is_http2 = version == Version::HTTP_2;
        ActiveRequest(self.clone())
    }

    /// Returns whether the connection can be closed without the loss of a request or a response. HTTP/2
    /// tells its client itself (GOAWAY).
    pub(super) fn is_idle(&self) -> bool {
        let inner = self.lock();
        inner.requests == 0 && !inner.is_write_blocked && !inner.has_head_bytes && !inner.is_http2
    }

    /// Returns the timeout that ended the connection, if one did.
    pub(super) fn timed_out(&self) -> Option<TimedOut> {
        self.lock().timed_out
    }

    fn lock(&self) -> MutexGuard<'_, TimeoutState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TimeoutState {
    /// Returns the time at which the connection is to be closed, and the reason; `None` while a request is
    /// handled.
    fn deadline(&self, timeouts: Timeouts) -> Option<(Instant, TimedOut)> {
        if self.is_write_blocked || self.has_head_bytes {
            return Some((self.since + timeouts.request, TimedOut::Slow));
        }
        if self.requests > 0 {
            return None;
        }
        // A client connects in order to send a request.
        let idle = if self.has_had_request { timeouts.idle } else { timeouts.request };
        Some((self.since + idle, TimedOut::Idle))
    }
}

/// A request that is being handled, until its response has been handed over.
#[derive(Debug)]
pub(super) struct ActiveRequest(Arc<Activity>);

impl ActiveRequest {
    /// Returns the response body, which ends the request when it is dropped.
    pub(super) fn respond(self, body: Body) -> TrackedBody {
        TrackedBody { body, _request: self }
    }
}

impl Drop for ActiveRequest {
    fn drop(&mut self) {
        let mut inner = self.0.lock();
        inner.requests -= 1;
        inner.since = Instant::now();
    }
}

/// A response body that is known to its connection.
#[derive(Debug)]
pub(super) struct TrackedBody {
    body: Body,
    _request: ActiveRequest,
}

impl HttpBody for TrackedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A TCP stream with timeouts. Reads and writes fail with [`io::ErrorKind::TimedOut`].
#[derive(Debug)]
pub(super) struct TimeoutStream {
    stream: TcpStream,
    activity: Arc<Activity>,
    timeouts: Timeouts,
    /// Never later than the deadline; where it is earlier, it is set again when it fires.
    timer: Option<Pin<Box<Sleep>>>,
}

impl TimeoutStream {
    /// Returns the stream with its timeouts. `activity` is shared with the requests of the connection.
    pub(super) fn new(stream: TcpStream, activity: Arc<Activity>, timeouts: Timeouts) -> Self {
        Self { stream, activity, timeouts, timer: None }
    }

    /// Waits for the deadline, where the stream itself has to wait.
    fn poll_deadline<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        loop {
            let deadline = self.activity.lock().deadline(self.timeouts);
            // Without a deadline, it is looked for again later: the end of a request wakes nobody here.
            let wake_at = deadline.map(|(deadline, _)| deadline.into());
            let look_again = || tokio::time::Instant::now() + self.timeouts.request.min(self.timeouts.idle);
            let timer = self.timer.get_or_insert_with(|| {
                Box::pin(tokio::time::sleep_until(wake_at.unwrap_or_else(look_again)))
            });
            if let Some(wake_at) = wake_at.filter(|wake_at| timer.deadline() > *wake_at) {
                timer.as_mut().reset(wake_at);
            }
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            match deadline {
                Some((deadline, reason)) if Instant::now() >= deadline => {
                    self.activity.lock().timed_out.get_or_insert(reason);
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                _ => timer.as_mut().reset(wake_at.unwrap_or_else(look_again)),
            }
        }
    }

    fn poll_written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        {
            let mut inner = self.activity.lock();
            let was_blocked = std::mem::replace(&mut inner.is_write_blocked, written.is_pending());
            // A blocked write that is tried again makes no progress.
            if !(was_blocked && written.is_pending()) {
                inner.since = Instant::now();
            }
        }
        if written.is_pending() { self.poll_deadline(cx) } else { written }
    }
}

impl AsyncRead for TimeoutStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Pending => self.poll_deadline(cx),
            read => {
                if buffer.filled().len() > before {
                    let mut inner = self.activity.lock();
                    // On HTTP/2, bytes between requests are frames such as PING.
                    if inner.requests == 0 && !inner.has_head_bytes && !inner.is_http2 {
                        inner.has_head_bytes = true;
                        inner.since = Instant::now();
                    }
                }
                read
            }
        }
    }
}

impl AsyncWrite for TimeoutStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.poll_written(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.poll_written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
