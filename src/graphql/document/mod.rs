//! Parses, validates and caches documents. Only the steps that depend on variables run for each request.

mod absent_variables;
mod arguments;
mod bounds;
mod cost;
mod inline;
mod locations;
mod lower;
mod merging;
mod operation;
mod persisted;
mod refusal;
mod select;
mod suggest;
mod syntax;
mod trusted;
mod types;
mod validate;
mod validator;
mod values;
mod variables;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::parser::types::OperationType;
use async_graphql::{Name, ServerError, Variables};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::config::exposure::Exposure;
use crate::config::limits::Limits;
use crate::graphql::document::refusal::{beyond, refused};
use crate::graphql::document::select::{select, unknown_operation};
use crate::graphql::document::trusted::{Manifest, Trusted};
use crate::graphql::document::validator::{Document, Validator};
use crate::graphql::filter::FilterLimits;
use crate::graphql::json::MAX_ERRORS;
use crate::graphql::request::Request;

pub use bounds::MAX_LEVELS;
pub use operation::{DirectQuery, OperationToExecute};
pub use refusal::coded;
pub use trusted::ManifestError;

/// The maximum number of cached documents.
const MAX_CACHED: usize = 1_000;
/// The maximum memory of cached documents in bytes, estimated from their texts.
const MAX_CACHED_BYTES: u64 = 64 * 1024 * 1024;
/// The estimated memory of a parsed document, in bytes per byte of its text.
const MEMORY_PER_BYTE: u64 = 24;

/// The preparation of requests for execution, with its caches.
pub struct Documents {
    validator: Arc<Validator>,
    cache: Cache<Arc<str>, Arc<Document>, DocumentWeighter>,
    hits: AtomicU64,
    misses: AtomicU64,
    persisted: persisted::Store,
    /// The trusted documents; if set, no other document is executed.
    trusted: Option<Trusted>,
}

/// A request that is ready for execution.
pub struct Prepared {
    /// The operation.
    pub operation: OperationToExecute,
    /// The coerced variables.
    pub variables: Variables,
    /// The name of the operation.
    pub name: Option<Name>,
    /// The estimated cost of the operation.
    pub cost: u64,
    /// The type of the operation.
    pub kind: OperationType,
}

/// Statistics of the document cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheStats {
    /// The number of requests whose document was cached.
    pub hits: u64,
    /// The number of requests whose document was parsed and validated.
    pub misses: u64,
    /// The number of cached documents.
    pub entries: usize,
}

/// A weighter that limits both the number and the total size of documents.
#[derive(Clone)]
struct DocumentWeighter;

impl Weighter<Arc<str>, Arc<Document>> for DocumentWeighter {
    fn weight(&self, text: &Arc<str>, _: &Arc<Document>) -> u64 {
        (text.len() as u64 * MEMORY_PER_BYTE).max(MAX_CACHED_BYTES / MAX_CACHED as u64)
    }
}

impl Documents {
    /// Creates empty caches with these limits.
    pub fn new(limits: &Limits, exposure: &Exposure) -> Self {
        // An invalid schema panics at start-up instead of in the first request.
        types::schema();
        Self {
            validator: Arc::new(Validator::new(limits, exposure)),
            cache: Cache::with_weighter(MAX_CACHED, MAX_CACHED_BYTES, DocumentWeighter),
            hits: AtomicU64::default(),
            misses: AtomicU64::default(),
            persisted: persisted::Store::new(exposure.persisted_queries),
            trusted: None,
        }
    }

    /// Restricts execution to the documents of this manifest.
    pub fn trust(&mut self, path: &Path) -> Result<(), ManifestError> {
        let manifest = Manifest::read(path)?;
        let mut trusted = Trusted::default();
        let mut problems = Vec::new();
        for (id, text) in manifest.documents() {
            match self.validator.validate(text) {
                Ok(document) => trusted.add(id, text, document),
                Err(errors) => problems.extend(errors.first().map(|error| {
                    let place = error.locations.first();
                    let place = place
                        .map_or(String::new(), |at| format!(" (line {}, column {})", at.line, at.column));
                    format!("document {id:?}: {}{place}", error.message)
                })),
            }
        }
        if !problems.is_empty() {
            return Err(ManifestError::new(path, problems));
        }
        self.trusted = Some(trusted);
        Ok(())
    }

    /// Returns the operation names of the trusted documents, or `None` if all documents are allowed.
    pub fn trusted_operations(&self) -> Option<Vec<String>> {
        let names = |document: &Arc<Document>| {
            document.operations.keys().flatten().map(ToString::to_string).collect::<Vec<_>>()
        };
        self.trusted.as_ref().map(|trusted| trusted.documents().flat_map(names).collect())
    }

    /// Returns the statistics of the document cache.
    pub fn cache_stats(&self) -> CacheStats {
        CacheStats {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries: self.cache.len(),
        }
    }

    /// Returns the request ready for execution, or its errors; a request with errors is not executed.
    pub async fn prepare(&self, mut request: Request) -> Result<Prepared, Vec<ServerError>> {
        let document = self.find(&mut request).await?;
        let limits = self.validator.limits();
        let Request { operation_name, mut variables, budget_used, .. } = request;
        let (name, operation) = select(&document.parsed.operations, operation_name.as_deref())?;
        let parts = document.operations.get(&name).ok_or_else(|| vec![unknown_operation(name.as_deref())])?;
        let absent = variables::coerce(&parts.variables, &mut variables, limits.max_list)?;
        let filters = &FilterLimits::from(limits);
        let rejected: Vec<_> = parts
            .checks
            .iter()
            .filter_map(|check| check.run(&variables, filters).err())
            .take(MAX_ERRORS)
            .collect();
        if !rejected.is_empty() {
            return Err(rejected);
        }
        let cost = parts.cost.with(&variables);
        let total_cost = cost.saturating_add(budget_used.cost);
        if total_cost > limits.max_cost {
            let subject =
                if budget_used.cost == 0 { "the operation" } else { "the batch, up to this operation," };
            let mut error = beyond("max-cost", limits.max_cost, total_cost, |found, most| {
                format!("{subject} must cost at most {most}, but costs {found}; request smaller pages")
            });
            error.locations = vec![operation.pos];
            return Err(vec![error]);
        }
        let kind = operation.node.ty;
        let operation = match &parts.direct {
            Some(query) if absent.is_empty() => OperationToExecute::Direct(query.clone()),
            _ => OperationToExecute::rewrite(&document.parsed, operation, name.as_ref(), &absent, &variables),
        };
        Ok(Prepared { operation, variables, name, cost, kind })
    }

    /// Returns the document of a request.
    async fn find(&self, request: &mut Request) -> Result<Arc<Document>, Vec<ServerError>> {
        if let Some(trusted) = &self.trusted {
            return trusted.find(request).map_err(|error| vec![error]);
        }
        if request.document_id.is_some() {
            let message = "this server has no trusted documents: send the text of the document as the query";
            return Err(vec![refused(message, persisted::NOT_SUPPORTED.1, None)]);
        }
        let text = request.query.take().filter(|text| !text.is_empty());
        if let Some(persisted) = &request.extensions.persisted_query {
            let (text, new) = self.persisted.find(persisted, text).map_err(|error| vec![error])?;
            let document = self.cached(&text).await?;
            if let Some(hash) = new {
                self.persisted.keep(hash, text);
            }
            return Ok(document);
        }
        let Some(text) = text else {
            return Err(vec![refused("the request has no query", "BAD_REQUEST", None)]);
        };
        self.cached(&text).await
    }

    /// Returns the document with this text from the cache, or validates it. Concurrent requests for the
    /// same text share one validation.
    async fn cached(&self, text: &str) -> Result<Arc<Document>, Vec<ServerError>> {
        if let Some(document) = self.cache.get(text) {
            self.hits.fetch_add(1, Ordering::Relaxed);
            return Ok(document);
        }
        self.misses.fetch_add(1, Ordering::Relaxed);
        let text: Arc<str> = text.into();
        let validate = || {
            let (validator, text) = (self.validator.clone(), text.clone());
            // Validation of a large document takes several milliseconds and would block an async worker
            // thread.
            tokio::task::spawn_blocking(move || validator.validate(&text).map(Arc::new))
        };
        let validated = async {
            match validate().await {
                Ok(validated) => validated,
                Err(failed) => std::panic::resume_unwind(failed.into_panic()),
            }
        };
        self.cache.get_or_insert_async(&text, validated).await
    }
}
