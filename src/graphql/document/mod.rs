//! Parses, validates and caches documents. Only the steps that depend on variables run for each request.

mod arguments;
mod bounds;
mod cost;
mod direct_query;
mod locations;
mod lower;
mod merging;
mod persisted;
mod refusal;
mod suggest;
mod syntax;
mod trusted;
mod types;
mod validate;
mod values;
mod variables;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{ErrorExtensionValues, Name, Positioned, ServerError, Variables};
use async_graphql_value::Value;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::config::exposure::Exposure;
use crate::config::limits::Limits;
use crate::graphql::document::arguments::FieldCheck;
use crate::graphql::document::cost::Cost;
pub use crate::graphql::document::direct_query::DirectQuery;
use crate::graphql::document::locations::Locations;
use crate::graphql::document::refusal::{INVALID, beyond, refused};
use crate::graphql::document::trusted::{Manifest, Trusted};
use crate::graphql::document::variables::Variable;
use crate::graphql::filter::FilterLimits;
use crate::graphql::json::MAX_ERRORS;
use crate::graphql::request::Request;
use crate::graphql::{error, merge_fields};

pub use bounds::MOST_LEVELS;
pub use trusted::ManifestError;

/// The code of an error for a missing or unknown `operationName`.
const UNRESOLVED: &str = "OPERATION_RESOLUTION_FAILURE";
/// The maximum number of cached documents.
const KEPT: usize = 1_000;
/// The maximum memory of cached documents in bytes, estimated from their texts.
const MOST_KEPT: u64 = 64 * 1024 * 1024;
/// The estimated memory of a parsed document, as a multiple of its text.
const TIMES_ITS_TEXT: u64 = 24;

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

/// The parser and validator of documents.
struct Validator {
    limits: Limits,
    exposure: Exposure,
}

/// A valid document.
struct Document {
    parsed: ExecutableDocument,
    /// The operations of the document, by name.
    operations: HashMap<Option<Name>, PreparedOperation>,
}

/// The prepared parts of an operation that are independent of variable values.
struct PreparedOperation {
    cost: Cost,
    variables: Vec<Variable>,
    /// The argument checks; empty for queries.
    checks: Vec<FieldCheck>,
    /// The query, if it can be executed as it is when no variable is absent.
    direct: Option<Arc<DirectQuery>>,
}

/// The operation of a request.
pub enum OperationToExecute {
    /// A query of a cached document.
    Direct(Arc<DirectQuery>),
    /// A document with one operation, rewritten for the variables of the request.
    Rewritten(ExecutableDocument),
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
        (text.len() as u64 * TIMES_ITS_TEXT).max(MOST_KEPT / KEPT as u64)
    }
}

impl Documents {
    /// Creates empty caches with these limits.
    pub fn new(limits: &Limits, exposure: &Exposure) -> Self {
        // An invalid schema panics at start-up instead of in the first request.
        types::schema();
        Self {
            validator: Arc::new(Validator { limits: limits.clone(), exposure: exposure.clone() }),
            cache: Cache::with_weighter(KEPT, MOST_KEPT, DocumentWeighter),
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
        let limits = &self.validator.limits;
        let Request { operation_name, mut variables, budget_used, .. } = request;
        let (name, operation) = select(&document.parsed.operations, operation_name.as_deref())?;
        let known = document.operations.get(&name).ok_or_else(|| vec![unknown(name.as_deref())])?;
        let absent = variables::coerce(&known.variables, &mut variables, limits.max_list)?;
        let filters = &FilterLimits::from(limits);
        let refused: Vec<_> = known
            .checks
            .iter()
            .filter_map(|check| check.run(&variables, filters).err())
            .take(MAX_ERRORS)
            .collect();
        if !refused.is_empty() {
            return Err(refused);
        }
        let cost = known.cost.with(&variables);
        let in_all = cost.saturating_add(budget_used.cost);
        if in_all > limits.max_cost {
            let what =
                if budget_used.cost == 0 { "operation costs" } else { "list costs, up to this operation," };
            let mut error = beyond("max-cost", limits.max_cost, in_all, |found, most| {
                format!("the {what} {found}, and at most {most} is allowed: ask for smaller pages")
            });
            error.locations = vec![operation.pos];
            return Err(vec![error]);
        }
        let kind = operation.node.ty;
        let operation = match &known.direct {
            Some(query) if absent.is_empty() => OperationToExecute::Direct(query.clone()),
            _ => {
                let parsed = &document.parsed;
                OperationToExecute::Rewritten(rewritten(parsed, operation, name.clone(), &absent, &variables))
            }
        };
        Ok(Prepared { operation, variables, name, cost, kind })
    }

    /// Returns the document of a request.
    async fn find(&self, request: &mut Request) -> Result<Arc<Document>, Vec<ServerError>> {
        if let Some(trusted) = &self.trusted {
            return trusted.find(request).map_err(|error| vec![error]);
        }
        if request.document_id.is_some() {
            let message = "this server has no trusted documents: send the query itself";
            return Err(vec![refused(message, persisted::NOT_SUPPORTED.1, None)]);
        }
        let text = request.query.take().filter(|text| !text.is_empty());
        if let Some(persisted) = &request.extensions.persisted_query {
            let (text, new) = self.persisted.find(persisted, text).map_err(|error| vec![error])?;
            let document = self.known(&text).await?;
            if let Some(hash) = new {
                self.persisted.keep(hash, text);
            }
            return Ok(document);
        }
        let Some(text) = text else {
            return Err(vec![refused("the request has no query", "BAD_REQUEST", None)]);
        };
        self.known(&text).await
    }

    /// Returns the document with this text from the cache, or validates it. Concurrent requests for the
    /// same text share one validation.
    async fn known(&self, text: &str) -> Result<Arc<Document>, Vec<ServerError>> {
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

impl Validator {
    fn validate(&self, text: &str) -> Result<Document, Vec<ServerError>> {
        let locations = &Locations::new(text);
        let tree = syntax::parse(text, locations, &self.limits).map_err(|error| vec![error])?;
        bounds::check(&tree, locations, &self.limits).map_err(|error| vec![error])?;
        if !self.exposure.has_introspection()
            && let Some(place) = bounds::introspection(&tree, locations)
        {
            let mut error = refused("introspection is disabled on this server", INVALID, Some(place));
            error.extensions.get_or_insert_default().set("validationErrorCode", "INTROSPECTION_DISABLED");
            return Err(vec![error]);
        }
        let valid = validate::validate(&tree, locations, self.exposure.has_suggestions())
            .map_err(|errors| coded(errors, INVALID))?;
        let parsed = lower::document(&tree, locations);
        let mut operations = HashMap::new();
        for (name, usages) in valid.usages {
            let Ok(typed) = valid.document.operations.get(name.as_deref()) else { continue };
            let name = name.map(Name::new);
            let Ok((_, executable)) = select(&parsed.operations, name.as_deref()) else { continue };
            let checks = match executable.node.ty {
                OperationType::Mutation => FieldCheck::of(&executable.node, &parsed),
                OperationType::Query | OperationType::Subscription => Vec::new(),
            };
            let cost = Cost::of(&executable.node, &parsed);
            let variables = Variable::of(typed, &usages, locations);
            let direct = DirectQuery::of(executable, &parsed).map(Arc::new);
            operations.insert(name, PreparedOperation { cost, variables, checks, direct });
        }
        Ok(Document { parsed, operations })
    }
}

/// Returns the document of an operation with its variables applied, as async-graphql needs it.
fn rewritten(
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
    name: Option<Name>,
    absent: &[Name],
    variables: &Variables,
) -> ExecutableDocument {
    let mut operation = operation.clone();
    let mut fragments = document.fragments.clone();
    if !absent.is_empty() {
        leave_out(&mut operation.node.selection_set.node, absent);
        for fragment in fragments.values_mut() {
            leave_out(&mut fragment.node.selection_set.node, absent);
        }
    }
    merge_fields::merge(&mut operation.node.selection_set.node, &fragments, variables);
    // async-graphql looks up an operation by name only in a document with multiple operations.
    let operations = match name {
        None => DocumentOperations::Single(operation),
        Some(name) => DocumentOperations::Multiple(HashMap::from([(name, operation)])),
    };
    ExecutableDocument { operations, fragments }
}

/// Sets the code of errors that have none and removes duplicate errors and unknown locations.
pub fn coded(errors: Vec<ServerError>, code: &str) -> Vec<ServerError> {
    let mut kept: Vec<ServerError> = Vec::with_capacity(errors.len());
    for mut error in errors {
        error.locations.retain(|place| place.line > 0);
        let same = |other: &ServerError| {
            other.message == error.message && other.locations == error.locations && other.path == error.path
        };
        if !kept.iter().any(same) {
            kept.push(error);
        }
    }
    for error in &mut kept {
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        if extensions.get("code").is_none() {
            extensions.set("code", code);
        }
    }
    kept
}

/// Returns the operation that a request selects.
fn select<'a>(
    operations: &'a DocumentOperations,
    wanted: Option<&str>,
) -> Result<(Option<Name>, &'a Positioned<OperationDefinition>), Vec<ServerError>> {
    match (operations, wanted) {
        (DocumentOperations::Single(operation), None) => Ok((None, operation)),
        (DocumentOperations::Single(_), Some(_)) => Err(vec![unknown(wanted)]),
        (DocumentOperations::Multiple(all), Some(name)) => {
            let found = all.get_key_value(name).ok_or_else(|| vec![unknown(wanted)])?;
            Ok((Some(found.0.clone()), found.1))
        }
        (DocumentOperations::Multiple(all), None) if all.len() > 1 => {
            let message = "there are several operations; say which one in operationName";
            Err(vec![error::coded(message, UNRESOLVED)])
        }
        (DocumentOperations::Multiple(all), None) => match all.iter().next() {
            Some((name, operation)) => Ok((Some(name.clone()), operation)),
            None => Err(vec![unknown(None)]),
        },
    }
}

fn unknown(operation: Option<&str>) -> ServerError {
    let name = operation.map(|name| format!(" {name:?}")).unwrap_or_default();
    error::coded(format!("there is no operation{name}"), UNRESOLVED)
}

/// Removes the arguments and input fields whose value is a variable without a value, so that their defaults
/// apply. In a list, such a variable becomes `null`.
fn leave_out(set: &mut SelectionSet, absent: &[Name]) {
    let is_absent = |value: &Value| matches!(value, Value::Variable(name) if absent.contains(name));
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                field.node.arguments.retain(|(_, value)| !is_absent(&value.node));
                for (_, value) in &mut field.node.arguments {
                    leave_out_of_value(&mut value.node, &is_absent);
                }
                leave_out(&mut field.node.selection_set.node, absent);
            }
            Selection::InlineFragment(inline) => leave_out(&mut inline.node.selection_set.node, absent),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn leave_out_of_value(value: &mut Value, is_absent: &impl Fn(&Value) -> bool) {
    match value {
        Value::List(values) => {
            for value in values {
                if is_absent(value) {
                    *value = Value::Null;
                }
                leave_out_of_value(value, is_absent);
            }
        }
        Value::Object(fields) => {
            fields.retain(|_, value| !is_absent(value));
            fields.values_mut().for_each(|value| leave_out_of_value(value, is_absent));
        }
        _ => {}
    }
}
