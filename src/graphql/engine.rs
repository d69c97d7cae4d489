//! The engine validates and executes GraphQL requests.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError, ValidationMode, Value};
use bytes::Bytes;

use crate::config::exposure::Exposure;
use crate::config::limits::Limits;
use crate::db::Db;
use crate::graphql::deadline::Deadline;
use crate::graphql::document::{self, CacheStats, Documents, MOST_LEVELS, ManifestError, Prepared};
use crate::graphql::executor::{ExecutionBudget, UseReferenceExecutor};
use crate::graphql::filter::FilterLimits;
use crate::graphql::request::Request;
use crate::graphql::schema::{SchemaBuilder, ShopSchema, build};
use crate::graphql::{error, json};
use crate::observe::trail::{Operation, Trail};

/// Validates and executes requests. Clones share the schema and the document cache.
#[derive(Clone)]
pub struct Engine(Arc<EngineInner>);

struct EngineInner {
    db: Db,
    documents: Documents,
    /// Without validation, because documents are validated before.
    schema: ShopSchema,
    timeout: Duration,
    max_answer: usize,
    filters: FilterLimits,
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

/// The types of operations that a request can execute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AllowedOperations {
    All,
    Queries,
}

impl ExecutionResult {
    fn without_data(errors: &[ServerError], outcome: ExecutionStatus) -> Self {
        Self {
            body: json::error_body(errors).into(),
            outcome,
            reason: reason(errors),
            cost: 0,
            statements: 0,
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
            schema.validation_mode(ValidationMode::Fast).limit_recursive_depth(MOST_LEVELS)
        };
        let (timeout, max_answer, filters) = (limits.timeout, limits.max_answer, FilterLimits::from(limits));
        Self(Arc::new(EngineInner { db, documents, schema: build(fast), timeout, max_answer, filters }))
    }

    /// Validates and executes a request.
    pub async fn execute(&self, request: Request) -> ExecutionResult {
        self.execute_allowed(request, AllowedOperations::All).await
    }

    /// Validates and executes a request, and rejects operations that are not queries.
    pub async fn execute_query(&self, request: Request) -> ExecutionResult {
        self.execute_allowed(request, AllowedOperations::Queries).await
    }

    async fn execute_allowed(&self, request: Request, allowed: AllowedOperations) -> ExecutionResult {
        let EngineInner { db, documents, schema, timeout, max_answer, filters } = &*self.0;
        let deadline = request.deadline.unwrap_or_else(|| Deadline::after(*timeout));
        let trail = request.trail.clone().unwrap_or_else(|| Arc::new(Trail::new(Duration::MAX)));
        let (tell_cost, budget_used, held) =
            (request.extensions.cost, request.budget_used, request.held.clone());
        let Prepared { request, cost, kind } = match documents.prepare(request).await {
            Ok(prepared) => prepared,
            Err(errors) => return ExecutionResult::without_data(&errors, ExecutionStatus::Rejected),
        };
        let name = request.operation_name.as_deref();
        trail.is(Operation::new(name, if kind == OperationType::Query { "query" } else { "mutation" }, cost));
        if allowed == AllowedOperations::Queries && kind != OperationType::Query {
            let error = error::coded("a GET request can execute queries only; use POST", "BAD_REQUEST");
            return ExecutionResult {
                cost,
                ..ExecutionResult::without_data(&[error], ExecutionStatus::NotAQuery)
            };
        }
        let budget = ExecutionBudget::new(deadline, *max_answer, budget_used.bytes);
        if let Some(error) = budget.exceeded() {
            return ExecutionResult {
                cost,
                ..ExecutionResult::without_data(&[error], ExecutionStatus::Rejected)
            };
        }
        let budget = Arc::new(budget);
        let session = db.session().until(deadline.instant()).on(trail.clone()).holding(held);
        let mut response = schema.execute(request.data(session).data(budget.clone()).data(*filters)).await;
        let statements = trail.statements();
        if let Some(error) = budget.abort_error(&response.errors, kind) {
            return ExecutionResult {
                cost,
                statements,
                ..ExecutionResult::without_data(&[error], ExecutionStatus::Aborted)
            };
        }
        if !response.errors.is_empty() {
            // Errors without a code come from async-graphql and concern input values.
            response.errors = document::coded(response.errors, "BAD_USER_INPUT");
        }
        if tell_cost {
            response.extensions.insert("cost".to_owned(), cost.into());
        }
        let outcome =
            if response.errors.is_empty() { ExecutionStatus::Complete } else { ExecutionStatus::Partial };
        let reason = reason(&response.errors);
        ExecutionResult { body: json::response_body(&response).into(), outcome, reason, cost, statements }
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
            LazyLock::new(|| build(|schema| schema.limit_recursive_depth(MOST_LEVELS)));
        let request =
            async_graphql::Request::new(request.query.unwrap_or_default()).variables(request.variables);
        REFERENCE
            .execute(request.data(self.0.db.session()).data(self.0.filters).data(UseReferenceExecutor))
            .await
    }
}

/// Returns the code of the first error, or the name of the limit that it is about. Internal errors take precedence
/// over errors of the client.
fn reason(errors: &[ServerError]) -> Option<String> {
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
