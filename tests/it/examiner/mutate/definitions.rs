//! Changes to operations and fragments as a whole.

use fastrand::Rng;

use crate::examiner::ast::{self, Definition, Head, Selection};
use crate::examiner::mutate::{Draft, Mutator, change_one, index};

/// Definitions that are added to documents. Some are right beside others, most are not.
const ADDED: [&str; 16] = [
    "{ __typename }",
    "query { __typename }",
    "query Other { __typename }",
    "query Other($v: Int) { __typename }",
    "mutation Other { __typename }",
    "subscription Other { __typename }",
    "subscription { a b }",
    "fragment Unused on Customer { id }",
    "fragment Unused on OrderStatus { id }",
    "fragment Unused on Missing { id }",
    "fragment Cycle on Customer { ...Cycle } query Cycle { customers { nodes { ...Cycle } } }",
    "query Schema { __schema { queryType { name fields { name args { name defaultValue } } } } }",
    "query Schema { __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
    "query Type { __type(name: \"Order\") { name kind fields(includeDeprecated: true) { name } } }",
    "query Type { __type { name } }",
    "query Nodes { nodes(ids: [\"cus_1\"]) { id ... on Customer { name } ... on Order { name: status } } }",
];

pub fn add(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    let text = ADDED[rng.usize(..ADDED.len())];
    if let Some(document) = ast::parse(text) {
        let at = rng.usize(..=draft.document.0.len());
        draft.document.0.splice(at..at, document.0);
    }
}

fn change_definition(draft: &mut Draft, rng: &mut Rng, change: impl FnOnce(&mut Definition, &mut Rng)) {
    let definitions = &mut draft.document.0;
    if !definitions.is_empty() {
        let at = index(definitions, rng);
        change(&mut definitions[at], rng);
    }
}

pub fn repeat(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    let mut copy = None;
    change_definition(draft, rng, |definition, _| copy = Some(definition.clone()));
    draft.document.0.extend(copy);
}

pub fn remove(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    if draft.document.0.len() > 1 {
        draft.document.0.remove(index(&draft.document.0, rng));
    }
}

pub fn rename(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_definition(draft, rng, |definition, rng| match &mut definition.head {
        Head::Shorthand => {}
        Head::Operation { name, .. } => *name = rng.bool().then(|| "Renamed".to_owned()),
        Head::Fragment { name, .. } => name.push('2'),
    });
}

pub fn change_kind(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_definition(draft, rng, |definition, rng| {
        if let Head::Operation { kind, .. } = &mut definition.head {
            *kind = ["query", "mutation", "subscription"][rng.usize(..3)].to_owned();
        }
    });
}

/// Changes the type of a fragment.
pub fn change_type_condition(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    let other = if rng.bool() { mutator.schema.composite(rng) } else { mutator.schema.any_type(rng) };
    if rng.bool() {
        return change_definition(draft, rng, |definition, _| {
            if let Head::Fragment { on, .. } = &mut definition.head {
                *on = other;
            }
        });
    }
    let has_inline = |list: &Vec<Selection>| list.iter().any(|one| matches!(one, Selection::Inline { .. }));
    change_one(&mut draft.document, rng, ast::Document::each_selections, has_inline, |list, _| {
        for selection in list {
            if let Selection::Inline { on, .. } = selection {
                *on = Some(other.clone());
            }
        }
    });
}

/// Names the operation to execute: one of the document, or one that is not there.
pub fn name_operation(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    let names = draft.document.0.iter().filter_map(|definition| match &definition.head {
        Head::Operation { name, .. } => name.clone(),
        Head::Shorthand | Head::Fragment { .. } => None,
    });
    let names: Vec<String> = names.chain(["Missing".to_owned()]).collect();
    draft.operation_name = rng.choice(names);
}
