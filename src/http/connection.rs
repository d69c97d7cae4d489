//! One connection: HTTP/1.1 over TCP, kept at its pace.

use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::Service;

use crate::http::pace::{Pace, Phase};

/// The largest head of a request, in bytes: its URL, which may be a whole query, and its headers.
const LARGEST_HEAD: usize = 64 * 1024;

/// Answers what comes in on a connection until it ends. When `closing` says so, it ends after the
/// request that it is at, if it is at one.
pub(super) async fn serve<S>(
    stream: TcpStream,
    pace: Arc<Pace>,
    service: S,
    mut closing: watch::Receiver<bool>,
) where
    S: Service<Request<Incoming>, Response = Response, Error = Infallible> + Clone,
{
    let wire = TokioIo::new(Wire { stream, pace: pace.clone() });
    let mut connection = pin!(
        http1::Builder::new()
            // The pace has all the times.
            .header_read_timeout(None)
            .max_header_size(LARGEST_HEAD)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(wire, TowerToHyperService::new(service))
    );
    tokio::select! {
        biased;
        // How it ended is of no interest: the client has gone, was too slow, or does not speak HTTP.
        _ = connection.as_mut() => return,
        _ = closing.wait_for(|closing| *closing) => {}
    }
    if pace.is(Phase::Idle) {
        return;
    }
    connection.as_mut().graceful_shutdown();
    let _ = connection.await;
}

/// The bytes of a connection. They tell the pace how far it is, and fail when the time is over.
struct Wire {
    stream: TcpStream,
    pace: Arc<Pace>,
}

impl Wire {
    /// Nothing is to be had at the moment, and never will be where the time is over.
    fn wait<T>(&self) -> Poll<io::Result<T>> {
        // As long as a request is worked for, it is up to that to end.
        if self.pace.is_late() && !self.pace.has_request() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Pending
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let known = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Ready(read) => {
                if buffer.filled().len() > known {
                    self.pace.heard();
                }
                Poll::Ready(read)
            }
            Poll::Pending => self.wait(),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.pace.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Wire {
    fn wrote(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(written) => {
                self.pace.progress();
                Poll::Ready(written)
            }
            Poll::Pending => {
                let end = self.wait();
                self.pace.stuck();
                end
            }
        }
    }
}
