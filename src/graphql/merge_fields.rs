//! Merges root fields of one response key. async-graphql runs the resolver of a repeated response key
//! twice, also that of a mutation.

use std::collections::HashMap;

use async_graphql::parser::types::{Field, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Variables};

use crate::graphql::skip_include::{Conditions, expected};

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Merges the root fields that have the same response key.
pub fn merge(roots: &mut SelectionSet, fragments: &Fragments, variables: &Variables) {
    if is_plain(roots) {
        return;
    }
    roots.items = merged(roots, fragments, variables)
        .into_iter()
        .map(|field| {
            let pos = field.pos;
            Positioned::new(Selection::Field(field), pos)
        })
        .collect();
}

/// Returns the included root fields, one for each response key. A field has the directives of all its occurrences.
pub fn merged(roots: &SelectionSet, fragments: &Fragments, variables: &Variables) -> Vec<Positioned<Field>> {
    let mut fields = Vec::new();
    collect(roots, fragments, variables, &mut fields);
    fields
}

/// Whether the selection set consists of fields with distinct response keys.
pub fn is_plain(roots: &SelectionSet) -> bool {
    let key = |selection: &Selection| match selection {
        Selection::Field(field) => Some(field.node.response_key().node.clone()),
        _ => None,
    };
    let keys: Vec<Option<Name>> = roots.items.iter().map(|selection| key(&selection.node)).collect();
    keys.iter().enumerate().all(|(n, key)| key.is_some() && !keys[..n].contains(key))
}

fn collect(
    set: &SelectionSet,
    fragments: &Fragments,
    variables: &Variables,
    fields: &mut Vec<Positioned<Field>>,
) {
    for selection in &set.items {
        let when = Conditions::of(selection.node.directives());
        if !when.is_some_and(|when| when.hold(variables)) {
            continue;
        }
        match &selection.node {
            Selection::Field(field) => add(fields, field),
            // A root has one type, so every type condition on it holds.
            Selection::InlineFragment(inline) => {
                collect(&inline.node.selection_set.node, fragments, variables, fields);
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                    collect(&fragment.node.selection_set.node, fragments, variables, fields);
                }
            }
        }
    }
}

fn add(fields: &mut Vec<Positioned<Field>>, field: &Positioned<Field>) {
    let key = &field.node.response_key().node;
    match fields.iter_mut().find(|known| known.node.response_key().node == *key) {
        None => {
            let mut field = field.clone();
            // Evaluated above: a merged field is included if one of its occurrences is.
            field.node.directives.retain(|directive| expected(&directive.node).is_none());
            fields.push(field);
        }
        // Validation guarantees the same field with the same arguments.
        Some(known) => {
            let more = field.node.selection_set.node.items.iter().cloned();
            known.node.selection_set.node.items.extend(more);
            let directives = field.node.directives.iter();
            known
                .node
                .directives
                .extend(directives.filter(|directive| expected(&directive.node).is_none()).cloned());
        }
    }
}
