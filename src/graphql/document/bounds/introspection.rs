//! The introspection fields of a document.

use apollo_compiler::ast::{Definition, Document, Selection};
use apollo_compiler::parser::SourceSpan;
use async_graphql::Pos;

use crate::graphql::document::locations::Locations;

/// Returns the position of the first introspection field, or `None` if the document has none.
pub fn introspection(document: &Document, locations: &Locations<'_>) -> Option<Pos> {
    fn first(set: &[Selection]) -> Option<Option<SourceSpan>> {
        set.iter().find_map(|selection| match selection {
            Selection::Field(field) => {
                let found = matches!(field.name.as_str(), "__schema" | "__type");
                if found { Some(field.location()) } else { first(&field.selection_set) }
            }
            Selection::InlineFragment(inline) => first(&inline.selection_set),
            Selection::FragmentSpread(_) => None,
        })
    }
    let span = document.definitions.iter().find_map(|definition| match definition {
        Definition::OperationDefinition(operation) => first(&operation.selection_set),
        Definition::FragmentDefinition(fragment) => first(&fragment.selection_set),
        _ => None,
    })?;
    Some(locations.of(span).unwrap_or_default())
}
