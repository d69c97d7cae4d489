//! The operation of a request: a query of a cached document, or a copy that is rewritten for its variables.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType,
    Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};

use crate::graphql::document::absent_variables::remove_absent_variables;
use crate::graphql::document::inline::inline;
use crate::graphql::document::mutation_plan::MutationPlan;
use crate::graphql::executor::DocumentPlans;
use crate::graphql::single_statement::is_single_statement;
use crate::graphql::{merge_fields, skip_include};

/// The operation of a request.
pub enum OperationToExecute {
    /// A query of a cached document.
    Direct(Arc<DirectQuery>),
    /// A document with one operation, rewritten for the variables of the request.
    Rewritten(ExecutableDocument),
    /// A mutation with idempotency keys, `@atomic` or `@dryRun`.
    Planned(MutationPlan),
}

impl OperationToExecute {
    /// Returns a copy of the operation without the arguments of absent variables, and with one root field for each
    /// response key.
    pub(super) fn rewrite(
        document: &ExecutableDocument,
        operation: &Positioned<OperationDefinition>,
        name: Option<&Name>,
        absent: &[Name],
        variables: &Variables,
    ) -> Self {
        let mut operation = operation.clone();
        let mut fragments = document.fragments.clone();
        if !absent.is_empty() {
            remove_absent_variables(&mut operation.node.selection_set.node, absent);
            for fragment in fragments.values_mut() {
                remove_absent_variables(&mut fragment.node.selection_set.node, absent);
            }
        }
        merge_fields::merge(&mut operation.node.selection_set.node, &fragments, variables);
        // async-graphql looks up an operation by name only in a document with multiple operations.
        let operations = match name {
            None => DocumentOperations::Single(operation),
            Some(name) => DocumentOperations::Multiple(HashMap::from([(name.clone(), operation)])),
        };
        Self::Rewritten(ExecutableDocument { operations, fragments })
    }
}

/// A query whose root fields are all executed as they are: it has no `@skip` or `@include`, no fragments or repeated
/// response keys at the root, and no introspection.
pub struct DirectQuery {
    /// The operation.
    pub operation: Positioned<OperationDefinition>,
    /// The fragments that the operation spreads. Those of small documents are inlined instead.
    pub fragments: HashMap<Name, Positioned<FragmentDefinition>>,
    /// Whether the query runs at most one SQL statement.
    pub single_statement: bool,
    /// The plans of its fields.
    pub plans: Arc<DocumentPlans>,
}

impl DirectQuery {
    /// Returns the query, or `None` if the operation is not executed as it is.
    pub(super) fn of(
        operation: &Positioned<OperationDefinition>,
        document: &ExecutableDocument,
        name: Option<&str>,
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
        is_direct.then(|| {
            let (mut operation, mut fragments) = (operation.clone(), document.fragments.clone());
            if let Some(set) = inline(roots, &fragments) {
                operation.node.selection_set.node = set;
                fragments.clear();
            }
            let sets = fragments.values().map(|fragment| &fragment.node.selection_set.node);
            let plans = DocumentPlans::new(sets.chain([&operation.node.selection_set.node]));
            let single_statement = is_single_statement(document, name);
            Self { operation, fragments, single_statement, plans: Arc::new(plans) }
        })
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
