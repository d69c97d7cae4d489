//! The limits of operations and fragments as they are written: directives and the lengths of lists.

use apollo_compiler::Node;
use apollo_compiler::ast::{DirectiveList, OperationDefinition, Selection, Value};
use async_graphql::ServerError;

use crate::config::limits::Limits;
use crate::graphql::document::bounds::Definitions;
use crate::graphql::document::refusal::beyond;

/// The limits that apply to definitions without expanding fragments.
pub(super) struct DefinitionCheck<'a> {
    pub limits: &'a Limits,
    pub definitions: &'a Definitions<'a>,
}

impl DefinitionCheck<'_> {
    pub(super) fn operation(&self, operation: &OperationDefinition) -> Result<(), ServerError> {
        self.directives(&operation.directives)?;
        for variable in &operation.variables {
            self.directives(&variable.directives)?;
            if let Some(default) = &variable.default_value {
                self.value(default)?;
            }
        }
        self.set(&operation.selection_set)
    }

    pub(super) fn set(&self, set: &[Selection]) -> Result<(), ServerError> {
        for selection in set {
            match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives)?;
                    field.arguments.iter().try_for_each(|argument| self.value(&argument.value))?;
                    self.set(&field.selection_set)?;
                }
                Selection::InlineFragment(inline) => {
                    self.directives(&inline.directives)?;
                    self.set(&inline.selection_set)?;
                }
                Selection::FragmentSpread(spread) => self.directives(&spread.directives)?,
            }
        }
        Ok(())
    }

    pub(super) fn directives(&self, directives: &DirectiveList) -> Result<(), ServerError> {
        let most = self.limits.max_directives;
        if let Some(first) = directives.0.get(most) {
            let mut error = beyond("max-directives", most, directives.len(), |found, most| {
                format!("there must be at most {most} directives in one place, but there are {found}")
            });
            error.locations.extend(self.definitions.at(first.location()));
            return Err(error);
        }
        let mut arguments = directives.iter().flat_map(|directive| &directive.arguments);
        arguments.try_for_each(|argument| self.value(&argument.value))
    }

    fn value(&self, value: &Node<Value>) -> Result<(), ServerError> {
        match value.as_ref() {
            Value::List(values) => {
                let most = self.limits.max_list;
                if values.len() > most {
                    let mut error = beyond("max-list", most, values.len(), |found, most| {
                        format!("a list must have at most {most} values, but has {found}")
                    });
                    error.locations.extend(self.definitions.at(value.location()));
                    return Err(error);
                }
                values.iter().try_for_each(|value| self.value(value))
            }
            Value::Object(fields) => fields.iter().try_for_each(|(_, value)| self.value(value)),
            _ => Ok(()),
        }
    }
}
