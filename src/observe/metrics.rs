//! Prometheus metrics in the OpenMetrics text format. Values that other components maintain are read when
//! the metrics are scraped.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric, MetricEncoder};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::clock;
use crate::observe::label_set::LabelSet;
use crate::observe::operation::{OperationOutcome, OperationStats};
use crate::observe::process::ProcessStats;

/// The content type of the metrics.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Bucket bounds in seconds, from the fastest lookup to the longest request timeout.
const DURATIONS: [f64; 14] =
    [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Bucket bounds in SQL statements.
const STATEMENTS: [f64; 11] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 10.0, 20.0, 50.0, 100.0];
/// Bucket bounds in keys.
const KEYS: [f64; 11] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 10_000.0];
/// Bucket bounds in requests.
const BATCH_SIZES: [f64; 7] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Requests {
    operation: Arc<str>,
    kind: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Durations {
    operation: Arc<str>,
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabel {
    reason: String,
}

/// A metric whose value is read when it is scraped.
pub struct ScrapedMetric {
    /// The name of the metric.
    pub name: &'static str,
    /// The help text of the metric.
    pub help: &'static str,
    /// The current value.
    pub value: MetricValue,
    /// The name and value of the label, if the metric has several series.
    pub of: Option<(&'static str, &'static str)>,
}

/// The value of a [`ScrapedMetric`], with its metric type.
#[derive(Debug, Clone, Copy)]
pub enum MetricValue {
    /// A value that increases and decreases.
    Gauge(f64),
    /// A value that only increases.
    Counter(f64),
}

impl MetricValue {
    fn encode(self, encoder: MetricEncoder<'_>) -> fmt::Result {
        match self {
            Self::Gauge(value) => ConstGauge::new(value).encode(encoder),
            Self::Counter(value) => ConstCounter::new(value).encode(encoder),
        }
    }
}

/// A source of metrics that are read when they are scraped. Series of one metric are adjacent.
pub type Source = Box<dyn Fn() -> Vec<ScrapedMetric> + Send + Sync>;

/// The metrics of one server.
pub struct Metrics {
    labels: LabelSet,
    registry: Registry,
    requests: Family<Requests, Counter>,
    durations: Family<Durations, Histogram>,
    refused: Family<ReasonLabel, Counter>,
    statements: Histogram,
    keys: Histogram,
    batch_sizes: Histogram,
    bytes: Counter,
    slow: Counter,
    under_way: Gauge,
    closed: Family<ReasonLabel, Counter>,
}

impl Metrics {
    /// Creates the metrics. Operations with these names have labels of their own, or the first names that
    /// occur if `names` is `None`; `source` is called for each scrape.
    pub fn new(names: Option<Vec<String>>, source: Source) -> Self {
        let mut registry = Registry::default();
        let durations: fn() -> Histogram = || Histogram::new(DURATIONS);
        let metrics = Self {
            labels: LabelSet::new(names),
            requests: Family::default(),
            durations: Family::new_with_constructor(durations),
            refused: Family::default(),
            statements: Histogram::new(STATEMENTS),
            keys: Histogram::new(KEYS),
            batch_sizes: Histogram::new(BATCH_SIZES),
            bytes: Counter::default(),
            slow: Counter::default(),
            under_way: Gauge::<i64, AtomicI64>::default(),
            closed: Family::default(),
            registry: Registry::default(),
        };
        let oms = registry.sub_registry_with_prefix("oms");
        oms.register(
            "requests",
            "Number of requests, by operation, kind and outcome",
            metrics.requests.clone(),
        );
        oms.register_with_unit(
            "request_duration",
            "Time from the arrival of a request to its response",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        oms.register(
            "refused",
            "Number of requests that ended with an error, by error code or exceeded limit",
            metrics.refused.clone(),
        );
        oms.register(
            "request_statements",
            "Number of SQL statements per operation",
            metrics.statements.clone(),
        );
        oms.register("load_keys", "Number of keys per batch load", metrics.keys.clone());
        oms.register("batch_requests", "Number of requests per batch", metrics.batch_sizes.clone());
        oms.register("answer_bytes", "Total size of all responses", metrics.bytes.clone());
        oms.register(
            "slow_requests",
            "Number of requests that took longer than --slow",
            metrics.slow.clone(),
        );
        oms.register("requests_under_way", "Number of requests in progress", metrics.under_way.clone());
        oms.register(
            "connections_closed",
            "Number of connections that the server closed because of a timeout, by reason",
            metrics.closed.clone(),
        );
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        oms.register("build", "Version of the server", version);
        registry.register_collector(Box::new(ScrapedMetrics { source, started: clock::unix_seconds() }));
        Self { registry, ..metrics }
    }

    /// Records the end of a request; `stats` is `None` if the request contained no operation.
    pub fn request(&self, stats: Option<&OperationStats>, outcome: OperationOutcome, took: Duration) {
        let operation = stats.and_then(OperationStats::operation);
        let name = self.labels.label(operation.and_then(|operation| operation.name.as_ref()));
        let kind = operation.map_or("none", |operation| operation.kind);
        let labels = Requests { operation: name.clone(), kind, outcome: outcome.name() };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&Durations { operation: name, kind }).observe(took.as_secs_f64());
        let Some(stats) = stats else { return };
        self.statements.observe(stats.statements() as f64);
        stats.each_load(|keys| self.keys.observe(keys as f64));
    }

    /// Counts a request that ended with an error: its code, or the limit that was exceeded.
    pub fn refused(&self, code: &str) {
        self.refused.get_or_create(&ReasonLabel { reason: code.to_owned() }).inc();
    }

    /// Records the number of requests in a batch.
    pub fn batch(&self, requests: usize) {
        self.batch_sizes.observe(requests as f64);
    }

    /// Adds to the number of response bytes.
    pub fn answered(&self, bytes: u64) {
        self.bytes.inc_by(bytes);
    }

    /// Counts a slow request.
    pub fn slow(&self) {
        self.slow.inc();
    }

    /// Increments the number of requests in progress.
    pub fn begun(&self) {
        self.under_way.inc();
    }

    /// Decrements the number of requests in progress.
    pub fn over(&self) {
        self.under_way.dec();
    }

    /// Counts a connection that the server closed for this reason.
    pub fn closed(&self, reason: &str) {
        self.closed.get_or_create(&ReasonLabel { reason: reason.to_owned() }).inc();
    }

    /// Returns all metrics in the OpenMetrics text format.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Metrics whose values are read when they are scraped.
struct ScrapedMetrics {
    source: Source,
    /// The start time of the process, in seconds since the Unix epoch.
    started: f64,
}

impl fmt::Debug for ScrapedMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScrapedMetrics").finish_non_exhaustive()
    }
}

impl Collector for ScrapedMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut metrics = (self.source)();
        metrics.extend(process_metrics(self.started));
        let mut rest = metrics.as_slice();
        while let Some(first) = rest.first() {
            let same = rest.iter().take_while(|metric| metric.name == first.name).count();
            let (family, others) = rest.split_at(same);
            rest = others;
            let kind = match first.value {
                MetricValue::Gauge(_) => MetricType::Gauge,
                MetricValue::Counter(_) => MetricType::Counter,
            };
            let mut encoder = encoder.encode_descriptor(first.name, first.help, None, kind)?;
            if first.of.is_none() {
                first.value.encode(encoder)?;
                continue;
            }
            for metric in family {
                let labels: Vec<_> = metric.of.into_iter().collect();
                metric.value.encode(encoder.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

fn process_metrics(started: f64) -> Vec<ScrapedMetric> {
    let stats = ProcessStats::read();
    let count = |value: Option<u64>| value.map(|value| MetricValue::Gauge(value as f64));
    // The standard names of process metrics in Prometheus client libraries.
    [
        (
            "process_cpu_seconds",
            "Total user and system CPU time spent in seconds",
            stats.cpu.map(MetricValue::Counter),
        ),
        ("process_resident_memory_bytes", "Resident memory size in bytes", count(stats.resident)),
        ("process_virtual_memory_bytes", "Virtual memory size in bytes", count(stats.virtual_size)),
        ("process_threads", "Number of OS threads in the process", count(stats.threads)),
        ("process_open_fds", "Number of open file descriptors", count(stats.open_files)),
        ("process_max_fds", "Maximum number of open file descriptors", count(stats.max_files)),
        (
            "process_start_time_seconds",
            "Start time of the process since the Unix epoch in seconds",
            Some(MetricValue::Gauge(started)),
        ),
    ]
    .into_iter()
    .filter_map(|(name, help, value)| Some(ScrapedMetric { name, help, value: value?, of: None }))
    .collect()
}
