//! The context of a GraphQL request, from its arrival to its end: the one place that knows everything that the
//! log, the metrics and the traces tell of it.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use axum::body::HttpBody;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::graphql::request_id::RequestId;
use crate::http::graphql::error::RecordedError;
use crate::http::telemetry::{RequestRecord, Telemetry};
use crate::observe::operation::{OperationOutcome, OperationStats};
use crate::observe::spans::TraceContext;

/// The end of a request whose client does not wait for the response.
const HUNG_UP: (OperationOutcome, Option<&str>) = (OperationOutcome::HungUp, Some("HUNG_UP"));

/// A request that is being handled. Handlers find it in the extensions of the request.
pub(super) struct RequestContext {
    telemetry: Telemetry,
    id: RequestId,
    started: Instant,
    /// The trace context of the client; `None` without a collector of traces.
    trace_context: Option<TraceContext>,
    /// One for each operation that has been begun.
    operations: Mutex<Vec<Arc<OperationStats>>>,
    error: OnceLock<RecordedError>,
}

impl RequestContext {
    /// Returns the id of the request.
    pub(super) fn id(&self) -> &RequestId {
        &self.id
    }

    /// Returns the time at which the request arrived.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Begins an operation, and returns where its statements are recorded.
    pub(super) fn begin_operation(&self) -> Arc<OperationStats> {
        let span = self.trace_context.as_ref().and_then(|context| self.telemetry.begin_span(context));
        let stats = Arc::new(OperationStats::new(self.telemetry.slow(), span));
        self.operations().push(stats.clone());
        stats
    }

    /// Records that the body was a batch of so many requests.
    pub(super) fn is_batch(&self, requests: usize) {
        self.telemetry.batch(requests);
    }

    fn operations(&self) -> MutexGuard<'_, Vec<Arc<OperationStats>>> {
        self.operations.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records the end of the request: its response, or `None` if the client has gone.
    fn end(&self, response: Option<&Response>) {
        let whole = self.started.elapsed();
        let operations = std::mem::take(&mut *self.operations());
        let error = self.error.get().map(|error| (error.outcome, Some(error.reason)));
        // The whole response, also to a batch.
        let bytes = response.and_then(|response| response.body().size_hint().exact());
        let Some((last, earlier)) = operations.split_last() else {
            return self.record(response, bytes, None, error.unwrap_or(HUNG_UP), whole);
        };
        for stats in earlier {
            self.record(response, None, Some(stats), end_of(stats), time_of(stats));
        }
        // The client was told the error, whatever became of the operation.
        let end = error.unwrap_or_else(|| end_of(last));
        let time = if earlier.is_empty() { whole } else { time_of(last) };
        self.record(response, bytes, Some(last), end, time);
    }

    fn record(
        &self,
        response: Option<&Response>,
        bytes: Option<u64>,
        stats: Option<&Arc<OperationStats>>,
        (outcome, reason): (OperationOutcome, Option<&str>),
        took: Duration,
    ) {
        self.telemetry.request_ended(&RequestRecord {
            id: &self.id,
            stats,
            outcome,
            reason,
            took,
            status: response.map(|response| response.status().as_u16()),
            bytes,
        });
    }
}

fn end_of(stats: &OperationStats) -> (OperationOutcome, Option<&str>) {
    stats.end().map_or(HUNG_UP, |end| (end.outcome, end.reason.as_deref()))
}

fn time_of(stats: &OperationStats) -> Duration {
    stats.end().map_or_else(|| stats.started().elapsed(), |end| end.took)
}

/// Records the request when it is dropped, also where the client has gone.
pub(super) struct RequestGuard {
    context: Arc<RequestContext>,
    has_response: bool,
}

impl RequestGuard {
    /// Begins a request.
    pub(super) fn begin(telemetry: Telemetry, id: RequestId, headers: &HeaderMap) -> Self {
        let trace_context = telemetry.trace_context(headers);
        telemetry.request_begun();
        let context = RequestContext {
            telemetry,
            id,
            started: Instant::now(),
            trace_context,
            operations: Mutex::default(),
            error: OnceLock::new(),
        };
        Self { context: Arc::new(context), has_response: false }
    }

    /// Returns the context of the request.
    pub(super) fn context(&self) -> Arc<RequestContext> {
        self.context.clone()
    }

    /// Records the response.
    pub(super) fn respond(mut self, response: &Response) {
        self.has_response = true;
        if let Some(error) = response.extensions().get::<RecordedError>() {
            // There is one response, so it is set once.
            let _ = self.context.error.set(*error);
        }
        self.context.end(Some(response));
    }
}

impl Drop for RequestGuard {
    fn drop(&mut self) {
        if !self.has_response {
            self.context.end(None);
        }
        self.context.telemetry.request_left();
    }
}
