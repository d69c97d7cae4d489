//! Traces, for an OpenTelemetry collector: a span for each operation, with one for each of its
//! statements and loads. They are made when the operation is over, from what it left behind; a thread
//! of its own sends them, many at a time.

use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{
    Span, SpanBuilder, SpanKind, Status, TraceContextExt, TraceId, Tracer, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tokio::runtime::Handle;

use crate::clock;
use crate::config::observe::Collector;
use crate::observe::trail::{Outcome, Step, Trail, What};

/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most that is read of what it answers, in bytes.
const MOST_READ: usize = 64 * 1024;

/// What traces are made with.
#[derive(Debug)]
pub struct Spans {
    tracer: SdkTracer,
    provider: SdkTracerProvider,
    /// `sqlite` or `postgresql`, as traces call it.
    database: &'static str,
}

/// The trace that a request belongs to, where its client has one.
#[derive(Debug, Clone)]
pub struct Parent(Context);

/// What is said of an operation.
pub struct Told<'a> {
    pub trail: &'a Trail,
    pub request: &'a str,
    pub outcome: Outcome,
    /// The code of its first error, or the limit it went beyond.
    pub reason: Option<&'a str>,
    /// Of the HTTP answer, where there was one.
    pub status: Option<u16>,
    pub started: Instant,
    pub took: Duration,
}

impl Spans {
    /// Sends to this collector, with the help of the runtime that this is called on.
    pub fn start(collector: &Collector, database: &'static str) -> Result<Self, String> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender::new())
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(collector.traces())
            .with_timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say goes first.
        let told = Resource::builder().build();
        let is_named = told
            .get(&"service.name".into())
            .is_some_and(|name| !name.as_str().starts_with("unknown_service"));
        let resource = Resource::builder().with_attribute(version);
        let resource = if is_named { resource } else { resource.with_service_name("oms") };
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource.build())
            .build();
        Ok(Self { tracer: provider.tracer("oms"), provider, database })
    }

    /// The trace that the headers of a request name (W3C's `traceparent`).
    pub fn parent(&self, headers: &dyn Extractor) -> Parent {
        Parent(TraceContextPropagator::new().extract_with_context(&Context::new(), headers))
    }

    /// Tells of an operation that is over; the trace that it is in.
    pub fn tell(&self, parent: &Parent, told: &Told<'_>) -> TraceId {
        let Told { trail, outcome, .. } = told;
        let times = Times::now();
        let operation = trail.operation();
        let kind = operation.map_or("graphql", |operation| operation.kind);
        let name = operation.and_then(|operation| operation.name.as_deref());
        let mut attributes = vec![
            KeyValue::new("oms.request_id", told.request.to_owned()),
            KeyValue::new("oms.outcome", outcome.name()),
            KeyValue::new("oms.statements", trail.statements().cast_signed()),
        ];
        attributes
            .extend(told.status.map(|status| KeyValue::new("http.response.status_code", i64::from(status))));
        if let Some(operation) = operation {
            attributes.push(KeyValue::new("graphql.operation.type", operation.kind));
            attributes.push(KeyValue::new("oms.cost", operation.cost.cast_signed()));
        }
        attributes.extend(name.map(|name| KeyValue::new("graphql.operation.name", name.to_owned())));
        attributes.extend(told.reason.map(|reason| KeyValue::new("error.type", reason.to_owned())));
        let title = name.map_or_else(|| kind.to_owned(), |name| format!("{kind} {name}"));
        let root = self.span(title, SpanKind::Server, attributes, times.at(told.started), &parent.0);
        let trace = root.span_context().trace_id();
        let within = parent.0.with_span(root);
        for step in trail.steps() {
            self.step(&step, times, &within);
        }
        let root = within.span();
        if matches!(outcome, Outcome::Failed | Outcome::TimedOut) {
            root.set_status(Status::error(outcome.name()));
        }
        root.end_with_timestamp(times.at(told.started) + told.took);
        trace
    }

    fn step(&self, step: &Step, times: Times, within: &Context) {
        let started = times.at(step.started);
        let (title, kind, attributes) = match &step.what {
            What::Statement(text) => {
                let verb = text.split_whitespace().next().unwrap_or("statement").to_owned();
                let text = KeyValue::new("db.query.text", text.clone());
                (verb, SpanKind::Client, vec![KeyValue::new("db.system.name", self.database), text])
            }
            What::Load { of, keys } => {
                let keys = KeyValue::new("oms.keys", i64::try_from(*keys).unwrap_or(i64::MAX));
                (format!("load {of}"), SpanKind::Internal, vec![keys])
            }
        };
        self.span(title, kind, attributes, started, within).end_with_timestamp(started + step.took);
    }

    fn span(
        &self,
        title: String,
        kind: SpanKind,
        attributes: Vec<KeyValue>,
        started: SystemTime,
        within: &Context,
    ) -> opentelemetry_sdk::trace::Span {
        let builder = SpanBuilder::from_name(title)
            .with_kind(kind)
            .with_attributes(attributes)
            .with_start_time(started);
        self.tracer.build_with_context(builder, within)
    }

    /// Sends what has not been sent yet.
    pub async fn close(self: std::sync::Arc<Self>) {
        let sent = tokio::task::spawn_blocking(move || self.provider.shutdown_with_timeout(PATIENCE)).await;
        if let Ok(Err(error)) = sent {
            tracing::warn!(error = error.to_string(), "the last traces were not sent");
        }
    }
}

impl Parent {
    /// Whether its client has decided that nobody is to see it.
    pub fn is_unseen(&self) -> bool {
        let parent = self.0.span().span_context().clone();
        parent.is_valid() && !parent.is_sampled()
    }
}

/// Turns moments of the clock that only goes forward into times of the day.
#[derive(Clone, Copy)]
struct Times {
    moment: Instant,
    time: SystemTime,
}

impl Times {
    fn now() -> Self {
        Self { moment: Instant::now(), time: clock::system_time() }
    }

    fn at(self, moment: Instant) -> SystemTime {
        self.time.checked_sub(self.moment.saturating_duration_since(moment)).unwrap_or(self.time)
    }
}

/// Sends on the runtime of the server, for a thread that has none.
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
            let body = Limited::new(body, MOST_READ).collect().await?.to_bytes();
            Ok::<_, HttpError>(Response::from_parts(head, body))
        };
        // The clock of the runtime can be asked on its own threads only.
        self.runtime.spawn(async { tokio::time::timeout(PATIENCE, send).await }).await??
    }
}
