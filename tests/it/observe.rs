//! Telemetry for operators: log, metrics and traces.

mod log;
mod lost_lines;
mod metrics;
mod slow;
mod soak;
mod traces;

use std::time::{Duration, Instant};

/// The maximum time until telemetry is visible.
const PATIENCE: Duration = Duration::from_secs(20);

/// Calls `look` until it returns a value.
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
