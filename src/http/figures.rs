//! What others know of how busy they are, as metrics.

use crate::db::Db;
use crate::db::figures::{PoolFigures, WriteFigures};
use crate::graphql::Engine;
use crate::observe::metrics::{Figure, Value};

type OfPool = fn(&PoolFigures) -> usize;

const OF_POOLS: [(&str, &str, OfPool); 4] = [
    ("oms_pool_connections_max", "Connections that there may be", |pool| pool.most),
    ("oms_pool_connections", "Connections that are open", |pool| pool.open),
    ("oms_pool_connections_in_use", "Connections that serve a request", |pool| pool.in_use),
    ("oms_pool_waiting", "Requests that wait for a connection", |pool| pool.waiting),
];

/// Figures of one name come one after the other.
pub(super) fn figures(engine: &Engine, db: &Db) -> Vec<Figure> {
    let documents = engine.document_cache_stats();
    let busy = db.figures();
    let mut all = vec![
        counter("oms_document_cache_hits", "Documents that were known", documents.hits),
        counter(
            "oms_document_cache_misses",
            "Documents that had to be parsed and validated",
            documents.misses,
        ),
        gauge("oms_document_cache_documents", "Documents that are kept", documents.entries),
    ];
    for (name, help, of) in OF_POOLS {
        let figure =
            |pool: &PoolFigures| Figure { of: Some(("pool", pool.name)), ..gauge(name, help, of(pool)) };
        all.extend(busy.pools.iter().map(figure));
    }
    match busy.writes {
        WriteFigures::InTurn { waiting } => {
            all.push(gauge("oms_writer_queue", "Writes that wait for the writer", waiting));
        }
        WriteFigures::AtOnce { under_way, retries } => all.extend([
            gauge("oms_transactions_under_way", "Transactions that write", under_way),
            counter("oms_transaction_retries", "How often a transaction was tried again", retries),
        ]),
    }
    all
}

fn gauge(name: &'static str, help: &'static str, count: usize) -> Figure {
    Figure { name, help, value: Value::Gauge(count as f64), of: None }
}

fn counter(name: &'static str, help: &'static str, count: u64) -> Figure {
    Figure { name, help, value: Value::Counter(count as f64), of: None }
}
