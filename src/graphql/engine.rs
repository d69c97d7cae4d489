//! The engine validates and executes GraphQL requests.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_graphql::{Response, ServerError, ValidationMode, Value};
use bytes::Bytes;

use crate::config::exposure::Exposure;
use crate::config::limits::Limits;
use crate::db::Db;
use crate::graphql::document::{CacheStats, Documents, MAX_LEVELS, ManifestError};
use crate::graphql::execution::AllowedOperations;
use crate::graphql::executor::UseReferenceExecutor;
use crate::graphql::filter::FilterLimits;
use crate::graphql::query_root::QueryRoot;
use crate::graphql::request::Request;
use crate::graphql::schema::{SchemaBuilder, ShopSchema, build};
use crate::graphql::{error, json};

/// Validates and executes requests. Clones share the schema and the document cache.
#[derive(Clone)]
pub struct Engine(pub(super) Arc<EngineInner>);

pub(super) struct EngineInner {
    pub(super) db: Db,
    pub(super) documents: Documents,
    /// Without validation, because documents are validated before.
    pub(super) schema: ShopSchema,
    pub(super) query_root: QueryRoot,
    pub(super) timeout: Duration,
    pub(super) max_answer: usize,
    pub(super) filters: FilterLimits,
}

/// The result of a request.
#[derive(Debug, Clone)]
pub struct ExecutionResult {
    /// The response body, as JSON.
    pub body: Bytes,
    /// The cost of the operation; 0 if no operation could be executed.
    pub cost: u64,
    /// The extent to which the request was executed.
    pub outcome: ExecutionStatus,
    /// The code of the first error, or the name of the limit that it is about. `None` on success.
    pub reason: Option<String>,
    /// The number of SQL statements.
    pub statements: u64,
    /// Whether the outcome of a field is that of an earlier request with the same idempotency key.
    pub replayed: bool,
}

/// The extent to which a request was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutionStatus {
    /// The response has `data` and no errors.
    Complete,
    /// The response has `data`, in which the fields that failed are `null`, and `errors`.
    Partial,
    /// The request was not executed. The response has `errors` and no `data`.
    Rejected,
    /// The request was not executed because its operation is not a query, and only queries were allowed.
    NotAQuery,
    /// The execution was aborted by the deadline or the size limit. The response has `errors` and no `data`.
    Aborted,
}

impl ExecutionResult {
    pub(super) fn without_data(errors: &[ServerError], outcome: ExecutionStatus) -> Self {
        Self {
            body: json::error_body(errors).into(),
            outcome,
            reason: reason(errors),
            cost: 0,
            statements: 0,
            replayed: false,
        }
    }
}

impl Engine {
    /// Returns an engine that executes any document.
    pub fn new(db: Db, limits: &Limits) -> Self {
        Self::with(db, limits, Documents::new(limits, &Exposure::default()))
    }

    /// Returns an engine with exposure options.
    ///
    /// # Errors
    ///
    /// Returns an error if the manifest of trusted documents cannot be read or has an invalid document.
    pub async fn open(
        db: Db,
        limits: &Limits,
        exposure: &Exposure,
    ) -> std::result::Result<Self, ManifestError> {
        let mut documents = Documents::new(limits, exposure);
        if let Some(path) = &exposure.trusted_documents {
            documents.trust(path)?;
        }
        Ok(Self::with(db, limits, documents))
    }

    fn with(db: Db, limits: &Limits, documents: Documents) -> Self {
        let fast = |schema: SchemaBuilder| {
            schema.validation_mode(ValidationMode::Fast).limit_recursive_depth(MAX_LEVELS)
        };
        let (timeout, max_answer, filters) = (limits.timeout, limits.max_answer, FilterLimits::from(limits));
        let (schema, query_root) = (build(fast), QueryRoot::new(fast));
        Self(Arc::new(EngineInner { db, documents, schema, query_root, timeout, max_answer, filters }))
    }

    /// Validates and executes a request.
    pub async fn execute(&self, request: Request) -> ExecutionResult {
        match self.prepare(request, AllowedOperations::All).await {
            Ok(execution) => self.run(execution, false).await,
            Err(result) => result,
        }
    }

    /// Returns the operation names of the trusted documents, or `None` if any document is allowed.
    pub fn trusted_operations(&self) -> Option<Vec<String>> {
        self.0.documents.trusted_operations()
    }

    /// Returns statistics of the document cache.
    pub fn document_cache_stats(&self) -> CacheStats {
        self.0.documents.cache_stats()
    }

    /// Executes a request with the executor of async-graphql, field by field. Slow; tests compare its results with
    /// those of the breadth-first executor.
    pub async fn execute_reference(&self, request: Request) -> Response {
        static REFERENCE: LazyLock<ShopSchema> =
            LazyLock::new(|| build(|schema| schema.limit_recursive_depth(MAX_LEVELS)));
        let request =
            async_graphql::Request::new(request.query.unwrap_or_default()).variables(request.variables);
        REFERENCE
            .execute(request.data(self.0.db.session()).data(self.0.filters).data(UseReferenceExecutor))
            .await
    }
}

/// Returns the code of the first error, or the name of the limit that it is about. Internal errors take precedence
/// over errors of the client.
pub(super) fn reason(errors: &[ServerError]) -> Option<String> {
    let reason = |error: &ServerError| {
        let extensions = error.extensions.as_ref()?;
        let limit = match extensions.get("limit") {
            Some(Value::Object(limit)) => limit.get("name"),
            _ => None,
        };
        match limit.or_else(|| extensions.get("code"))? {
            Value::String(text) => Some(text.clone()),
            _ => None,
        }
    };
    let reasons: Vec<String> = errors.iter().filter_map(reason).collect();
    let internal = reasons.iter().find(|reason| error::is_internal_error(reason));
    internal.or(reasons.first()).cloned()
}
