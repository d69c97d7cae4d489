//! The conditions of `@skip` and `@include`.

use async_graphql::parser::types::Directive;
use async_graphql::{Name, Positioned, Value as Given, Variables};
use async_graphql_value::Value;

/// The values that variables must have for a selection to be included. Without conditions, it is always included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions(Vec<(Name, bool)>);

impl Conditions {
    /// Returns the conditions of the directives of a selection, or `None` if the selection is never included.
    pub fn of(directives: &[Positioned<Directive>]) -> Option<Self> {
        let mut when = Vec::new();
        for directive in directives {
            let Some(expected) = expected(&directive.node) else { continue };
            match directive.node.get_argument("if").map(|value| &value.node) {
                Some(Value::Variable(name)) => when.push((name.clone(), expected)),
                Some(Value::Boolean(value)) if *value == expected => {}
                _ => return None,
            }
        }
        Some(Self(when))
    }

    /// Returns whether the selection is always included.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the conditions that hold if both these and the others hold.
    pub fn and(&self, others: Self) -> Self {
        Self(self.0.iter().cloned().chain(others.0).collect())
    }

    /// Returns whether the conditions hold with these variables, which include the defaults.
    pub fn hold(&self, variables: &Variables) -> bool {
        let is = |name: &Name| matches!(variables.get(name), Some(Given::Boolean(true)));
        self.0.iter().all(|(name, expected)| is(name) == *expected)
    }
}

/// Returns the value of `if` with which a directive includes its selection, or `None` for other directives.
pub fn expected(directive: &Directive) -> Option<bool> {
    match directive.name.node.as_str() {
        "include" => Some(true),
        "skip" => Some(false),
        _ => None,
    }
}
