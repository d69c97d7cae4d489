//! Traces: `tracing` spans for operations, their statements and their loads, exported to an OpenTelemetry
//! collector by `tracing-opentelemetry`.
//!
//! Each server has its own dispatcher for these spans, so that several servers in one process can export to
//! several collectors. Without a collector no span is created. The sampler decides when an operation
//! starts; nothing is recorded for operations that are not sampled.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{Status, TraceContextExt, TraceId, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, Span, dispatcher, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};

use crate::config::observe::Collector;
use crate::observe::operation::{OperationOutcome, OperationStats};

/// The target of all spans.
const TARGET: &str = "oms::trace";
/// The timeout of an export.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);
/// The maximum size of a response of the collector, in bytes.
const MAX_RESPONSE: usize = 64 * 1024;

/// The exporter of traces to a collector.
#[derive(Debug)]
pub struct Traces {
    dispatch: Dispatch,
    provider: SdkTracerProvider,
    /// `sqlite` or `postgresql`.
    database: &'static str,
}

/// The trace context of a request, from its `traceparent` header. It is empty without the header.
#[derive(Debug, Clone)]
pub struct TraceContext(Context);

/// The span of a sampled operation.
#[derive(Debug, Clone)]
pub struct OperationSpan {
    span: Span,
    database: &'static str,
}

/// The attributes of an operation that has ended.
pub struct SpanRecord<'a> {
    /// The statistics of the operation.
    pub stats: &'a OperationStats,
    /// The request id.
    pub request: &'a str,
    /// The outcome of the operation.
    pub outcome: OperationOutcome,
    /// The code of the first error, or the limit that was exceeded.
    pub reason: Option<&'a str>,
    /// The HTTP status of the response, or `None` if no response was sent.
    pub status: Option<u16>,
}

impl Traces {
    /// Starts the export to this collector, on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Returns an error if the exporter cannot be configured.
    pub fn start(collector: &Collector, database: &'static str) -> Result<Self, String> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender::new())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(collector.traces())
            .with_timeout(EXPORT_TIMEOUT)
            .build()
            .map_err(|error| error.to_string())?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take precedence.
        let configured = Resource::builder().build();
        let has_name = configured
            .get(&"service.name".into())
            .is_some_and(|name| !name.as_str().starts_with("unknown_service"));
        let resource = Resource::builder().with_attribute(version);
        let resource = if has_name { resource } else { resource.with_service_name("oms") };
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource.build())
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("oms"))
            // The spans are never entered and set their attributes explicitly.
            .with_context_activation(false)
            .with_tracked_inactivity(false)
            .with_threads(false)
            .with_location(false)
            .with_level(false)
            .with_target(false)
            // The filter also disables this dispatcher for the events of the rest of the program.
            .with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO));
        let dispatch = Dispatch::new(tracing_subscriber::registry().with(layer));
        Ok(Self { dispatch, provider, database })
    }

    /// Returns the trace context in the headers of a request.
    pub fn context(&self, headers: &dyn Extractor) -> TraceContext {
        TraceContext(TraceContextPropagator::new().extract_with_context(&Context::new(), headers))
    }

    /// Starts the span of an operation. Returns `None` if the sampler drops it.
    pub fn begin(&self, context: &TraceContext) -> Option<OperationSpan> {
        let span = dispatcher::with_default(
            &self.dispatch,
            || info_span!(target: TARGET, parent: None, "operation", otel.kind = "server"),
        );
        // Setting the parent fails only on a started span.
        let _ = span.set_parent(context.0.clone());
        // Reading the context starts the span, which calls the sampler.
        let is_sampled = span.context().span().span_context().is_sampled();
        is_sampled.then_some(OperationSpan { span, database: self.database })
    }

    /// Exports the remaining spans and stops.
    pub async fn close(self: Arc<Self>) {
        let shutdown = move || self.provider.shutdown_with_timeout(EXPORT_TIMEOUT);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(shutdown).await {
            tracing::warn!(error = error.to_string(), "the last traces could not be exported");
        }
    }
}

impl OperationSpan {
    /// Returns the id of the trace.
    pub fn trace_id(&self) -> TraceId {
        self.span.context().span().span_context().trace_id()
    }

    /// Starts the span of a statement, which ends when it is dropped.
    pub(super) fn statement(&self, text: &str) -> Span {
        let verb = text.split_whitespace().next().unwrap_or("statement");
        self.child(|| {
            info_span!(
                target: TARGET, parent: &self.span, "statement", otel.name = verb, otel.kind = "client",
                db.system.name = self.database, db.query.text = text
            )
        })
    }

    /// Starts the span of a load, which ends when it is dropped.
    pub(super) fn load(&self, type_name: &str, keys: usize) -> Span {
        self.child(|| {
            info_span!(
                target: TARGET, parent: &self.span, "load", otel.name = format!("load {type_name}"),
                otel.kind = "internal", oms.keys = i64::try_from(keys).unwrap_or(i64::MAX)
            )
        })
    }

    /// Creates a span on the dispatcher of this span.
    fn child(&self, create: impl FnOnce() -> Span) -> Span {
        let create = |(_, dispatch): (&tracing::Id, &Dispatch)| dispatcher::with_default(dispatch, create);
        self.span.with_subscriber(create).unwrap_or(Span::none())
    }

    /// Sets the attributes of the operation and ends its span.
    pub fn end(&self, record: &SpanRecord<'_>) {
        let SpanRecord { stats, outcome, .. } = record;
        let operation = stats.operation();
        let kind = operation.map_or("graphql", |operation| operation.kind);
        let name = operation.and_then(|operation| operation.name.as_deref());
        let title = name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {name}"));
        // `otel.name` has no effect on a started span.
        self.span.context().span().update_name(title);
        self.span.set_attribute("oms.request_id", record.request.to_owned());
        self.span.set_attribute("oms.outcome", outcome.name());
        self.span.set_attribute("oms.statements", stats.statements().cast_signed());
        if let Some(status) = record.status {
            self.span.set_attribute("http.response.status_code", i64::from(status));
        }
        if let Some(operation) = operation {
            self.span.set_attribute("graphql.operation.type", operation.kind);
            self.span.set_attribute("oms.cost", operation.cost.cast_signed());
        }
        if let Some(name) = name {
            self.span.set_attribute("graphql.operation.name", name.to_owned());
        }
        if let Some(reason) = record.reason {
            self.span.set_attribute("error.type", reason.to_owned());
        }
        if matches!(outcome, OperationOutcome::Failed | OperationOutcome::TimedOut) {
            self.span.set_status(Status::error(outcome.name()));
        }
        // A read that outlives the request holds a reference to the span, so dropping does not end it.
        self.span.context().span().end();
    }
}

/// An HTTP client that sends exports on the runtime of the server, because the exporter thread has no
/// runtime.
#[derive(Debug)]
struct Sender {
    client: Client<HttpConnector, Full<Bytes>>,
    runtime: Handle,
}

impl Sender {
    fn new() -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), runtime: Handle::current() }
    }
}

#[async_graphql::async_trait::async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let send = async move {
            let (head, body) = client.request(request.map(Full::new)).await?.into_parts();
            let body = Limited::new(body, MAX_RESPONSE).collect().await?.to_bytes();
            Ok::<_, HttpError>(Response::from_parts(head, body))
        };
        // Tokio timers work only on the threads of the runtime.
        self.runtime.spawn(async { tokio::time::timeout(EXPORT_TIMEOUT, send).await }).await??
    }
}
