//! The arguments of a document, checked against the types of the schema before anything is executed:
//! whether a number fits, and whether a variable may stand where it does. async-graphql finds out
//! only when a field is resolved, with others done already.

use std::collections::HashSet;

use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, OperationType, Selection, SelectionSet, Type, VariableDefinition,
};
use async_graphql::{Pos, Positioned, ServerError};
use async_graphql_value::Value;

use crate::graphql::variables::{InputField, InputType, InputTypes};

impl InputTypes {
    /// What is wrong with the arguments, of any operation.
    pub fn check_arguments(&self, document: &ExecutableDocument) -> Vec<ServerError> {
        let mut errors = Vec::new();
        for (_, operation) in document.operations.iter() {
            let root = match operation.node.ty {
                OperationType::Query => "Query",
                OperationType::Mutation => "Mutation",
                OperationType::Subscription => continue,
            };
            let mut walk = Walk {
                types: self,
                document,
                variables: &operation.node.variable_definitions,
                fragments: HashSet::new(),
                errors: &mut errors,
            };
            walk.directives(&operation.node.directives);
            walk.set(root, &operation.node.selection_set.node);
        }
        errors
    }
}

/// The way through an operation and, once each, the fragments that it uses.
struct Walk<'a> {
    types: &'a InputTypes,
    document: &'a ExecutableDocument,
    variables: &'a [Positioned<VariableDefinition>],
    fragments: HashSet<&'a str>,
    errors: &'a mut Vec<ServerError>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, parent: &str, set: &'a SelectionSet) {
        for selection in &set.items {
            self.directives(selection.node.directives());
            match &selection.node {
                Selection::Field(field) => {
                    let Some(known) = self.types.field(parent, &field.node.name.node) else { continue };
                    for (name, value) in &field.node.arguments {
                        if let Some(place) = known.arguments.get(name.node.as_str()) {
                            self.value(&place.ty, !place.required, &value.node, value.pos, &name.node);
                        }
                    }
                    self.set(&known.of, &field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    self.set(
                        on.map_or(parent, |on| on.node.on.node.as_str()),
                        &inline.node.selection_set.node,
                    );
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.fragments.insert(name)
                    {
                        let on = &fragment.node.type_condition.node.on.node;
                        self.set(on, &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Positioned<Directive>]) {
        let boolean = Type { base: BaseType::Named(async_graphql::Name::new("Boolean")), nullable: false };
        for directive in directives {
            // Both that there are take a condition, and nothing else.
            for (name, value) in &directive.node.arguments {
                self.value(&boolean, false, &value.node, value.pos, &name.node);
            }
        }
    }

    /// What stands at `path`, where a value of the type `place` is wanted.
    fn value(&mut self, place: &Type, has_default: bool, value: &'a Value, pos: Pos, path: &str) {
        match (value, &place.base) {
            (Value::Variable(name), _) => {
                let definition = self.variables.iter().find(|variable| variable.node.name.node == *name);
                if let Some(definition) = definition
                    && !allowed(&definition.node, place, has_default)
                {
                    let ty = &definition.node.var_type.node;
                    let message = format!(
                        "the variable \"${name}\" is of the type \"{ty}\", and \"{path}\" wants \"{place}\""
                    );
                    self.errors.push(ServerError::new(message, Some(pos)));
                }
            }
            (Value::List(values), BaseType::List(inner)) => {
                for (n, value) in values.iter().enumerate() {
                    self.value(inner, false, value, pos, &format!("{path}.{n}"));
                }
            }
            // One value is as good as a list of it.
            (value, BaseType::List(inner)) => self.value(inner, false, value, pos, path),
            (Value::Object(values), BaseType::Named(name)) => {
                let Some(InputType::Object { fields, .. }) = self.types.input(name) else { return };
                for (name, value) in values {
                    if let Some(InputField { ty, required }) = fields.get(name.as_str()) {
                        self.value(ty, !required, value, pos, &format!("{path}.{name}"));
                    }
                }
            }
            (Value::Number(number), BaseType::Named(name))
                if name == "Int" && number.as_i64().is_none_or(|n| i32::try_from(n).is_err()) =>
            {
                let message = format!("the argument \"{path}\" has a wrong value: {number} is no \"Int\"");
                self.errors.push(ServerError::new(message, Some(pos)));
            }
            _ => {}
        }
    }
}

/// Whether a variable may stand where a value of the type `place` is wanted.
fn allowed(variable: &VariableDefinition, place: &Type, has_default: bool) -> bool {
    let given = &variable.var_type.node;
    let never_null = has_default
        || variable
            .default_value
            .as_ref()
            .is_some_and(|value| !matches!(value.node, async_graphql::Value::Null));
    if given.nullable && !place.nullable && never_null {
        return fits(&given.base, &place.base);
    }
    (place.nullable || !given.nullable) && fits(&given.base, &place.base)
}

fn fits(given: &BaseType, place: &BaseType) -> bool {
    match (given, place) {
        (BaseType::Named(given), BaseType::Named(place)) => given == place,
        (BaseType::List(given), BaseType::List(place)) => {
            (place.nullable || !given.nullable) && fits(&given.base, &place.base)
        }
        _ => false,
    }
}
