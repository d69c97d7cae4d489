//! Why a request was slow: the statements that it ran, and how the database goes about them. Texts
//! with placeholders; no value is in them.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::db::Db;
use crate::graphql::request_id::RequestId;
use crate::http::observer::milliseconds;
use crate::observe::trail::{Trail, What};

/// The most different statements that are shown, those that took longest first.
const SHOWN: usize = 10;
/// Of how many of them the plan is asked for.
const EXPLAINED: usize = 3;
/// What a request that was given up has still running is given to end.
const AFTERMATH: Duration = Duration::from_millis(200);

/// A request that was slow.
pub(super) struct Slow {
    pub id: RequestId,
    pub trail: Arc<Trail>,
    pub took: Duration,
}

/// All the times that one statement ran.
struct Ran {
    text: String,
    times: usize,
    took: Duration,
}

impl Slow {
    /// Logs it; with plans, unless somebody else is at it.
    pub(super) async fn tell(self, db: Db, explaining: Arc<Semaphore>) {
        if self.trail.ending().is_none() {
            tokio::time::sleep(AFTERMATH).await;
        }
        let ran = self.statements();
        let place = explaining.try_acquire();
        let mut shown = String::new();
        for (n, statement) in ran.iter().take(SHOWN).enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(
                shown,
                "\n  {} × {} ms: {}",
                statement.times,
                milliseconds(statement.took),
                statement.text
            );
            if place.is_err() || n >= EXPLAINED {
                continue;
            }
            match db.explain(statement.text.clone()).await {
                Ok(steps) => shown.extend(steps.iter().map(|step| format!("\n    {step}"))),
                Err(fault) => {
                    let _ = write!(shown, "\n    (no plan: {})", fault.explain());
                }
            }
        }
        let operation = self.trail.operation();
        tracing::warn!(
            target: "oms::slow",
            request = self.id.as_str(),
            operation = operation.and_then(|operation| operation.name.as_deref()),
            kind = operation.map(|operation| operation.kind),
            duration_ms = milliseconds(self.took),
            statements = self.trail.statements(),
            database_ms = milliseconds(self.trail.in_database()),
            ran = %shown,
            "slow request"
        );
    }

    /// What it ran for long, the longest first.
    fn statements(&self) -> Vec<Ran> {
        let mut by_text: HashMap<String, (usize, Duration)> = HashMap::new();
        for step in self.trail.steps() {
            if let What::Statement(text) = step.what {
                let (times, took) = by_text.entry(text).or_default();
                *times += 1;
                *took += step.took;
            }
        }
        let mut ran: Vec<Ran> =
            by_text.into_iter().map(|(text, (times, took))| Ran { text, times, took }).collect();
        ran.sort_by(|a, b| b.took.cmp(&a.took).then_with(|| a.text.cmp(&b.text)));
        ran
    }
}
