//! Telemetry: the log line, the metrics and the traces of requests.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry::trace::TraceId;
use opentelemetry_http::HeaderExtractor;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::config::observe::Observe;
use crate::db::Db;
use crate::graphql::Engine;
use crate::graphql::request_id::RequestId;
use crate::http::metrics::figures;
use crate::http::request_context::RequestGuard;
use crate::http::request_id;
use crate::http::slow_log::SlowRequest;
use crate::http::timeouts::TimedOut;
use crate::observe::metrics::Metrics;
use crate::observe::operation::{OperationOutcome, OperationStats};
use crate::observe::spans::{OperationSpan, SpanRecord, TraceContext, Traces};

/// Gives each request its id, which handlers read with [`RequestId::current`] and the response returns.
/// Records every request for `/graphql`, and gives its handler the [`RequestContext`].
///
/// [`RequestContext`]: crate::http::request_context::RequestContext
pub(super) async fn record(State(telemetry): State<Telemetry>, mut request: Request, next: Next) -> Response {
    let id = request_id::from_headers(request.headers());
    let guard = (request.uri().path() == "/graphql").then(|| {
        let guard = RequestGuard::begin(telemetry, id.clone(), request.headers());
        request.extensions_mut().insert(guard.context());
        guard
    });
    let mut response = id.clone().scope(next.run(request)).await;
    request_id::set(&mut response, &id);
    if let Some(guard) = guard {
        guard.respond(&response);
    }
    response
}

/// The telemetry of a server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Telemetry(Arc<TelemetryInner>);

struct TelemetryInner {
    slow: Duration,
    db: Db,
    metrics: Option<Metrics>,
    traces: Option<Arc<Traces>>,
    /// One permit: query plans are read for one slow request at a time, as the server is busy already.
    plans: Arc<Semaphore>,
}

/// A request that has ended, or one of a batch.
pub(super) struct RequestRecord<'a> {
    /// The id of the request.
    pub id: &'a RequestId,
    /// `None` if the request contained no operation that could be prepared.
    pub stats: Option<&'a Arc<OperationStats>>,
    /// The outcome of the operation.
    pub outcome: OperationOutcome,
    /// The code of the first error, or the limit that was exceeded.
    pub reason: Option<&'a str>,
    /// The duration of the request.
    pub took: Duration,
    /// The HTTP status. `None` if no response was sent.
    pub status: Option<u16>,
    /// The size of the response body; for a batch, in the record of its last request.
    pub bytes: Option<u64>,
}

impl Telemetry {
    /// Starts metrics and traces. Returns an error if the exporter cannot be started.
    pub(super) fn start(settings: &Observe, engine: &Engine, db: &Db) -> io::Result<Self> {
        let traces = settings.otlp.as_ref().map(|collector| Traces::start(collector, db.kind()));
        let traces = traces.transpose().map_err(io::Error::other)?.map(Arc::new);
        let metrics = (!settings.no_metrics).then(|| {
            let (engine, db) = (engine.clone(), db.clone());
            Metrics::new(engine.trusted_operations(), Box::new(move || figures(&engine, &db)))
        });
        let plans = Arc::new(Semaphore::new(1));
        Ok(Self(Arc::new(TelemetryInner { slow: settings.slow, db: db.clone(), metrics, traces, plans })))
    }

    /// Returns the time after which a request is slow.
    pub(super) fn slow(&self) -> Duration {
        self.0.slow
    }

    /// Returns the metrics as text, or `None` if they are disabled.
    pub(super) fn metrics_text(&self) -> Option<String> {
        self.0.metrics.as_ref().map(Metrics::text)
    }

    /// Returns whether metrics are enabled.
    pub(super) fn has_metrics(&self) -> bool {
        self.0.metrics.is_some()
    }

    /// Returns the trace context of a client, if traces are exported.
    pub(super) fn trace_context(&self, headers: &HeaderMap) -> Option<TraceContext> {
        self.0.traces.as_ref().map(|traces| traces.context(&HeaderExtractor(headers)))
    }

    /// Begins the span of an operation. Returns `None` if it is not sampled.
    pub(super) fn begin_span(&self, context: &TraceContext) -> Option<OperationSpan> {
        self.0.traces.as_ref()?.begin(context)
    }

    /// Counts the start of an HTTP request.
    pub(super) fn request_begun(&self) {
        if let Some(metrics) = &self.0.metrics {
            metrics.begun();
        }
    }

    /// Counts the end of an HTTP request.
    pub(super) fn request_left(&self) {
        if let Some(metrics) = &self.0.metrics {
            metrics.over();
        }
    }

    /// Records the number of requests in a batch.
    pub(super) fn batch(&self, requests: usize) {
        if let Some(metrics) = &self.0.metrics {
            metrics.batch(requests);
        }
    }

    /// Counts a connection that was closed by a timeout.
    pub(super) fn connection_closed(&self, reason: TimedOut) {
        if let Some(metrics) = &self.0.metrics {
            metrics.closed(reason.label());
        }
    }

    /// Records a request that has ended.
    pub(super) fn request_ended(&self, record: &RequestRecord<'_>) {
        let is_slow = record.took >= self.0.slow;
        let stats = record.stats.map(|stats| &**stats);
        if let Some(metrics) = &self.0.metrics {
            metrics.request(stats, record.outcome, record.took);
            metrics.answered(record.bytes.unwrap_or_default());
            // A client that has gone has seen no error.
            if let Some(reason) = record.reason.filter(|_| record.outcome != OperationOutcome::HungUp) {
                metrics.refused(reason);
            }
            if is_slow {
                metrics.slow();
            }
        }
        let trace = stats.and_then(|stats| end_span(stats, record)).map(|id| id.to_string());
        log(record, trace.as_deref());
        if is_slow
            && let Some(stats) = record.stats
            // The last connections end with the runtime.
            && let Ok(runtime) = Handle::try_current()
        {
            let slow = SlowRequest { id: record.id.clone(), stats: stats.clone(), took: record.took };
            runtime.spawn(slow.log(self.0.db.clone(), self.0.plans.clone()));
        }
    }

    /// Sends the traces that have not been sent yet.
    pub(super) async fn close(&self) {
        if let Some(traces) = self.0.traces.clone() {
            traces.close().await;
        }
    }
}

/// Ends the span of a sampled request. Returns the id of its trace.
fn end_span(stats: &OperationStats, record: &RequestRecord<'_>) -> Option<TraceId> {
    let span = stats.span()?;
    span.end(&SpanRecord {
        stats,
        request: record.id.as_str(),
        outcome: record.outcome,
        reason: record.reason,
        status: record.status,
    });
    Some(span.trace_id())
}

/// Writes the log line of a request. Of what the client sent, it has only the name of the operation.
fn log(record: &RequestRecord<'_>, trace: Option<&str>) {
    let operation = record.stats.and_then(|stats| stats.operation());
    tracing::info!(
        target: "oms::request",
        request = record.id.as_str(),
        operation = operation.and_then(|operation| operation.name.as_deref()),
        kind = operation.map(|operation| operation.kind),
        outcome = record.outcome.name(),
        reason = record.reason,
        status = record.status,
        duration_ms = milliseconds(record.took),
        cost = operation.map(|operation| operation.cost),
        statements = record.stats.map(|stats| stats.statements()),
        database_ms = record.stats.map(|stats| milliseconds(stats.in_database())),
        bytes = record.bytes,
        trace,
        "request"
    );
}

/// Returns a duration in milliseconds, to the microsecond.
pub(super) fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
