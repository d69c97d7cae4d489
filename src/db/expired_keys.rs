//! Deletes expired idempotency keys while the server runs.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::db::{Db, idempotency};

/// The shortest and longest time between two deletions.
const MIN_PERIOD: Duration = Duration::from_millis(250);
const MAX_PERIOD: Duration = Duration::from_secs(600);
/// The pause between two batches, in which other writes run.
const PAUSE: Duration = Duration::from_millis(50);

/// Deletes the keys that are older than the retention, in batches, until `stop` is cancelled.
pub async fn delete_until(db: Db, retention: Duration, stop: CancellationToken) {
    // A key is deleted at most a quarter of the retention late.
    let period = (retention / 4).clamp(MIN_PERIOD, MAX_PERIOD);
    let mut pause = period;
    while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
        let deleted = db.write(move |conn, now| Ok(idempotency::delete_expired(conn, retention, now)?)).await;
        pause = match deleted {
            Ok(true) => PAUSE,
            Ok(false) => period,
            Err(error) => {
                let error = match error {
                    crate::error::Error::Internal(error) => error.explain(),
                    crate::error::Error::User(_) => String::new(),
                };
                tracing::warn!(error, "expired idempotency keys could not be deleted");
                period
            }
        };
    }
}
