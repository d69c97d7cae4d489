//! The arguments of a document, checked against the types of the schema before anything is executed:
//! whether a number fits, and whether a variable may stand where it does. async-graphql finds out
//! only when a field is resolved, with others done already.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    BaseType, Directive, ExecutableDocument, OperationType, Selection, SelectionSet, Type, VariableDefinition,
};
use async_graphql::{Name, Pos, Positioned, ServerError};
use async_graphql_value::Value;

use crate::graphql::variables::{InputField, InputType, InputTypes, MOST_NESTED, Places};

impl InputTypes {
    /// Where the variables of each operation stand; or what is wrong with the arguments, of any.
    pub fn check_arguments(
        &self,
        document: &ExecutableDocument,
    ) -> Result<HashMap<Option<Name>, Places>, Vec<ServerError>> {
        let mut errors = Vec::new();
        let mut places = HashMap::new();
        for (name, operation) in document.operations.iter() {
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
                places: Places::new(),
                errors: &mut errors,
            };
            walk.directives(&operation.node.directives);
            walk.set(root, &operation.node.selection_set.node);
            walk.defaults();
            places.insert(name.cloned(), walk.places);
        }
        if errors.is_empty() { Ok(places) } else { Err(errors) }
    }
}

/// The way through an operation and, once each, the fragments that it uses.
struct Walk<'a> {
    types: &'a InputTypes,
    document: &'a ExecutableDocument,
    variables: &'a [Positioned<VariableDefinition>],
    fragments: HashSet<&'a str>,
    places: Places,
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
                            self.value(&place.ty, !place.required, &value.node, value.pos, 0, &name.node);
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
                self.value(&boolean, false, &value.node, value.pos, 0, &name.node);
            }
        }
    }

    /// The values of variables where none are given, once it is known where they stand.
    fn defaults(&mut self) {
        for variable in self.variables {
            let VariableDefinition { name, var_type, default_value, .. } = &variable.node;
            let problem = default_value.as_ref().and_then(|default| {
                self.types.problem(&name.node, &var_type.node, &default.node, &self.places)
            });
            self.errors.extend(problem.map(|(problem, _)| ServerError::new(problem, Some(variable.pos))));
        }
    }

    /// What stands at `path`, where a value of the type `place` is wanted; there are so many lists and
    /// objects around it.
    fn value(
        &mut self,
        place: &Type,
        has_default: bool,
        value: &'a Value,
        pos: Pos,
        depth: usize,
        path: &str,
    ) {
        let nests =
            matches!(place.base, BaseType::List(_)) || matches!(value, Value::List(_) | Value::Object(_));
        if nests && depth >= MOST_NESTED {
            let message =
                format!("the argument \"{path}\": lists and objects nest more than {MOST_NESTED} deep");
            return self.errors.push(ServerError::new(message, Some(pos)));
        }
        let below = depth + 1;
        match (value, &place.base) {
            (Value::Variable(name), _) => {
                if depth > 0 {
                    let deepest = self.places.entry(name.clone()).or_default();
                    *deepest = depth.max(*deepest);
                }
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
                    self.value(inner, false, value, pos, below, &format!("{path}.{n}"));
                }
            }
            // One value is as good as a list of it.
            (value, BaseType::List(inner)) => self.value(inner, false, value, pos, below, path),
            (Value::Object(values), BaseType::Named(name)) => {
                let Some(InputType::Object { fields, .. }) = self.types.input(name) else { return };
                for (name, value) in values {
                    if let Some(InputField { ty, required }) = fields.get(name.as_str()) {
                        self.value(ty, !required, value, pos, below, &format!("{path}.{name}"));
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
