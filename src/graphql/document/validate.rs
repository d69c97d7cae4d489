//! Validation according to the GraphQL specification. apollo-compiler implements the rules for fields,
//! fragments, directives and definitions; `values.rs` and `merging.rs` supplement it.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::Document;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::validation::DiagnosticList;
use async_graphql::ServerError;

use crate::graphql::document::locations::Locations;
use crate::graphql::document::refusal::{INVALID, refused};
use crate::graphql::document::suggest::Suggestions;
use crate::graphql::document::values::{Usages, ValueProblem};
use crate::graphql::document::{merging, types, values};
use crate::graphql::json::MAX_ERRORS;

/// A valid document.
pub struct Validated {
    /// The document with resolved types.
    pub document: ExecutableDocument,
    /// The usages of variables in each operation of the document, by its name.
    pub usages: Vec<(Option<String>, Usages)>,
}

/// A message and the source span that it refers to.
type LocatedMessage = (Option<SourceSpan>, String);

/// Validates a document by all rules. Errors are sorted by location and suggest similar names if
/// `with_suggestions` is set. Fragments must have distinct names and contain no cycles.
pub fn validate(
    tree: &Document,
    locations: &Locations<'_>,
    with_suggestions: bool,
) -> Result<Validated, Vec<ServerError>> {
    // The built document omits unknown fields, so rules that depend on them would report false errors.
    let (document, diagnostics) = match tree.to_executable(types::schema()) {
        Ok(built) => match built.validate(types::schema()) {
            Ok(valid) => (valid.into_inner(), None),
            Err(invalid) => (invalid.partial, Some(invalid.errors)),
        },
        Err(invalid) => (invalid.partial, Some(invalid.errors)),
    };
    let mut usages = Vec::new();
    let mut problems = Vec::new();
    for operation in document.operations.iter() {
        let (of_variables, of_values) = values::check(&document, operation, with_suggestions);
        usages.push((operation.name.as_ref().map(ToString::to_string), of_variables));
        if problems.is_empty() {
            // Other operations mostly repeat these problems through shared fragments.
            problems = of_values;
        }
    }
    let mut found = match diagnostics {
        Some(diagnostics) => first(&diagnostics, &problems),
        None => {
            document.operations.iter().flat_map(|operation| merging::check(&document, operation)).collect()
        }
    };
    found.extend(problems.into_iter().map(|problem| (problem.span, problem.message)));
    if found.is_empty() {
        return Ok(Validated { document, usages });
    }
    found.sort_by_key(|(span, _)| span.map(|span| span.offset()));
    found.dedup();
    found.truncate(MAX_ERRORS);
    let suggestions = if with_suggestions { Suggestions::of(tree) } else { Suggestions::default() };
    let refuse = |(span, message): LocatedMessage| {
        let suggestion = span.map(|span| suggestions.at(span.offset())).unwrap_or_default();
        refused(message + &suggestion, INVALID, locations.of(span))
    };
    Err(found.into_iter().map(refuse).collect())
}

/// Returns the first distinct errors of the validator, without errors in values that `problems` already
/// reports with a path.
fn first(diagnostics: &DiagnosticList, problems: &[ValueProblem]) -> Vec<LocatedMessage> {
    let mut found: Vec<LocatedMessage> = Vec::new();
    for diagnostic in diagnostics.iter() {
        let span = diagnostic.error.location();
        if problems.iter().any(|problem| is_within(span, problem)) {
            continue;
        }
        let message = diagnostic.error.to_string();
        if found.last().is_none_or(|last| *last != (span, message.clone())) {
            found.push((span, message));
        }
        if found.len() == MAX_ERRORS {
            break;
        }
    }
    found
}

fn is_within(span: Option<SourceSpan>, problem: &ValueProblem) -> bool {
    let (Some(span), Some(argument)) = (span, problem.within) else { return false };
    (argument.offset()..argument.end_offset()).contains(&span.offset())
}
