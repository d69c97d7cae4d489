//! Queries that are executed from the cached document, without a copy.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};

use crate::graphql::{merge_fields, skip_include};

/// A query whose root fields are all executed as they are: it has no `@skip` or `@include`, no fragments or repeated
/// response keys at the root, and no introspection.
pub struct DirectQuery {
    /// The operation.
    pub operation: Positioned<OperationDefinition>,
    /// The fragments of the document.
    pub fragments: HashMap<Name, Positioned<FragmentDefinition>>,
}

impl DirectQuery {
    /// Returns the query, or `None` if the operation is not executed as it is.
    pub(super) fn of(
        operation: &Positioned<OperationDefinition>,
        document: &ExecutableDocument,
    ) -> Option<Self> {
        let roots = &operation.node.selection_set.node;
        let is_direct = operation.node.ty == OperationType::Query
            && merge_fields::is_plain(roots)
            && !roots.items.iter().any(|selection| is_introspection(&selection.node))
            && is_unconditional(roots)
            && document
                .fragments
                .values()
                .all(|fragment| is_unconditional(&fragment.node.selection_set.node));
        is_direct.then(|| Self { operation: operation.clone(), fragments: document.fragments.clone() })
    }
}

fn is_introspection(selection: &Selection) -> bool {
    let name = |field: &str| field.starts_with("__") && field != "__typename";
    matches!(selection, Selection::Field(field) if name(&field.node.name.node))
}

/// Whether a selection set has no `@skip` or `@include` at any depth.
fn is_unconditional(set: &SelectionSet) -> bool {
    set.items.iter().all(|selection| {
        let directives = selection.node.directives();
        directives.iter().all(|directive| skip_include::expected(&directive.node).is_none())
            && match &selection.node {
                Selection::Field(field) => is_unconditional(&field.node.selection_set.node),
                Selection::InlineFragment(inline) => is_unconditional(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => true,
            }
    })
}
