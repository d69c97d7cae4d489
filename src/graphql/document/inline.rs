//! Replaces fragment spreads by inline fragments, so that a query is executed without its fragment definitions:
//! async-graphql takes them by value, so each request would copy them.

use std::collections::HashMap;

use async_graphql::parser::types::{Field, FragmentDefinition, InlineFragment, Selection, SelectionSet};
use async_graphql::{Name, Positioned};

/// The maximum number of selections of an inlined query. Fragments that are spread many times would take far more memory
/// than the text of the document: this many take less than the cache assumes for the smallest one.
const MAX_SELECTIONS: usize = 300;

/// Returns the selection set without fragment spreads, or `None` if it would be too large. The spreads must have no
/// directives and no cycles.
pub(super) fn inline(
    set: &SelectionSet,
    fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
) -> Option<SelectionSet> {
    Inliner { fragments, selections: 0 }.set(set)
}

struct Inliner<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    selections: usize,
}

impl Inliner<'_> {
    fn set(&mut self, set: &SelectionSet) -> Option<SelectionSet> {
        let items: Option<Vec<_>> = set.items.iter().map(|selection| self.selection(selection)).collect();
        Some(SelectionSet { items: items? })
    }

    fn selection(&mut self, selection: &Positioned<Selection>) -> Option<Positioned<Selection>> {
        self.selections += 1;
        if self.selections > MAX_SELECTIONS {
            return None;
        }
        let inlined = match &selection.node {
            Selection::Field(field) => {
                let Field { alias, name, arguments, directives, selection_set } = &field.node;
                let set = Positioned::new(self.set(&selection_set.node)?, selection_set.pos);
                let field_without_spreads = Field {
                    alias: alias.clone(),
                    name: name.clone(),
                    arguments: arguments.clone(),
                    directives: directives.clone(),
                    selection_set: set,
                };
                Selection::Field(Positioned::new(field_without_spreads, field.pos))
            }
            Selection::InlineFragment(fragment) => {
                let set = &fragment.node.selection_set;
                let inlined = InlineFragment {
                    type_condition: fragment.node.type_condition.clone(),
                    directives: fragment.node.directives.clone(),
                    selection_set: Positioned::new(self.set(&set.node)?, set.pos),
                };
                Selection::InlineFragment(Positioned::new(inlined, fragment.pos))
            }
            Selection::FragmentSpread(spread) => {
                let definition = &self.fragments.get(&spread.node.fragment_name.node)?.node;
                let set = &definition.selection_set;
                let inlined = InlineFragment {
                    type_condition: Some(definition.type_condition.clone()),
                    directives: Vec::new(),
                    selection_set: Positioned::new(self.set(&set.node)?, set.pos),
                };
                Selection::InlineFragment(Positioned::new(inlined, spread.pos))
            }
        };
        Some(Positioned::new(inlined, selection.pos))
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use async_graphql::parser::types::DocumentOperations;

    use super::*;

    fn inlined(document: &str) -> Option<SelectionSet> {
        let document = parse_query(document).unwrap();
        let DocumentOperations::Single(operation) = &document.operations else {
            panic!("several operations")
        };
        inline(&operation.node.selection_set.node, &document.fragments)
    }

    /// Returns the selections without positions.
    fn text(set: &SelectionSet) -> String {
        let selection = |selection: &Positioned<Selection>| match &selection.node {
            Selection::Field(field) => {
                format!("{}:{}", field.node.response_key().node, field.node.name.node)
                    + &text(&field.node.selection_set.node)
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                let on = condition.map_or(String::new(), |on| format!(" on {}", on.node.on.node));
                format!("...{on}{}", text(&fragment.node.selection_set.node))
            }
            Selection::FragmentSpread(_) => "spread".to_owned(),
        };
        let items: Vec<_> = set.items.iter().map(selection).collect();
        if items.is_empty() { String::new() } else { format!("{{{}}}", items.join(" ")) }
    }

    #[test]
    fn spreads_become_inline_fragments() {
        let set = inlined(
            "{ a ...F b { ...G } } fragment F on Query { x: c(n: 1) ...G } fragment G on T { ... { d } e }",
        );
        assert_eq!(
            text(&set.unwrap()),
            "{a:a ... on Query{x:c ... on T{...{d:d} e:e}} b:b{... on T{...{d:d} e:e}}}"
        );
    }

    #[test]
    fn fragments_that_multiply_are_not_inlined() {
        let mut document = "{ ...F0 }".to_owned();
        for n in 0..10 {
            document += &format!(" fragment F{n} on T {{ ...F{m} ...F{m} }}", m = n + 1);
        }
        document += " fragment F10 on T { a }";
        assert!(inlined(&document).is_none());
    }
}
