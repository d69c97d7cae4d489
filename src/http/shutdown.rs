//! Graceful shutdown: the signals, and the tokens that tell the rest of the server.

use std::io;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The time that work gets to finish after the second signal.
const ABORT_GRACE: Duration = Duration::from_secs(1);

/// Returns two futures: the first completes at the first SIGINT or SIGTERM from now on, the second at the
/// second one.
///
/// # Errors
///
/// Returns an error if the signal handlers cannot be installed.
#[cfg(unix)]
pub fn signals()
-> io::Result<(impl Future<Output = ()> + Send + 'static, impl Future<Output = ()> + Send + 'static)> {
    use tokio::signal::unix::{SignalKind, signal};

    let after = |signals: usize| {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        io::Result::Ok(async move {
            for _ in 0..signals {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }
        })
    };
    Ok((after(1)?, after(2)?))
}

/// Returns two futures: the first completes at the first Ctrl-C from now on, the second at the second one.
///
/// # Errors
///
/// Returns no error on this platform.
#[cfg(not(unix))]
pub fn signals()
-> io::Result<(impl Future<Output = ()> + Send + 'static, impl Future<Output = ()> + Send + 'static)> {
    let after = |signals: usize| async move {
        for _ in 0..signals {
            let _ = tokio::signal::ctrl_c().await;
        }
    };
    Ok((after(1), after(2)))
}

/// The stages of a shutdown, in their order.
#[derive(Debug, Clone)]
pub(super) struct Shutdown {
    /// The server is no longer ready, and still accepts connections.
    pub stopping: CancellationToken,
    /// No more connections are accepted; those that are open finish their requests.
    pub drain: CancellationToken,
    /// Nothing is waited for any more.
    pub abort: CancellationToken,
}

impl Shutdown {
    /// Starts a task which cancels `stopping` when `stop` completes, `drain` after `drain_delay`, and all of
    /// them when `abort` completes.
    pub(super) fn new(
        stop: impl Future<Output = ()> + Send + 'static,
        abort: impl Future<Output = ()> + Send + 'static,
        drain_delay: Duration,
    ) -> Self {
        let shutdown = Self {
            stopping: CancellationToken::new(),
            drain: CancellationToken::new(),
            abort: CancellationToken::new(),
        };
        let Self { stopping, drain, abort: aborted } = shutdown.clone();
        let ordered = async move {
            stop.await;
            stopping.cancel();
            tokio::time::sleep(drain_delay).await;
            drain.cancel();
        };
        tokio::spawn(ordered);
        let all = shutdown.clone();
        tokio::spawn(async move {
            abort.await;
            tracing::warn!("received a second stop signal: requests in flight are aborted");
            all.stopping.cancel();
            all.drain.cancel();
            aborted.cancel();
        });
        shutdown
    }
}

/// Waits for `work` for at most `limit`, or only a moment if `abort` is cancelled. Returns whether it
/// completed.
pub(super) async fn bounded(
    abort: &CancellationToken,
    limit: Duration,
    work: impl Future<Output = ()>,
) -> bool {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        biased;
        () = abort.cancelled() => timeout(ABORT_GRACE, work).await.is_ok(),
        done = timeout(limit, work.as_mut()) => done.is_ok(),
    }
}
