//! Limits of a parsed document, checked before validation. The number of selections with expanded fragments
//! is checked first and computed without expansion, so validation and the other checks traverse only
//! documents that are small enough.

mod definition;
mod introspection;
mod operation;
mod selections;

use std::collections::HashMap;

use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, Document, FragmentDefinition, OperationDefinition};
use apollo_compiler::parser::SourceSpan;
use async_graphql::{Pos, ServerError};

use crate::config::limits::Limits;
use crate::graphql::document::bounds::definition::DefinitionCheck;
use crate::graphql::document::bounds::operation::OperationCheck;
use crate::graphql::document::bounds::selections::SelectionCounter;
use crate::graphql::document::locations::Locations;
use crate::graphql::document::refusal::{INVALID, refused};

pub use introspection::introspection;
pub use operation::MAX_LEVELS;

/// The definitions of a document.
struct Definitions<'a> {
    locations: &'a Locations<'a>,
    operations: Vec<&'a Node<OperationDefinition>>,
    fragments: HashMap<&'a str, &'a Node<FragmentDefinition>>,
}

impl<'a> Definitions<'a> {
    /// Returns an error for duplicate fragment names: the fragment that the validator expands depends on
    /// whether the type conditions exist.
    fn of(document: &'a Document, locations: &'a Locations<'a>) -> Result<Self, ServerError> {
        let mut definitions = Self { locations, operations: Vec::new(), fragments: HashMap::new() };
        for definition in &document.definitions {
            match definition {
                Definition::OperationDefinition(operation) => definitions.operations.push(operation),
                Definition::FragmentDefinition(fragment) => {
                    let name = fragment.name.as_str();
                    if definitions.fragments.insert(name, fragment).is_some() {
                        let message = format!(
                            "the fragment `{name}` is defined more than once; rename one of its definitions"
                        );
                        return Err(definitions.refuse(message, fragment.name.location()));
                    }
                }
                // Validation reports type definitions.
                _ => {}
            }
        }
        Ok(definitions)
    }

    fn at(&self, span: Option<SourceSpan>) -> Option<Pos> {
        self.locations.of(span)
    }

    fn refuse(&self, message: String, span: Option<SourceSpan>) -> ServerError {
        refused(message, INVALID, self.at(span))
    }
}

/// Returns an error if the document exceeds a limit or contains fragment cycles.
pub fn check(document: &Document, locations: &Locations<'_>, limits: &Limits) -> Result<(), ServerError> {
    let definitions = Definitions::of(document, locations)?;
    SelectionCounter::new(&definitions).check(limits.max_selections)?;
    let check = DefinitionCheck { limits, definitions: &definitions };
    for operation in &definitions.operations {
        check.operation(operation)?;
        OperationCheck::new(limits, &definitions).check(operation)?;
    }
    for fragment in definitions.fragments.values() {
        check.directives(&fragment.directives)?;
        check.set(&fragment.selection_set)?;
    }
    Ok(())
}
