//! Recognises operations that read with at most one SQL statement, which then need no snapshot.

use async_graphql::parser::types::{ExecutableDocument, Field, OperationType, Selection, SelectionSet};

/// The root fields that read a record by its key.
const RECORDS: [&str; 6] = ["customer", "product", "order", "orderItem", "inventory", "node"];
/// The root fields that read the page of a list.
const LISTS: [&str; 7] =
    ["customers", "products", "orders", "orderItems", "inventories", "lowStock", "stockMovements"];

/// Returns whether the operation of a document runs at most one statement: it has one root field, and below it only
/// fields that are columns. Fields under `@skip` and `@include` count as selected.
///
/// A debug build panics when such an operation runs a second statement.
pub(super) fn is_single_statement(document: &ExecutableDocument, operation_name: Option<&str>) -> bool {
    let mut operations = document.operations.iter();
    let operation = match operation_name {
        Some(name) => operations.find(|(key, _)| key.is_some_and(|key| key == name)),
        None => operations.next(),
    };
    let Some((_, operation)) = operation else { return false };
    if operation.node.ty != OperationType::Query {
        return false;
    }
    let mut root = None;
    let has_one_root =
        each_field(document, &operation.node.selection_set.node, &mut |field| root.replace(field).is_none());
    match root {
        Some(root) if has_one_root => {
            let (name, selections) = (root.name.node.as_str(), &root.selection_set.node);
            RECORDS.contains(&name) && has_only_columns(document, selections)
                || LISTS.contains(&name) && has_only_rows(document, selections)
        }
        _ => false,
    }
}

/// Whether no selected field of a record has selections, as those of relations have.
fn has_only_columns(document: &ExecutableDocument, record: &SelectionSet) -> bool {
    each_field(document, record, &mut |field| field.selection_set.node.items.is_empty())
}

/// Whether the selected fields of a connection are those of the rows of its page. `totalCount` and `pageInfo` may run
/// statements of their own.
fn has_only_rows(document: &ExecutableDocument, connection: &SelectionSet) -> bool {
    each_field(document, connection, &mut |field| {
        let selections = &field.selection_set.node;
        match field.name.node.as_str() {
            "nodes" => has_only_columns(document, selections),
            "edges" => each_field(document, selections, &mut |field| {
                has_only_columns(document, &field.selection_set.node)
            }),
            name => name == "__typename",
        }
    })
}

/// Calls `is_allowed` for each field, also in fragments, until it returns false. Returns whether it always returned true.
fn each_field<'a>(
    document: &'a ExecutableDocument,
    selections: &'a SelectionSet,
    is_allowed: &mut dyn FnMut(&'a Field) -> bool,
) -> bool {
    selections.items.iter().all(|selection| match &selection.node {
        Selection::Field(field) => is_allowed(&field.node),
        Selection::InlineFragment(fragment) => {
            each_field(document, &fragment.node.selection_set.node, is_allowed)
        }
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node);
            fragment
                .is_some_and(|fragment| each_field(document, &fragment.node.selection_set.node, is_allowed))
        }
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    #[test]
    fn only_columns_of_one_root_field_are_a_single_statement() {
        for (query, expected) in [
            ("{ customer(by: { id: 1 }) { id name __typename } }", true),
            ("{ customer(by: { id: 1 }) { ...C } } fragment C on Customer { id ... on Node { id } }", true),
            ("{ node(id: 1) { id ... on Order { status } } }", true),
            ("{ orders(first: 2) { __typename nodes { id } edges { cursor node { status } } } }", true),
            ("{ lowStock(threshold: 1) { nodes { id } } }", true),
            ("{ customer(by: { id: 1 }) { id orders { nodes { id } } } }", false),
            (
                "{ customer(by: { id: 1 }) { ...C } } fragment C on Customer { orders { nodes { id } } }",
                false,
            ),
            ("{ order(by: { id: 1 }) { customer { id } } }", false),
            ("{ order(by: { id: 1 }) { customer @skip(if: true) { id } } }", false),
            ("{ orders { nodes { customer { id } } } }", false),
            ("{ orders { edges { node { customer { id } } } } }", false),
            ("{ orders { nodes { id } totalCount } }", false),
            ("{ orders { nodes { id } pageInfo { endCursor } } }", false),
            ("{ a: customer(by: { id: 1 }) { id } b: customer(by: { id: 2 }) { id } }", false),
            ("{ nodes(ids: [1, 2]) { id } }", false),
            ("{ ordersAggregate { count } }", false),
            ("{ customer(by: { id: 1 }) { id } __typename }", false),
            ("mutation { deleteOrder { order { id } } }", false),
        ] {
            assert_eq!(is_single_statement(&parse_query(query).unwrap(), None), expected, "{query}");
        }
        let two = parse_query("query A { node(id: 1) { id } } query B { nodes(ids: 1) { id } }").unwrap();
        assert!(is_single_statement(&two, Some("A")) && !is_single_statement(&two, Some("B")));
    }
}
