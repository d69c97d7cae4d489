//! What is seen of a server by whoever runs it: its log, its metrics, its traces.

mod log;
mod lost_lines;
mod metrics;
mod slow;
mod soak;
mod traces;

use std::time::{Duration, Instant};

/// How long something that is to be seen may take to be there.
const PATIENCE: Duration = Duration::from_secs(20);

/// What `look` finds, as soon as it finds something.
async fn wait_for<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "{what}: not seen");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
