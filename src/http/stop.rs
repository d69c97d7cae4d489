//! How the server is told to stop, and to stop at once.

use std::io;
use std::time::Duration;

use tokio::sync::watch::{Receiver, channel};
use tokio::time::timeout;

/// What is given to what should be finished all the same, where there is a hurry.
const AT_ONCE: Duration = Duration::from_secs(1);

/// The first is ready at the first SIGINT or SIGTERM from now on, the second at the second.
#[cfg(unix)]
pub(super) fn signals() -> io::Result<(impl Future<Output = ()> + Send, impl Future<Output = ()> + Send)> {
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

/// The first is ready at the first Ctrl-C, the second at the second.
#[cfg(not(unix))]
pub(super) fn signals() -> io::Result<(impl Future<Output = ()> + Send, impl Future<Output = ()> + Send)> {
    let after = |signals: usize| async move {
        for _ in 0..signals {
            let _ = tokio::signal::ctrl_c().await;
        }
    };
    Ok((after(1), after(2)))
}

/// Whether there is a hurry: the server was told once more to stop.
pub(super) struct Hurry(Receiver<bool>);

impl Hurry {
    /// There is one as soon as `told` is ready.
    pub(super) fn when(told: impl Future<Output = ()> + Send + 'static) -> Self {
        let (hurry, hurried) = channel(false);
        tokio::spawn(async move {
            told.await;
            tracing::warn!("told once more to stop: nothing is waited for any more");
            hurry.send_replace(true);
            // As long as anybody may ask.
            hurry.closed().await;
        });
        Self(hurried)
    }

    /// Waits for `work`; `None` where there is a hurry before it is done.
    pub(super) async fn or<F: Future>(&self, work: F) -> Option<F::Output> {
        let mut hurry = self.0.clone();
        tokio::select! {
            biased;
            Ok(_) = hurry.wait_for(|hurry| *hurry) => None,
            done = work => Some(done),
        }
    }

    /// Waits for `work` so long, and only a moment where there is a hurry. Whether it was done.
    pub(super) async fn within(&self, time: Duration, work: impl Future<Output = ()>) -> bool {
        let mut work = std::pin::pin!(work);
        match self.or(timeout(time, &mut work)).await {
            Some(done) => done.is_ok(),
            None => timeout(AT_ONCE, work).await.is_ok(),
        }
    }
}
