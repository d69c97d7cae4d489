//! `/metrics`, and the gauges and counters that other modules keep anyway.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

use crate::db::Db;
use crate::db::stats::{PoolStats, WriteStats};
use crate::graphql::Engine;
use crate::http::AppState;
use crate::observe::log;
use crate::observe::metrics::{self, MetricValue, ScrapedMetric};

type OfPool = fn(&PoolStats) -> usize;

const OF_POOLS: [(&str, &str, OfPool); 4] = [
    ("oms_pool_connections_max", "Maximum number of connections", |pool| pool.max),
    ("oms_pool_connections", "Open connections", |pool| pool.open),
    ("oms_pool_connections_in_use", "Connections in use by a request", |pool| pool.in_use),
    ("oms_pool_waiting", "Requests waiting for a connection", |pool| pool.waiting),
];

/// `/metrics`: the metrics in the text format of OpenMetrics.
pub(super) async fn page(State(state): State<AppState>) -> impl IntoResponse {
    ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], state.telemetry.metrics_text().unwrap_or_default())
}

/// Returns the figures of the document cache and the database, those of one name next to each other.
pub(super) fn figures(engine: &Engine, db: &Db) -> Vec<ScrapedMetric> {
    let documents = engine.document_cache_stats();
    let busy = db.stats();
    let mut all = vec![
        counter("oms_document_cache_hits", "Requests whose document was cached", documents.hits),
        counter(
            "oms_document_cache_misses",
            "Requests whose document was parsed and validated",
            documents.misses,
        ),
        gauge("oms_document_cache_documents", "Cached documents", documents.entries),
        counter(
            "oms_log_lines_lost",
            "Log lines dropped because standard error was too slow",
            log::lost_lines(),
        ),
    ];
    for (name, help, of) in OF_POOLS {
        let figure =
            |pool: &PoolStats| ScrapedMetric { of: Some(("pool", pool.name)), ..gauge(name, help, of(pool)) };
        all.extend(busy.pools.iter().map(figure));
    }
    match busy.writes {
        WriteStats::Serialized { waiting } => {
            all.push(gauge("oms_writer_queue", "Writes waiting for the writer", waiting));
        }
        WriteStats::Concurrent { in_flight, retries } => all.extend([
            gauge("oms_transactions_under_way", "Write transactions in progress", in_flight),
            counter("oms_transaction_retries", "Retries of write transactions", retries),
        ]),
    }
    all
}

fn gauge(name: &'static str, help: &'static str, count: usize) -> ScrapedMetric {
    ScrapedMetric { name, help, value: MetricValue::Gauge(count as f64), of: None }
}

fn counter(name: &'static str, help: &'static str, count: u64) -> ScrapedMetric {
    ScrapedMetric { name, help, value: MetricValue::Counter(count as f64), of: None }
}
