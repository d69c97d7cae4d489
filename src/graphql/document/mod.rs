//! Documents are parsed and validated once, and kept by their text. What remains to be done for each
//! request is what depends on its variables.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{ErrorExtensionValues, Name, Positioned, Request, Response, ServerError};
use quick_cache::sync::Cache;

use crate::graphql::variables::InputTypes;
use crate::graphql::{ShopSchema, build, error, roots};

/// How many documents are kept.
const KEPT: usize = 1_000;
/// Longer texts are not kept: an application has many requests, but none that long.
const LONGEST_KEPT: usize = 8 * 1024;
/// The most selections of a document once its fragments are expanded. A short document can name
/// more of them than could ever be walked through.
const MOST_SELECTIONS: u64 = 2_000;

/// Turns requests into documents that can be executed as they are.
pub struct Documents {
    /// Validates by all the rules, and executes nothing.
    validator: ShopSchema,
    types: InputTypes,
    kept: Cache<String, Arc<ExecutableDocument>>,
}

impl Documents {
    pub fn new() -> Self {
        let validator = build(|schema| schema.extension(ValidateOnly));
        let types = InputTypes::of(&validator.sdl());
        Self { validator, types, kept: Cache::new(KEPT) }
    }

    /// The request, ready to be executed; or what is wrong with it, and then nothing of it is
    /// executed.
    pub async fn prepare(&self, mut request: Request) -> Result<Request, Vec<ServerError>> {
        let known = self.kept.get(&request.query);
        let document = match known {
            Some(document) => document,
            None => {
                let document = Arc::new(self.validate(&request.query).await?);
                if request.query.len() <= LONGEST_KEPT {
                    self.kept.insert(request.query.clone(), document.clone());
                }
                document
            }
        };
        let (name, operation) = select(&document.operations, request.operation_name.as_deref())?;
        let absent = self.types.check(&operation.node, &request.variables)?;
        for definition in &operation.node.variable_definitions {
            if let Some(default) = &definition.node.default_value {
                // async-graphql does so for arguments only, not for `@skip` and `@include`.
                let name = definition.node.name.node.clone();
                request.variables.entry(name).or_insert_with(|| default.node.clone());
            }
        }
        let mut operation = operation.clone();
        let mut fragments = document.fragments.clone();
        if !absent.is_empty() {
            leave_out(&mut operation.node.selection_set.node, &absent);
            for fragment in fragments.values_mut() {
                leave_out(&mut fragment.node.selection_set.node, &absent);
            }
        }
        roots::merge(&mut operation.node.selection_set.node, &fragments, &request.variables);
        let operations = match &name {
            None => DocumentOperations::Single(operation),
            Some(name) => DocumentOperations::Multiple(HashMap::from([(name.clone(), operation)])),
        };
        // async-graphql looks for a named operation only among several.
        let Request { variables, extensions, data, .. } = request;
        let mut prepared = Request::new(String::new()).variables(variables);
        prepared.operation_name = name.map(|name| name.to_string());
        prepared.extensions = extensions;
        prepared.data = data;
        prepared.set_parsed_query(ExecutableDocument { operations, fragments });
        Ok(prepared)
    }

    async fn validate(&self, text: &str) -> Result<ExecutableDocument, Vec<ServerError>> {
        let document = parse_query(text).map_err(|e| coded(vec![brief(e.into())], "GRAPHQL_PARSE_FAILED"))?;
        if selections(&document) > MOST_SELECTIONS {
            let message = format!("the document has more than {MOST_SELECTIONS} selections");
            return Err(vec![error::coded(message, "GRAPHQL_VALIDATION_FAILED")]);
        }
        let mut request = Request::new(String::new());
        // Any operation will do: the rules go through all of them.
        request.operation_name = match &document.operations {
            DocumentOperations::Multiple(operations) => operations.keys().next().map(ToString::to_string),
            DocumentOperations::Single(_) => None,
        };
        request.set_parsed_query(document.clone());
        let response = self.validator.execute(request).await;
        let errors = match response.errors {
            errors if errors.is_empty() => self.types.check_arguments(&document),
            errors => errors,
        };
        if errors.is_empty() { Ok(document) } else { Err(coded(errors, "GRAPHQL_VALIDATION_FAILED")) }
    }
}

/// The parser draws a picture of several lines, of which the last one says what was expected.
fn brief(mut error: ServerError) -> ServerError {
    if let Some((_, expected)) = error.message.rsplit_once("\n  = ") {
        error.message = format!("syntax error: {expected}");
    }
    error
}

/// Gives the errors a code, where they have none; of those that are the same, the first is kept. A
/// place that is not known is none.
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

/// Lets a request come as far as its execution.
struct ValidateOnly;

impl ExtensionFactory for ValidateOnly {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for ValidateOnly {
    async fn execute(&self, _: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        Response::default()
    }
}

/// The operation that a request is about.
fn select<'a>(
    operations: &'a DocumentOperations,
    wanted: Option<&str>,
) -> Result<(Option<Name>, &'a Positioned<OperationDefinition>), Vec<ServerError>> {
    let refuse = |message: String| Err(vec![error::coded(message, "OPERATION_RESOLUTION_FAILURE")]);
    match (operations, wanted) {
        (DocumentOperations::Single(operation), None) => Ok((None, operation)),
        (DocumentOperations::Single(_), Some(wanted)) => refuse(format!("there is no operation {wanted:?}")),
        (DocumentOperations::Multiple(all), Some(wanted)) => match all.get_key_value(wanted) {
            Some((name, operation)) => Ok((Some(name.clone()), operation)),
            None => refuse(format!("there is no operation {wanted:?}")),
        },
        (DocumentOperations::Multiple(all), None) if all.len() > 1 => {
            refuse("there are several operations; say which one in operationName".to_owned())
        }
        (DocumentOperations::Multiple(all), None) => match all.iter().next() {
            Some((name, operation)) => Ok((Some(name.clone()), operation)),
            None => refuse("there is no operation".to_owned()),
        },
    }
}

/// How many selections all operations have with their fragments expanded. Each fragment is walked
/// through once.
fn selections(document: &ExecutableDocument) -> u64 {
    let mut known = HashMap::new();
    let sets = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    sets.fold(0, |sum, set| sum.saturating_add(count(set, &document.fragments, &mut known)))
}

fn count<'a>(
    set: &'a SelectionSet,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: &mut HashMap<&'a str, u64>,
) -> u64 {
    let mut sum = 0u64;
    for selection in &set.items {
        let below = match &selection.node {
            Selection::Field(field) => count(&field.node.selection_set.node, fragments, known),
            Selection::InlineFragment(inline) => count(&inline.node.selection_set.node, fragments, known),
            Selection::FragmentSpread(spread) => {
                let name = spread.node.fragment_name.node.as_str();
                match (known.get(name), fragments.get(name)) {
                    (Some(count), _) => *count,
                    // Unknown: validation will say so.
                    (None, None) => 0,
                    (None, Some(fragment)) => {
                        // One that spreads itself counts nothing the second time; validation refuses it.
                        known.insert(name, 0);
                        let count = count(&fragment.node.selection_set.node, fragments, known);
                        known.insert(name, count);
                        count
                    }
                }
            }
        };
        sum = sum.saturating_add(1).saturating_add(below);
    }
    sum
}

/// Takes out the arguments that are nothing but a variable without a value: they have not been given,
/// and their defaults hold.
fn leave_out(set: &mut SelectionSet, absent: &[Name]) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let is_absent = |value: &async_graphql_value::Value| match value {
                    async_graphql_value::Value::Variable(name) => absent.contains(name),
                    _ => false,
                };
                field.node.arguments.retain(|(_, value)| !is_absent(&value.node));
                leave_out(&mut field.node.selection_set.node, absent);
            }
            Selection::InlineFragment(inline) => leave_out(&mut inline.node.selection_set.node, absent),
            Selection::FragmentSpread(_) => {}
        }
    }
}
