//! Where everything that is seen of a server comes together: log, metrics, traces. Decides nothing.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use opentelemetry_http::HeaderExtractor;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::config::observe::Observe;
use crate::db::Db;
use crate::graphql::Engine;
use crate::graphql::request_id::RequestId;
use crate::http::figures::figures;
use crate::http::slow::Slow;
use crate::http::watch::Why;
use crate::observe::metrics::{self, Metrics};
use crate::observe::spans::{Parent, Spans, Told};
use crate::observe::trail::{Outcome, Trail};

/// Cheap to clone.
#[derive(Clone)]
pub(super) struct Observer(Arc<Inside>);

struct Inside {
    slow: Duration,
    db: Db,
    metrics: Option<Metrics>,
    spans: Option<Arc<Spans>>,
    /// For one at a time to ask for plans: a server that is slow already is left alone.
    explaining: Arc<Semaphore>,
}

/// A request, or one of a list, that is over.
pub(super) struct Over<'a> {
    pub id: &'a RequestId,
    /// `None` where it never became an operation.
    pub trail: Option<&'a Arc<Trail>>,
    pub outcome: Outcome,
    /// The code of its first error, or the limit it went beyond.
    pub reason: Option<&'a str>,
    pub took: Duration,
    pub started: Instant,
    pub status: Option<u16>,
    /// Of the answer, as it was sent; of a list with its last request.
    pub bytes: Option<u64>,
    pub parent: Option<&'a Parent>,
}

impl Observer {
    pub(super) fn start(settings: &Observe, engine: &Engine, db: &Db) -> io::Result<Self> {
        let spans = settings.otlp.as_ref().map(|collector| Spans::start(collector, db.kind()));
        let spans = spans.transpose().map_err(io::Error::other)?.map(Arc::new);
        let metrics = (!settings.no_metrics).then(|| {
            let (engine, db) = (engine.clone(), db.clone());
            Metrics::new(engine.trusted_operations(), Box::new(move || figures(&engine, &db)))
        });
        let explaining = Arc::new(Semaphore::new(1));
        Ok(Self(Arc::new(Inside { slow: settings.slow, db: db.clone(), metrics, spans, explaining })))
    }

    /// From when on a request is slow.
    pub(super) fn slow(&self) -> Duration {
        self.0.slow
    }

    pub(super) fn has_metrics(&self) -> bool {
        self.0.metrics.is_some()
    }

    /// The trace that a request belongs to, where there are traces.
    pub(super) fn parent(&self, headers: &HeaderMap) -> Option<Parent> {
        self.0.spans.as_ref().map(|spans| spans.parent(&HeaderExtractor(headers)))
    }

    pub(super) fn begun(&self) {
        if let Some(metrics) = &self.0.metrics {
            metrics.begun();
        }
    }

    pub(super) fn ended(&self) {
        if let Some(metrics) = &self.0.metrics {
            metrics.over();
        }
    }

    pub(super) fn batch(&self, requests: usize) {
        if let Some(metrics) = &self.0.metrics {
            metrics.batch(requests);
        }
    }

    /// A connection was closed before its client did.
    pub(super) fn closed(&self, why: Why) {
        if let Some(metrics) = &self.0.metrics {
            metrics.closed(why.name());
        }
    }

    pub(super) fn over(&self, over: &Over<'_>) {
        let is_slow = over.took >= self.0.slow;
        let trail = over.trail.map(|trail| &**trail);
        if let Some(metrics) = &self.0.metrics {
            metrics.request(trail, over.outcome, over.took);
            metrics.answered(over.bytes.unwrap_or_default());
            // Nobody is refused who does not wait.
            if let Some(reason) = over.reason.filter(|_| over.outcome != Outcome::HungUp) {
                metrics.refused(reason);
            }
            if is_slow {
                metrics.slow();
            }
        }
        let trace = self.trace(over).map(|id| id.to_string());
        log(over, trace.as_deref());
        if is_slow
            && let Some(trail) = over.trail
            // There is none when the last connections end with the runtime.
            && let Ok(runtime) = Handle::try_current()
        {
            let slow = Slow { id: over.id.clone(), trail: trail.clone(), took: over.took };
            runtime.spawn(slow.tell(self.0.db.clone(), self.0.explaining.clone()));
        }
    }

    fn trace(&self, over: &Over<'_>) -> Option<impl ToString> {
        let (spans, parent, trail) = (self.0.spans.as_ref()?, over.parent?, over.trail?);
        let told = Told {
            trail,
            request: over.id.as_str(),
            outcome: over.outcome,
            reason: over.reason,
            status: over.status,
            started: over.started,
            took: over.took,
        };
        Some(spans.tell(parent, &told))
    }

    /// Sends what has not been sent yet.
    pub(super) async fn close(&self) {
        if let Some(spans) = self.0.spans.clone() {
            spans.close().await;
        }
    }
}

/// The line of a request. What clients wrote is not in it, but for the name of the operation.
fn log(over: &Over<'_>, trace: Option<&str>) {
    let operation = over.trail.and_then(|trail| trail.operation());
    tracing::info!(
        target: "oms::request",
        request = over.id.as_str(),
        operation = operation.and_then(|operation| operation.name.as_deref()),
        kind = operation.map(|operation| operation.kind),
        outcome = over.outcome.name(),
        reason = over.reason,
        status = over.status,
        duration_ms = milliseconds(over.took),
        cost = operation.map(|operation| operation.cost),
        statements = over.trail.map(|trail| trail.statements()),
        database_ms = over.trail.map(|trail| milliseconds(trail.in_database())),
        bytes = over.bytes,
        trace,
        "request"
    );
}

/// With three digits behind the point.
pub(super) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

/// `/metrics`.
pub(super) async fn page(State(observer): State<Observer>) -> impl IntoResponse {
    let text = observer.0.metrics.as_ref().map(Metrics::text).unwrap_or_default();
    ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text)
}
