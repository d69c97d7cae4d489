//! A supplement to the rule "Field Selection Merging". apollo-compiler 1.33 considers two lists equal if
//! one is a prefix of the other.

use std::collections::HashSet;

use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Value};
use apollo_compiler::collections::IndexMap;
use apollo_compiler::executable::{ExecutableDocument, Field, Operation, Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::ExtendedType;

use crate::graphql::document::types::schema;

/// Returns errors for fields with the same response key on the same object whose arguments differ. The
/// document must satisfy all other rules.
pub fn check(document: &ExecutableDocument, operation: &Operation) -> Vec<(Option<SourceSpan>, String)> {
    let mut fields = Vec::new();
    collect(document, &operation.selection_set, &mut HashSet::new(), &mut fields);
    let mut check = MergeCheck { document, problems: Vec::new() };
    check.fields(fields);
    check.problems
}

/// A field and the type that it is selected on.
#[derive(Clone, Copy)]
struct Selected<'a> {
    parent: &'a str,
    field: &'a Node<Field>,
}

struct MergeCheck<'a> {
    document: &'a ExecutableDocument,
    problems: Vec<(Option<SourceSpan>, String)>,
}

impl<'a> MergeCheck<'a> {
    fn fields(&mut self, fields: Vec<Selected<'a>>) {
        let mut by_key: IndexMap<&str, Vec<Selected<'a>>> = IndexMap::default();
        for selected in fields {
            by_key.entry(selected.field.response_key().as_str()).or_default().push(selected);
        }
        for fields in by_key.into_values() {
            for same_object in of_one_object(&fields) {
                self.merged(&same_object);
            }
        }
    }

    /// Checks fields that are merged into one.
    fn merged(&mut self, fields: &[Selected<'a>]) {
        let [first, others @ ..] = fields else { return };
        for other in others {
            if !same_arguments(&first.field.arguments, &other.field.arguments) {
                let key = first.field.response_key();
                let message =
                    format!("`{key}` is selected with different arguments under one name; use an alias");
                return self.problems.push((other.field.location(), message));
            }
        }
        let mut below = Vec::new();
        let mut fragments = HashSet::new();
        for selected in fields {
            collect(self.document, &selected.field.selection_set, &mut fragments, &mut below);
        }
        self.fields(below);
    }
}

/// Returns the groups of fields that can apply to the same object: the fields on each object type together
/// with the fields on interfaces.
fn of_one_object<'a>(fields: &[Selected<'a>]) -> Vec<Vec<Selected<'a>>> {
    let is_object = |parent: &str| matches!(schema().types.get(parent), Some(ExtendedType::Object(_)));
    let objects: HashSet<&str> =
        fields.iter().map(|selected| selected.parent).filter(|parent| is_object(parent)).collect();
    if objects.is_empty() {
        return vec![fields.to_vec()];
    }
    let group = |object| {
        let fits = |selected: &&Selected<'_>| selected.parent == object || !is_object(selected.parent);
        fields.iter().filter(fits).copied().collect()
    };
    objects.into_iter().map(group).collect()
}

fn collect<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    fragments: &mut HashSet<&'a str>,
    fields: &mut Vec<Selected<'a>>,
) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) => fields.push(Selected { parent: &set.ty, field }),
            Selection::InlineFragment(inline) => collect(document, &inline.selection_set, fragments, fields),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.fragment_name)
                    && fragments.insert(&spread.fragment_name)
                {
                    collect(document, &fragment.selection_set, fragments, fields);
                }
            }
        }
    }
}

fn same_arguments(left: &[Node<Argument>], right: &[Node<Argument>]) -> bool {
    left.len() == right.len()
        && left.iter().all(|argument| {
            right.iter().any(|other| other.name == argument.name && same(&argument.value, &other.value))
        })
}

/// Returns whether two literals are equal, ignoring the order of object fields.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| {
                    right.iter().any(|(other, other_value)| other == name && same(value, other_value))
                })
        }
        (left, right) => left == right,
    }
}
