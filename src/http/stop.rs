//! How the server is told to stop, and to stop at once.

use std::io;
use std::time::Duration;

use tokio::sync::watch::{Sender, channel};
use tokio::time::timeout;

/// What is given to what should be finished all the same, where there is a hurry.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Ready at the first SIGINT or SIGTERM from now on, with what is ready at the second.
#[cfg(unix)]
pub(super) fn signal() -> io::Result<impl Future<Output = impl Future<Output = ()> + Send + 'static>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut next = async move || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    Ok(async move {
        next().await;
        async move { next().await }
    })
}

/// Ready at the first Ctrl-C, with what is ready at the second.
#[cfg(not(unix))]
pub(super) fn signal() -> io::Result<impl Future<Output = impl Future<Output = ()> + Send + 'static>> {
    let next = async || {
        let _ = tokio::signal::ctrl_c().await;
    };
    Ok(async move {
        next().await;
        async move { next().await }
    })
}

/// Whether there is a hurry: the server was told once more to stop.
pub(super) struct Hurry(Sender<bool>);

impl Hurry {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(channel(false).0)
    }

    /// There is one as soon as `told` is ready.
    pub(super) fn when(&self, told: impl Future<Output = ()> + Send + 'static) {
        let hurry = self.0.clone();
        tokio::spawn(async move {
            told.await;
            tracing::warn!("told once more to stop: nothing is waited for any more");
            hurry.send_replace(true);
        });
    }

    /// Waits for `work`; `None` where there is a hurry before it is done.
    pub(super) async fn or<F: Future>(&self, work: F) -> Option<F::Output> {
        let mut hurry = self.0.subscribe();
        tokio::select! {
            biased;
            _ = hurry.wait_for(|hurry| *hurry) => None,
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
