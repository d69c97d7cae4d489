//! Variables without a value. async-graphql would replace them by `null`, which is another value than an absent one.

use async_graphql::Name;
use async_graphql::parser::types::{Selection, SelectionSet};
use async_graphql_value::Value;

/// Removes the arguments and input fields whose value is a variable without a value, so that their defaults
/// apply. In a list, such a variable becomes `null`.
pub fn remove_absent_variables(set: &mut SelectionSet, absent: &[Name]) {
    let is_absent = |value: &Value| matches!(value, Value::Variable(name) if absent.contains(name));
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                field.node.arguments.retain(|(_, value)| !is_absent(&value.node));
                for (_, value) in &mut field.node.arguments {
                    remove_from_value(&mut value.node, &is_absent);
                }
                remove_absent_variables(&mut field.node.selection_set.node, absent);
            }
            Selection::InlineFragment(inline) => {
                remove_absent_variables(&mut inline.node.selection_set.node, absent)
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn remove_from_value(value: &mut Value, is_absent: &impl Fn(&Value) -> bool) {
    match value {
        Value::List(values) => {
            for value in values {
                if is_absent(value) {
                    *value = Value::Null;
                }
                remove_from_value(value, is_absent);
            }
        }
        Value::Object(fields) => {
            fields.retain(|_, value| !is_absent(value));
            fields.values_mut().for_each(|value| remove_from_value(value, is_absent));
        }
        _ => {}
    }
}
