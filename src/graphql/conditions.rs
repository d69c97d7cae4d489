//! What `@skip` and `@include` say.

use async_graphql::parser::types::Directive;
use async_graphql::{Name, Positioned, Value as Given, Variables};
use async_graphql_value::Value;

/// The variables that must have these values for something to be selected. Always, where there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions(Vec<(Name, bool)>);

impl Conditions {
    /// Of the directives on a selection; `None` where it never is selected.
    pub fn of(directives: &[Positioned<Directive>]) -> Option<Self> {
        let mut when = Vec::new();
        for directive in directives {
            let Some(wanted) = wanted(&directive.node) else { continue };
            match directive.node.get_argument("if").map(|value| &value.node) {
                Some(Value::Variable(name)) => when.push((name.clone(), wanted)),
                Some(Value::Boolean(value)) if *value == wanted => {}
                _ => return None,
            }
        }
        Some(Self(when))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether they hold with these variables, defaults among them.
    pub fn hold(&self, variables: &Variables) -> bool {
        let is = |name: &Name| matches!(variables.get(name), Some(Given::Boolean(true)));
        self.0.iter().all(|(name, wanted)| is(name) == *wanted)
    }
}

/// What the condition of a directive has to be; `None` where it is none of the two.
pub fn wanted(directive: &Directive) -> Option<bool> {
    match directive.name.node.as_str() {
        "include" => Some(true),
        "skip" => Some(false),
        _ => None,
    }
}
