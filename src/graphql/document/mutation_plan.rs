//! The plan of a mutation with idempotency keys, `@atomic` or `@dryRun`: its root fields, each as a document of its own.

use std::collections::HashMap;
use std::time::Duration;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, OperationType,
    Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, ServerError, Value, Variables};

use crate::db::idempotency::IdempotencyKey;
use crate::graphql::document::absent_variables::remove_absent_variables;
use crate::graphql::document::arguments::resolve;
use crate::graphql::document::fingerprint::fingerprint;
use crate::graphql::document::refusal::refused;
use crate::graphql::write_directives::{ATOMIC, DRY_RUN, IDEMPOTENT, KEY};
use crate::graphql::{idempotency_key, merge_fields};

/// The scope of all keys while clients are not authenticated.
const SCOPE: &str = "open";

/// The write directives of a mutation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteDirectives {
    /// Whether all fields share one transaction.
    pub is_atomic: bool,
    /// Whether everything is rolled back after the response.
    pub is_dry_run: bool,
    /// Whether a root field has an idempotency key.
    pub has_keys: bool,
}

/// A mutation whose root fields are executed one by one.
pub struct MutationPlan {
    /// The directives of the operation.
    pub directives: WriteDirectives,
    /// The root fields, in their order.
    pub fields: Vec<PlannedField>,
}

/// A root field of a mutation.
pub struct PlannedField {
    /// The response key.
    pub response_key: Name,
    /// A document with this field only.
    pub document: ExecutableDocument,
    /// The idempotency key.
    pub key: Option<IdempotencyKey>,
    /// Whether the field is a mutation, and not `__typename`.
    pub is_mutation: bool,
}

/// The idempotency key of a request, and the time for which keys are kept.
pub struct RequestKey<'a> {
    /// The key of the request, for fields without one of their own.
    pub key: Option<&'a str>,
    /// The time for which keys are kept.
    pub retention: Duration,
}

impl WriteDirectives {
    /// Returns the directives of an operation.
    pub fn of(operation: &OperationDefinition, document: &ExecutableDocument) -> Self {
        if operation.ty != OperationType::Mutation {
            return Self::default();
        }
        let has = |name: &str| operation.directives.iter().any(|directive| directive.node.name.node == name);
        Self {
            is_atomic: has(ATOMIC),
            is_dry_run: has(DRY_RUN),
            has_keys: has_key(&operation.selection_set.node, document),
        }
    }

    /// Whether there are any.
    pub fn any(self) -> bool {
        self.is_atomic || self.is_dry_run || self.has_keys
    }
}

/// Whether a root field of the selection set has an idempotency key. Fragments contain no cycles.
fn has_key(set: &SelectionSet, document: &ExecutableDocument) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => {
            field.node.directives.iter().any(|directive| directive.node.name.node == IDEMPOTENT)
        }
        Selection::InlineFragment(inline) => has_key(&inline.node.selection_set.node, document),
        Selection::FragmentSpread(spread) => document
            .fragments
            .get(&spread.node.fragment_name.node)
            .is_some_and(|fragment| has_key(&fragment.node.selection_set.node, document)),
    })
}

impl MutationPlan {
    /// Returns the plan of a valid operation with these variables, which include the defaults.
    ///
    /// # Errors
    ///
    /// Returns an error for each idempotency key that is not valid.
    pub fn of(
        directives: WriteDirectives,
        document: &ExecutableDocument,
        operation: &Positioned<OperationDefinition>,
        absent: &[Name],
        variables: &Variables,
        request: &RequestKey<'_>,
    ) -> Result<Self, Vec<ServerError>> {
        let mut operation = operation.clone();
        let mut fragments = document.fragments.clone();
        if !absent.is_empty() {
            remove_absent_variables(&mut operation.node.selection_set.node, absent);
            for fragment in fragments.values_mut() {
                remove_absent_variables(&mut fragment.node.selection_set.node, absent);
            }
        }
        operation.node.directives.clear();
        let mut errors = Vec::new();
        let mut fields = Vec::new();
        for mut field in merge_fields::merged(&operation.node.selection_set.node, &fragments, variables) {
            match key(&field.node, variables, request) {
                Ok(key) => {
                    field.node.directives.retain(|directive| directive.node.name.node != IDEMPOTENT);
                    fields.push(PlannedField {
                        response_key: field.node.response_key().node.clone(),
                        is_mutation: field.node.name.node != "__typename",
                        document: single_field(&operation, field, &fragments),
                        key,
                    });
                }
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(Self { directives, fields }) } else { Err(errors) }
    }
}

/// Returns a document with one root field. The operation has no name, as it is the only one.
fn single_field(
    operation: &Positioned<OperationDefinition>,
    field: Positioned<Field>,
    fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
) -> ExecutableDocument {
    let pos = field.pos;
    let items = vec![Positioned::new(Selection::Field(field), pos)];
    let definition = OperationDefinition {
        ty: operation.node.ty,
        variable_definitions: operation.node.variable_definitions.clone(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items }, pos),
    };
    ExecutableDocument {
        operations: DocumentOperations::Single(Positioned::new(definition, operation.pos)),
        fragments: fragments.clone(),
    }
}

/// Returns the idempotency key of a root field: that of its directive, or that of the request.
fn key(
    field: &Field,
    variables: &Variables,
    request: &RequestKey<'_>,
) -> Result<Option<IdempotencyKey>, ServerError> {
    let mut own: Option<String> = None;
    for directive in field.directives.iter().filter(|directive| directive.node.name.node == IDEMPOTENT) {
        let invalid = |message: String| refused(message, "BAD_USER_INPUT", Some(directive.pos));
        let argument = directive.node.get_argument(KEY).cloned();
        // Validation guarantees the type of the argument.
        let Some(Value::String(key)) = argument.and_then(|value| resolve(value.node, variables)) else {
            continue;
        };
        idempotency_key::check(&key, "the key of `@idempotent`").map_err(invalid)?;
        if own.as_ref().is_some_and(|own| *own != key) {
            let name = field.response_key().node.as_str();
            return Err(invalid(format!("the field {name:?} has two idempotency keys; use one")));
        }
        own = Some(key);
    }
    let response_key = || field.response_key().node.to_string();
    let Some((key, in_request)) = own
        .map(|key| (key, String::new()))
        .or_else(|| request.key.map(|key| (key.to_owned(), response_key())))
        .filter(|_| field.name.node != "__typename")
    else {
        return Ok(None);
    };
    let value = |(name, value): &(Positioned<Name>, Positioned<async_graphql_value::Value>)| {
        Some((name.node.clone(), resolve(value.node.clone(), variables)?))
    };
    let arguments: IndexMap<Name, Value> = field.arguments.iter().filter_map(value).collect();
    let fingerprint = fingerprint(&field.name.node, &arguments);
    Ok(Some(IdempotencyKey {
        scope: SCOPE,
        key,
        field: in_request,
        fingerprint,
        retention: request.retention,
    }))
}
