//! The variables of a request, checked against the types that its operation declares, before anything
//! is executed. async-graphql finds out only when a field is resolved, with others done already.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, InterfaceType, ObjectType, OperationDefinition, Type,
    TypeKind, TypeSystemDefinition, VariableDefinition,
};
use async_graphql::{ErrorExtensionValues, Name, Positioned, ServerError, Value, Variables};

use crate::graphql::error::limit_figures;
use crate::graphql::json::MOST_ERRORS;

/// How deep lists and objects nest in an argument, with the values of variables in their places. The
/// largest filter of a change reaches so far. What reads an input goes into itself for each, and has but the
/// stack of a thread.
pub(super) const MOST_NESTED: usize = 12;

/// How deep in an argument the variables of an operation stand, where it is not at its top.
pub type Places = HashMap<Name, usize>;

/// The types of the schema that an input can have, and where inputs of which type are wanted.
pub struct InputTypes {
    inputs: HashMap<String, InputType>,
    /// The fields of objects and interfaces.
    outputs: HashMap<String, HashMap<String, OutputField>>,
    longest_list: usize,
}

/// A type that an input can have.
pub(super) enum InputType {
    Scalar,
    Enum(Vec<String>),
    /// The fields are in the order of the schema, which is that of what is told of them.
    Object {
        fields: IndexMap<String, InputField>,
        one_of: bool,
    },
}

/// A place where an input stands: an argument, or a field of an input.
pub(super) struct InputField {
    pub ty: Type,
    /// Whether something must be given.
    pub required: bool,
}

impl InputField {
    fn named(field: Positioned<InputValueDefinition>) -> (String, Self) {
        let ty = field.node.ty.node;
        let required = !ty.nullable && field.node.default_value.is_none();
        (field.node.name.node.to_string(), Self { ty, required })
    }
}

/// A field of an object or interface.
pub(super) struct OutputField {
    /// The name of its type, be it of one or of a list of them.
    pub of: String,
    pub arguments: HashMap<String, InputField>,
    pub rows: RowsOf,
}

/// What says how many rows a field answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowsOf {
    /// There is one at most.
    One,
    /// A list, which nothing says the length of.
    List,
    /// A page of `first` or `last` rows.
    Page,
    /// A list of `limit` rows.
    Limit { default: u64 },
    /// A row for each of `ids`.
    Ids,
}

impl RowsOf {
    fn field(field: &FieldDefinition) -> Self {
        let argument = |name: &str| field.arguments.iter().find(|argument| argument.node.name.node == name);
        if argument("first").is_some() || argument("last").is_some() {
            return Self::Page;
        }
        if !matches!(field.ty.node.base, BaseType::List(_)) {
            return Self::One;
        }
        if let Some(limit) = argument("limit") {
            let default = match limit.node.default_value.as_ref().map(|value| &value.node) {
                Some(Value::Number(number)) => number.as_u64().unwrap_or_default(),
                _ => 0,
            };
            return Self::Limit { default };
        }
        if argument("ids").is_some() { Self::Ids } else { Self::List }
    }
}

impl OutputField {
    fn named(field: Positioned<FieldDefinition>) -> (String, Self) {
        let rows = RowsOf::field(&field.node);
        let mut ty = &field.node.ty.node.base;
        while let BaseType::List(inner) = ty {
            ty = &inner.base;
        }
        let of = ty.to_string();
        let arguments = field.node.arguments.into_iter().map(InputField::named).collect();
        (field.node.name.node.to_string(), Self { of, arguments, rows })
    }
}

impl InputTypes {
    /// Of a schema, in the schema definition language. A list in the variables has at most so many
    /// values.
    pub fn of(sdl: &str, longest_list: usize) -> Self {
        let mut inputs = HashMap::new();
        let mut outputs = HashMap::new();
        // Our own schema: it can be parsed, as a test knows.
        let definitions = parse_schema(sdl).map(|document| document.definitions).unwrap_or_default();
        for definition in definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let one_of = definition.node.directives.iter().any(|d| d.node.name.node == "oneOf");
            let name = definition.node.name.node.to_string();
            let ty = match definition.node.kind {
                TypeKind::Scalar => InputType::Scalar,
                TypeKind::Enum(values) => InputType::Enum(
                    values.values.into_iter().map(|value| value.node.value.node.to_string()).collect(),
                ),
                TypeKind::InputObject(object) => {
                    let fields = object.fields.into_iter().map(InputField::named).collect();
                    InputType::Object { fields, one_of }
                }
                TypeKind::Object(ObjectType { fields, .. })
                | TypeKind::Interface(InterfaceType { fields, .. }) => {
                    outputs.insert(name, fields.into_iter().map(OutputField::named).collect());
                    continue;
                }
                TypeKind::Union(_) => continue,
            };
            inputs.insert(name, ty);
        }
        Self { inputs, outputs, longest_list }
    }

    pub(super) fn input(&self, name: &str) -> Option<&InputType> {
        self.inputs.get(name)
    }

    pub(super) fn field(&self, of: &str, name: &str) -> Option<&OutputField> {
        self.outputs.get(of)?.get(name)
    }

    /// Checks the variables of an operation; the names of those that have no value.
    pub fn check(
        &self,
        operation: &OperationDefinition,
        variables: &Variables,
        places: &Places,
    ) -> Result<Vec<Name>, Vec<ServerError>> {
        let mut absent = Vec::new();
        let mut errors = Vec::new();
        for definition in &operation.variable_definitions {
            let VariableDefinition { name, var_type, default_value, .. } = &definition.node;
            let (name, ty) = (&name.node, &var_type.node);
            let problem = match variables.get(name) {
                Some(value) => self.problem(name, ty, value, places),
                None if default_value.is_some() => None,
                None if ty.nullable => {
                    absent.push(name.clone());
                    None
                }
                None => Some((format!("the variable \"${name}\" of the type \"{ty}\" must be given"), None)),
            };
            if let Some((message, length)) = problem {
                let mut extensions = ErrorExtensionValues::default();
                extensions.set("code", "BAD_USER_INPUT");
                if let Some(length) = length {
                    extensions.set("limit", limit_figures("max-list", self.longest_list, length));
                }
                let mut error = ServerError::new(message, Some(definition.pos));
                error.extensions = Some(extensions);
                errors.push(error);
            }
        }
        errors.truncate(MOST_ERRORS);
        if errors.is_empty() { Ok(absent) } else { Err(errors) }
    }

    /// What is wrong with this value of a variable, and the length of a list in it that is too long.
    pub(super) fn problem(
        &self,
        name: &Name,
        ty: &Type,
        value: &Value,
        places: &Places,
    ) -> Option<(String, Option<usize>)> {
        let depth = places.get(name).copied().unwrap_or_default();
        let Problem { path, message, length } =
            self.check_value(ty, value, depth, &mut vec![name.to_string()]).err()?;
        Some((format!("the variable \"${}\" has a wrong value: {message}", path.join(".")), length))
    }

    /// Whether the value is of that type; otherwise where it is not, and why. There are so many lists and
    /// objects around it.
    fn check_value(
        &self,
        ty: &Type,
        value: &Value,
        depth: usize,
        path: &mut Vec<String>,
    ) -> Result<(), Problem> {
        let nests =
            matches!(ty.base, BaseType::List(_)) || matches!(value, Value::List(_) | Value::Object(_));
        if nests && depth >= MOST_NESTED {
            return problem(path, format!("lists and objects nest more than {MOST_NESTED} deep"));
        }
        if matches!(value, Value::Null) {
            return if ty.nullable {
                Ok(())
            } else {
                problem(path, format!("it is null, and \"{ty}\" cannot be"))
            };
        }
        match (&ty.base, value) {
            (BaseType::List(_), Value::List(values)) if values.len() > self.longest_list => {
                let (length, most) = (values.len(), self.longest_list);
                let message =
                    format!("the list has {length} values, and at most {most} are allowed (max-list)");
                Err(Problem { path: path.clone(), message, length: Some(length) })
            }
            (BaseType::List(inner), Value::List(values)) => {
                for (n, value) in values.iter().enumerate() {
                    path.push(n.to_string());
                    self.check_value(inner, value, depth + 1, path)?;
                    path.pop();
                }
                Ok(())
            }
            // One value is as good as a list of it.
            (BaseType::List(inner), value) => self.check_value(inner, value, depth + 1, path),
            (BaseType::Named(name), value) => self.check_named(name, value, depth, path),
        }
    }

    fn check_named(
        &self,
        name: &str,
        value: &Value,
        depth: usize,
        path: &mut Vec<String>,
    ) -> Result<(), Problem> {
        let fits = match (self.inputs.get(name), value) {
            (Some(InputType::Object { fields, one_of }), Value::Object(given)) => {
                self.check_fields(name, fields, given, depth + 1, path)?;
                return check_object(name, fields, *one_of, given, path);
            }
            (Some(InputType::Enum(values)), Value::String(value)) => values.contains(value),
            (Some(InputType::Enum(values)), Value::Enum(value)) => values.iter().any(|v| value == v.as_str()),
            (Some(InputType::Scalar), Value::String(_) | Value::Number(_)) => true,
            (Some(_), _) => false,
            (None, Value::String(_)) => matches!(name, "String" | "ID"),
            (None, Value::Boolean(_)) => name == "Boolean",
            (None, Value::Number(number)) => match name {
                "Int" => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
                "ID" => number.is_i64() || number.is_u64(),
                "Float" => true,
                _ => false,
            },
            (None, _) => false,
        };
        if fits { Ok(()) } else { problem(path, format!("{} is no \"{name}\"", brief(value))) }
    }

    fn check_fields(
        &self,
        name: &str,
        fields: &IndexMap<String, InputField>,
        given: &IndexMap<Name, Value>,
        depth: usize,
        path: &mut Vec<String>,
    ) -> Result<(), Problem> {
        for (field, value) in given {
            path.push(field.to_string());
            let Some(known) = fields.get(field.as_str()) else {
                return problem(path, format!("\"{name}\" has no such field"));
            };
            self.check_value(&known.ty, value, depth, path)?;
            path.pop();
        }
        Ok(())
    }
}

/// Whether all is given that must be.
fn check_object(
    name: &str,
    fields: &IndexMap<String, InputField>,
    one_of: bool,
    given: &IndexMap<Name, Value>,
    path: &mut Vec<String>,
) -> Result<(), Problem> {
    let missing = fields.iter().find(|(field, known)| known.required && !given.contains_key(field.as_str()));
    if let Some((field, known)) = missing {
        path.push(field.clone());
        return problem(path, format!("it is missing, and a \"{}\" must be given", known.ty));
    }
    if one_of && (given.len() != 1 || given.values().any(|value| matches!(value, Value::Null))) {
        return problem(path, format!("\"{name}\" takes exactly one of its fields"));
    }
    Ok(())
}

/// What is wrong with a value, and where.
struct Problem {
    path: Vec<String>,
    message: String,
    /// Of a list that is too long.
    length: Option<usize>,
}

/// The beginning of the value.
fn brief(value: &Value) -> String {
    const MOST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn problem(path: &[String], message: String) -> Result<(), Problem> {
    Err(Problem { path: path.to_vec(), message, length: None })
}
