//! Validation by the GraphQL specification. Apollo's validator has the rules for fields, fragments, directives
//! and definitions; `values.rs` and `merging.rs` complete it.

use apollo_compiler::ExecutableDocument;
use apollo_compiler::ast::Document;
use apollo_compiler::diagnostic::ToCliReport;
use apollo_compiler::parser::SourceSpan;
use async_graphql::ServerError;

use crate::graphql::document::refusal::{INVALID, refused};
use crate::graphql::document::suggest::Suggestions;
use crate::graphql::document::syntax::location;
use crate::graphql::document::values::{Problem, VariableUsages};
use crate::graphql::document::{merging, types, values};
use crate::graphql::json::MOST_ERRORS;

/// A document that is valid.
pub struct Validated {
    pub document: ExecutableDocument,
    /// For each operation of the document, by its name.
    pub usages: Vec<(Option<String>, VariableUsages)>,
}

/// Validates a document by all rules. Errors are in the order of their locations, and suggest similar
/// names where `with_suggestions` is set. Fragments must not spread themselves.
pub fn validate(tree: &Document, with_suggestions: bool) -> Result<Validated, Vec<ServerError>> {
    let (document, diagnostics) = match tree.to_executable_validate(types::schema()) {
        Ok(valid) => (valid.into_inner(), None),
        Err(invalid) => (invalid.partial, Some(invalid.errors)),
    };
    let mut usages = Vec::new();
    let mut problems = Vec::new();
    for operation in document.operations.iter() {
        let (of_variables, of_values) = values::check(&document, operation, with_suggestions);
        usages.push((operation.name.as_ref().map(ToString::to_string), of_variables));
        problems.extend(of_values);
    }
    let mut found: Vec<(Option<SourceSpan>, String)> = Vec::new();
    match diagnostics {
        Some(diagnostics) => {
            for diagnostic in diagnostics.iter() {
                let span = diagnostic.error.location();
                // The same problem with the path to the value says more.
                if problems.iter().any(|problem| is_within(span, problem)) {
                    continue;
                }
                found.push((span, diagnostic.error.to_string()));
            }
        }
        None => {
            for operation in document.operations.iter() {
                found.extend(merging::check(&document, operation));
            }
        }
    }
    found.extend(problems.into_iter().map(|problem| (problem.span, problem.message)));
    if found.is_empty() {
        return Ok(Validated { document, usages });
    }
    found.sort_by_key(|(span, _)| span.map(|span| span.offset()));
    found.truncate(MOST_ERRORS);
    let suggestions = if with_suggestions { Suggestions::of(tree) } else { Suggestions::default() };
    let refuse = |(span, message): (Option<SourceSpan>, String)| {
        let suggestion = span.map(|span| suggestions.at(span.offset())).unwrap_or_default();
        refused(message + &suggestion, INVALID, location(span, &tree.sources))
    };
    Err(found.into_iter().map(refuse).collect())
}

fn is_within(span: Option<SourceSpan>, problem: &Problem) -> bool {
    let (Some(span), Some(argument)) = (span, problem.within) else { return false };
    (argument.offset()..argument.end_offset()).contains(&span.offset())
}
