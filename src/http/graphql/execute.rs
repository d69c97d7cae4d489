//! Executes a GraphQL request where it belongs: on the thread that received it if it is cheap, on the compute
//! threads if it is expensive. Its cost is known before it is executed.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::http::HeaderValue;
use axum::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, VARY};
use axum::response::Response;
use futures_util::FutureExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinError;
use tokio::time::timeout_at;

use crate::error::InternalError;
use crate::graphql::deadline::{Deadline, TIMED_OUT};
use crate::graphql::error::is_internal_error;
use crate::graphql::execution::{AllowedOperations, Execution};
use crate::graphql::request::{BudgetUsed, Request};
use crate::graphql::{ExecutionResult, ExecutionStatus};
use crate::http::AppState;
use crate::http::compute::{MAX_INLINE_BYTES, MAX_INLINE_COST, QueuePermit};
use crate::http::graphql::IDEMPOTENT_REPLAYED;
use crate::http::graphql::accept::MediaType;
use crate::http::graphql::compression::{self, AcceptedEncodings};
use crate::http::graphql::error::HttpError;
use crate::http::graphql::request::{BatchRequest, RawRequest};
use crate::http::request_context::RequestContext;
use crate::observe::operation::{OperationOutcome, OperationStats};

/// The size in bytes from which on a response keeps its permit until it has been sent. Shorter responses fit
/// into the buffers of their connection.
const MIN_HELD_RESPONSE: usize = 64 * 1024;

/// A request that is being executed, with everything its response depends on.
#[derive(Clone)]
pub(super) struct GraphQLExecution {
    /// The state of the server.
    pub state: AppState,
    /// The context of the request.
    pub context: Arc<RequestContext>,
    /// The media type of the response.
    pub media: MediaType,
    /// The encodings that the client accepts.
    pub encodings: AcceptedEncodings,
    /// The idempotency key in the header of the request.
    pub idempotency_key: Option<Arc<str>>,
    /// The time at which the request times out.
    pub deadline: Instant,
    /// Held by everything that works for the request, even if it outlives the request.
    pub permit: Arc<OwnedSemaphorePermit>,
}

/// The parts of a response that follow from the execution of a request or a batch.
struct ResponseParts {
    body: Bytes,
    outcome: ExecutionStatus,
    /// Whether the outcome of a mutation is that of an earlier request with the same idempotency key.
    replayed: bool,
}

impl From<ExecutionResult> for ResponseParts {
    fn from(ExecutionResult { body, outcome, replayed, .. }: ExecutionResult) -> Self {
        Self { body, outcome, replayed }
    }
}

/// The threads that a request runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Threads {
    /// The threads that do I/O. They must not be kept busy.
    Io,
    Compute,
}

impl GraphQLExecution {
    /// Returns the response.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is malformed, if it is expensive and the queue of the compute threads
    /// is full, if it takes too long, or if its execution panics.
    pub(super) async fn run(self, raw: RawRequest) -> Result<Response, HttpError> {
        let (deadline, limit) = (self.deadline, self.state.limits.timeout);
        let work = AssertUnwindSafe(Box::pin(self.dispatch(raw))).catch_unwind();
        match timeout_at(deadline.into(), work).await {
            Ok(Ok(response)) => response,
            Ok(Err(panic)) => Err(HttpError::Internal(InternalError::from_panic(&*panic))),
            Err(_) => Err(HttpError::Timeout(limit)),
        }
    }

    async fn dispatch(self, raw: RawRequest) -> Result<Response, HttpError> {
        if raw.is_large() {
            let slot = self.slot()?;
            return self.on_compute_threads(slot, async move |this| this.parse_and_execute(&raw).await).await;
        }
        let allowed = match raw {
            RawRequest::Post(_) => AllowedOperations::All,
            // A page of another origin can make a browser send a GET request.
            RawRequest::Get(_) => AllowedOperations::Queries,
        };
        let request = match raw.parse(self.state.limits.max_batch)? {
            BatchRequest::Single(request) => self.with_header_key(request)?,
            BatchRequest::Batch(requests) => {
                self.check_batch()?;
                let slot = self.slot()?;
                return self
                    .on_compute_threads(slot, async move |this| this.execute_batch(requests).await)
                    .await;
            }
        };
        let (request, stats) = self.begin(request);
        let execution = match self.state.engine.prepare(request, allowed).await {
            Ok(execution) => execution,
            Err(answer) => {
                end(&stats, &answer);
                return self.respond(answer.into(), allowed, Threads::Io).await;
            }
        };
        if execution.cost() <= MAX_INLINE_COST {
            let answer = self.execute(execution, &stats, Threads::Io).await;
            return self.respond(answer.into(), allowed, Threads::Io).await;
        }
        let slot = self.slot()?;
        let work = async move |this: Self| {
            let answer = this.execute(execution, &stats, Threads::Compute).await;
            this.respond(answer.into(), allowed, Threads::Compute).await
        };
        self.on_compute_threads(slot, work).await
    }

    fn slot(&self) -> Result<QueuePermit, HttpError> {
        self.state.compute.try_slot().ok_or(HttpError::Overloaded)
    }

    async fn on_compute_threads<F, W>(self, slot: QueuePermit, work: F) -> Result<Response, HttpError>
    where
        F: FnOnce(Self) -> W,
        W: Future<Output = Result<Response, HttpError>> + Send + 'static,
    {
        let (state, id) = (self.state.clone(), self.context.id().clone());
        let task = state.compute.spawn(slot, id.scope(work(self)));
        task.await.unwrap_or_else(|error| Err(HttpError::Internal(fault(error))))
    }

    async fn parse_and_execute(self, raw: &RawRequest) -> Result<Response, HttpError> {
        match raw.parse(self.state.limits.max_batch)? {
            BatchRequest::Batch(requests) => {
                self.check_batch()?;
                self.execute_batch(requests).await
            }
            BatchRequest::Single(request) => {
                let answer = self.prepare_and_execute(self.with_header_key(request)?).await;
                self.respond(answer.into(), AllowedOperations::All, Threads::Compute).await
            }
        }
    }

    /// Returns the request with the idempotency key of the header.
    fn with_header_key(&self, mut request: Request) -> Result<Request, HttpError> {
        let Some(key) = &self.idempotency_key else { return Ok(request) };
        let extension = &mut request.extensions.idempotency_key;
        if extension.as_ref().is_some_and(|extension| **extension != **key) {
            let message = "the header Idempotency-Key and extensions.idempotencyKey have different keys; send one of them";
            return Err(HttpError::Malformed(message.to_owned()));
        }
        *extension = Some(key.to_string());
        Ok(request)
    }

    /// Refuses a batch with one idempotency key for several requests.
    fn check_batch(&self) -> Result<(), HttpError> {
        if self.idempotency_key.is_none() {
            return Ok(());
        }
        let message = "the header Idempotency-Key cannot be used with a batch; send \
                       extensions.idempotencyKey in each of its requests";
        Err(HttpError::Malformed(message.to_owned()))
    }

    /// Executes a batch, one request after the other: a query may read what the mutation before it wrote. The
    /// limits of one request hold for the whole batch.
    async fn execute_batch(self, requests: Vec<Request>) -> Result<Response, HttpError> {
        self.context.is_batch(requests.len());
        let mut list = Vec::new();
        let mut budget_used = BudgetUsed::default();
        let (mut outcome, mut replayed) = (None, false);
        for request in requests {
            let answer = self.prepare_and_execute(Request { budget_used, ..request }).await;
            list.push(if list.is_empty() { b'[' } else { b',' });
            list.extend_from_slice(&answer.body);
            budget_used.cost = budget_used.cost.saturating_add(answer.cost);
            budget_used.bytes = list.len();
            replayed |= answer.replayed;
            outcome = Some(outcome.map_or(answer.outcome, |before| combine(before, answer.outcome)));
        }
        list.push(b']');
        let outcome = outcome.unwrap_or(ExecutionStatus::Rejected);
        let answer = ResponseParts { body: list.into(), outcome, replayed };
        self.respond(answer, AllowedOperations::All, Threads::Compute).await
    }

    async fn prepare_and_execute(&self, request: Request) -> ExecutionResult {
        let (request, stats) = self.begin(request);
        match self.state.engine.prepare(request, AllowedOperations::All).await {
            Ok(execution) => self.execute(execution, &stats, Threads::Compute).await,
            Err(answer) => {
                end(&stats, &answer);
                answer
            }
        }
    }

    fn begin(&self, request: Request) -> (Request, Arc<OperationStats>) {
        let stats = self.context.begin_operation();
        let deadline = Some(Deadline::at(self.deadline));
        let held: Arc<OwnedSemaphorePermit> = self.permit.clone();
        let request = Request { deadline, stats: Some(stats.clone()), held: Some(held), ..request };
        (request, stats)
    }

    async fn execute(
        &self,
        execution: Execution,
        stats: &OperationStats,
        threads: Threads,
    ) -> ExecutionResult {
        let answer = self.state.engine.run(execution, threads == Threads::Compute).await;
        end(stats, &answer);
        answer
    }

    async fn respond(
        self,
        ResponseParts { body, outcome, replayed }: ResponseParts,
        allowed: AllowedOperations,
        threads: Threads,
    ) -> Result<Response, HttpError> {
        // The timeout of the caller does not fire while this thread is busy.
        if Instant::now() >= self.deadline {
            return Err(HttpError::Timeout(self.state.limits.timeout));
        }
        let mut response = Response::new(body);
        *response.status_mut() = self.media.status(outcome);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, self.media.content_type());
        if allowed == AllowedOperations::Queries {
            // A proxy may store the response to a GET request, and the data changes.
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            headers.insert(VARY, HeaderValue::from_static("accept"));
        }
        if replayed {
            headers.insert(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"));
        }
        if outcome == ExecutionStatus::NotAQuery {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
        let is_long = response.body().len() > MAX_INLINE_BYTES;
        let response = match self.encodings.for_response(&response) {
            None => response,
            Some(accepted) => {
                // On the heap: the state of the compression is large, and small responses do without it.
                let compress = Box::pin(compression::compress(response, accepted));
                if threads == Threads::Io && is_long {
                    let task = self.state.compute.spawn_unbounded(compress);
                    task.await.map_err(|error| HttpError::Internal(fault(error)))?
                } else {
                    compress.await
                }
            }
        };
        Ok(response.map(|body| self.hold_permit(body)))
    }

    fn hold_permit(&self, body: Bytes) -> Body {
        if body.len() < MIN_HELD_RESPONSE {
            return Body::from(body);
        }
        Body::from(Bytes::from_owner(HeldBody { body, _permit: self.permit.clone() }))
    }
}

/// The body of a response, which keeps its permit until it has been sent.
struct HeldBody {
    body: Bytes,
    _permit: Arc<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for HeldBody {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

fn fault(error: JoinError) -> InternalError {
    // A task that was not cancelled by its handle ends without a result only with its runtime.
    error.try_into_panic().map_or(InternalError::ShuttingDown, |panic| InternalError::from_panic(&*panic))
}

/// Records the end of an operation.
fn end(stats: &OperationStats, answer: &ExecutionResult) {
    let outcome = match (answer.outcome, answer.reason.as_deref()) {
        (ExecutionStatus::Complete, _) => OperationOutcome::Done,
        (_, Some(TIMED_OUT)) => OperationOutcome::TimedOut,
        (_, Some(reason)) if is_internal_error(reason) => OperationOutcome::Failed,
        (ExecutionStatus::Partial, _) => OperationOutcome::Partial,
        (ExecutionStatus::Rejected | ExecutionStatus::NotAQuery | ExecutionStatus::Aborted, _) => {
            OperationOutcome::Refused
        }
    };
    stats.ended(outcome, answer.reason.clone());
}

/// Returns the outcome of a batch of two requests.
fn combine(first: ExecutionStatus, second: ExecutionStatus) -> ExecutionStatus {
    use ExecutionStatus::{Aborted, Complete, NotAQuery, Partial, Rejected};

    match (first, second) {
        (Complete, Complete) => Complete,
        (Rejected | NotAQuery | Aborted, Rejected | NotAQuery | Aborted) => Rejected,
        (Complete | Partial, _) | (_, Complete | Partial) => Partial,
    }
}
