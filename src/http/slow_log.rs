//! The log of slow requests: their statements and query plans. Statements have placeholders, not values.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::db::Db;
use crate::graphql::request_id::RequestId;
use crate::http::telemetry::milliseconds;
use crate::observe::operation::{EventKind, OperationStats};

/// The maximum number of different statements that are logged, slowest first.
const MAX_STATEMENTS: usize = 10;
/// The maximum number of query plans.
const MAX_PLANS: usize = 3;
/// The time that a statement of a cancelled request gets to end, so that it is logged.
const CANCEL_GRACE: Duration = Duration::from_millis(200);

/// A slow request.
pub(super) struct SlowRequest {
    /// The id of the request.
    pub id: RequestId,
    /// The statistics of the operation, with its statements.
    pub stats: Arc<OperationStats>,
    /// The duration of the request.
    pub took: Duration,
}

/// All executions of one statement.
struct StatementTotal {
    text: String,
    times: usize,
    took: Duration,
}

impl SlowRequest {
    /// Logs the request; with query plans unless those of another request are being read.
    pub(super) async fn log(self, db: Db, plans: Arc<Semaphore>) {
        if self.stats.end().is_none() {
            tokio::time::sleep(CANCEL_GRACE).await;
        }
        let ran = self.statements();
        let permit = plans.try_acquire();
        let mut shown = String::new();
        for (n, statement) in ran.iter().take(MAX_STATEMENTS).enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(
                shown,
                "\n  {} × {} ms: {}",
                statement.times,
                milliseconds(statement.took),
                statement.text
            );
            if permit.is_err() || n >= MAX_PLANS {
                continue;
            }
            match db.explain(statement.text.clone()).await {
                Ok(steps) => shown.extend(steps.iter().map(|step| format!("\n    {step}"))),
                Err(fault) => {
                    let _ = write!(shown, "\n    (no plan: {})", fault.explain());
                }
            }
        }
        let operation = self.stats.operation();
        tracing::warn!(
            target: "oms::slow",
            request = self.id.as_str(),
            operation = operation.and_then(|operation| operation.name.as_deref()),
            kind = operation.map(|operation| operation.kind),
            duration_ms = milliseconds(self.took),
            statements = self.stats.statements(),
            database_ms = milliseconds(self.stats.in_database()),
            ran = %shown,
            "slow request"
        );
    }

    /// Returns the statements whose texts were kept, slowest first.
    fn statements(&self) -> Vec<StatementTotal> {
        let mut by_text: HashMap<String, (usize, Duration)> = HashMap::new();
        for event in self.stats.events() {
            if let EventKind::Statement(text) = event.kind {
                let (times, took) = by_text.entry(text).or_default();
                *times += 1;
                *took += event.took;
            }
        }
        let mut ran: Vec<StatementTotal> =
            by_text.into_iter().map(|(text, (times, took))| StatementTotal { text, times, took }).collect();
        ran.sort_by(|a, b| b.took.cmp(&a.took).then_with(|| a.text.cmp(&b.text)));
        ran
    }
}
