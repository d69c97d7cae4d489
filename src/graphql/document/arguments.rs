//! Checks the arguments of fields in mutation payloads before the first write of the operation. Payload
//! resolvers run after the commit, so an invalid page size found there would report an error for a change
//! that was committed.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Pos, ServerError, Value as ConstValue, Variables};
use async_graphql_value::Value;

use crate::graphql::document::types;
use crate::graphql::filter::FilterLimits;
use crate::graphql::payload_arguments::{ArgumentValues, CheckArguments, check_of};
use crate::graphql::skip_include::Conditions;

/// A field with arguments that an operation selects.
pub struct FieldCheck {
    /// The field is included if one of these conditions holds, because a fragment can be spread several
    /// times.
    when: Vec<Conditions>,
    arguments: Vec<(Name, Value)>,
    check: CheckArguments,
    pos: Pos,
}

impl FieldCheck {
    /// Returns the fields with arguments below the root of a valid mutation.
    pub fn of(operation: &OperationDefinition, document: &ExecutableDocument) -> Vec<Self> {
        let mut collector = FieldCheckCollector { document, checks: Vec::new() };
        collector.set("Mutation", &operation.selection_set.node, &Conditions::default());
        collector.checks
    }

    /// Checks the arguments with these variables, which include the defaults. Skipped fields are not
    /// checked.
    pub fn run(&self, variables: &Variables, limits: &FilterLimits) -> Result<(), ServerError> {
        if !self.when.iter().any(|when| when.hold(variables)) {
            return Ok(());
        }
        let value = |(name, value): &(Name, Value)| Some((name.clone(), resolve(value.clone(), variables)?));
        let arguments = ArgumentValues(self.arguments.iter().filter_map(value).collect());
        (self.check)(&arguments, limits)
            .map_err(|error| async_graphql::Error::from(error).into_server_error(self.pos))
    }
}

/// Returns the value with its variables replaced, or `None` for a variable without a value.
pub(super) fn resolve(value: Value, variables: &Variables) -> Option<ConstValue> {
    match value {
        Value::Variable(name) => variables.get(&name).cloned(),
        Value::List(values) => {
            let value = |value| resolve(value, variables).unwrap_or_default();
            Some(ConstValue::List(values.into_iter().map(value).collect()))
        }
        Value::Object(fields) => {
            let field = |(name, value)| Some((name, resolve(value, variables)?));
            Some(ConstValue::Object(fields.into_iter().filter_map(field).collect::<IndexMap<_, _>>()))
        }
        constant => constant.into_const(),
    }
}

struct FieldCheckCollector<'a> {
    document: &'a ExecutableDocument,
    checks: Vec<FieldCheck>,
}

impl FieldCheckCollector<'_> {
    fn set(&mut self, parent: &str, set: &SelectionSet, when: &Conditions) {
        for selection in &set.items {
            let Some(conditions) = Conditions::of(selection.node.directives()) else { continue };
            let when = &when.and(conditions);
            match &selection.node {
                Selection::Field(field) => self.field(parent, &field.node, field.pos, when),
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let on = on.map_or(parent, |on| on.node.on.node.as_str());
                    self.set(on, &inline.node.selection_set.node, when);
                }
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.set(on, &fragment.node.selection_set.node, when);
                    }
                }
            }
        }
    }

    fn field(&mut self, parent: &str, field: &Field, pos: Pos, when: &Conditions) {
        let Some(definition) = types::field(parent, &field.name.node) else { return };
        if let Some(check) = check_of(parent, &field.name.node) {
            match self.checks.iter_mut().find(|check| check.pos == pos) {
                Some(known) => known.when.push(when.clone()),
                None => {
                    let arguments = field.arguments.iter();
                    let arguments =
                        arguments.map(|(name, value)| (name.node.clone(), value.node.clone())).collect();
                    self.checks.push(FieldCheck { when: vec![when.clone()], arguments, check, pos });
                }
            }
        }
        self.set(definition.ty.inner_named_type(), &field.selection_set.node, when);
    }
}
