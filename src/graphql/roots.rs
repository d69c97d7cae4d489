//! The fields of the operation itself. async-graphql would run the resolver of a repeated response key
//! twice, a mutation's as well; merged into one, it runs once.

use std::collections::HashMap;

use async_graphql::parser::types::{Field, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Variables};

use crate::graphql::conditions::{Conditions, wanted};

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// Merges fields of the same response key, where there can be any.
pub fn merge(roots: &mut SelectionSet, fragments: &Fragments, variables: &Variables) {
    if is_plain(roots) {
        return;
    }
    let mut fields = Vec::new();
    collect(roots, fragments, variables, &mut fields);
    roots.items = fields
        .into_iter()
        .map(|field| {
            let pos = field.pos;
            Positioned::new(Selection::Field(field), pos)
        })
        .collect();
}

/// Whether it has fields only, each with a response key of its own.
fn is_plain(roots: &SelectionSet) -> bool {
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
            // There is but one type of root, so every condition on it holds.
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
            // They have been dealt with.
            field.node.directives.retain(|directive| wanted(&directive.node).is_none());
            fields.push(field);
        }
        // Validation has seen to it that the two ask for the same.
        Some(known) => {
            let more = field.node.selection_set.node.items.iter().cloned();
            known.node.selection_set.node.items.extend(more);
        }
    }
}
