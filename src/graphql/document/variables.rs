//! Coerces the variables of a request to their declared types before execution. Errors contain the path to
//! the invalid value.

use apollo_compiler::Node;
use apollo_compiler::ast::{self, Type};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Pos, ServerError, Value, Variables};

use crate::graphql::document::locations::Locations;
use crate::graphql::document::lower;
use crate::graphql::document::refusal::{brief, refused};
use crate::graphql::document::types::{self, is_one_of};
use crate::graphql::document::values::{Usage, Usages};
use crate::graphql::error::limit_extension;
use crate::graphql::json::MAX_ERRORS;

/// The maximum nesting depth of lists and objects in an argument, including the values of variables. The
/// largest filter of a bulk change reaches this depth. Reading an input recurses once per level with a
/// large stack frame.
pub const MAX_NESTING: usize = 12;

/// The code of an error in a variable.
const BAD_INPUT: &str = "BAD_USER_INPUT";

/// A variable that an operation declares.
pub struct Variable {
    /// The name without `$`.
    pub name: Name,
    ty: Type,
    /// The default value in the document.
    pub default: Option<Value>,
    usage: Usage,
    pos: Option<Pos>,
}

impl Variable {
    /// Returns the variables of a validated operation.
    pub fn of(
        operation: &apollo_compiler::executable::Operation,
        usages: &Usages,
        locations: &Locations<'_>,
    ) -> Vec<Self> {
        let variable = |definition: &Node<ast::VariableDefinition>| Self {
            name: Name::new(definition.name.as_str()),
            ty: (*definition.ty).clone(),
            default: definition.default_value.as_ref().map(|value| lower::constant(value)),
            usage: usages.get(definition.name.as_str()).copied().unwrap_or_default(),
            pos: locations.of(definition.location()),
        };
        operation.variables.iter().map(variable).collect()
    }
}

/// Checks the variables of a request and adds missing defaults. Returns the names of the variables that
/// have no value.
pub fn coerce(
    declared: &[Variable],
    given: &mut Variables,
    max_list: usize,
) -> Result<Vec<Name>, Vec<ServerError>> {
    let mut absent = Vec::new();
    let mut errors = Vec::new();
    for variable in declared {
        let Variable { name, ty, default, pos, .. } = variable;
        match (given.get(name), default) {
            (Some(value), _) => errors.extend(Checker { max_list }.error(variable, value)),
            (None, Some(default)) => {
                // A default in the document is valid, but can be null at a position where only the argument
                // has a non-null default.
                if *default == Value::Null {
                    errors.extend(Checker { max_list }.error(variable, default));
                }
                given.insert(name.clone(), default.clone());
            }
            (None, None) if ty.is_non_null() => {
                let message = format!("the variable \"${name}\" of type \"{ty}\" is required");
                errors.push(refused(message, BAD_INPUT, *pos));
            }
            (None, None) => absent.push(name.clone()),
        }
    }
    errors.truncate(MAX_ERRORS);
    if errors.is_empty() { Ok(absent) } else { Err(errors) }
}

/// An invalid value of a variable.
struct VariableProblem {
    /// The path to the value.
    path: Vec<String>,
    message: String,
    /// The length of a list that exceeds the limit.
    too_long: Option<usize>,
}

fn problem(path: &[String], message: String) -> Result<(), VariableProblem> {
    Err(VariableProblem { path: path.to_vec(), message, too_long: None })
}

struct Checker {
    max_list: usize,
}

impl Checker {
    /// Returns the error for the value of a variable, or `None` if the value is valid.
    fn error(&self, variable: &Variable, value: &Value) -> Option<ServerError> {
        let Variable { name, ty, usage, pos, .. } = variable;
        if *value == Value::Null && usage.is_non_null && !ty.is_non_null() {
            let message = format!(
                "the variable \"${name}\" must not be null, because it is used where null is not allowed; omit it to use the default"
            );
            return Some(refused(message, BAD_INPUT, *pos));
        }
        let VariableProblem { path, message, too_long } =
            self.value(ty, value, usage.depth, &mut vec![name.to_string()]).err()?;
        let message = format!("the variable \"${}\" is invalid: {message}", path.join("."));
        let mut error = refused(message, BAD_INPUT, *pos);
        if let (Some(length), Some(extensions)) = (too_long, &mut error.extensions) {
            extensions.set("limit", limit_extension("max-list", self.max_list, length));
        }
        Some(error)
    }

    /// Checks a value at a nesting depth of `depth` lists and objects.
    fn value(
        &self,
        ty: &Type,
        value: &Value,
        depth: usize,
        path: &mut Vec<String>,
    ) -> Result<(), VariableProblem> {
        let nests = ty.is_list() || matches!(value, Value::List(_) | Value::Object(_));
        if nests && depth >= MAX_NESTING {
            return problem(path, format!("lists and objects must be nested at most {MAX_NESTING} deep"));
        }
        match value {
            Value::Null if ty.is_non_null() => {
                problem(path, format!("a value of type \"{ty}\" must not be null"))
            }
            Value::Null => Ok(()),
            Value::List(values) if ty.is_list() => {
                if values.len() > self.max_list {
                    let (length, most) = (values.len(), self.max_list);
                    let message =
                        format!("a list must have at most {most} values, but has {length} (max-list)");
                    return Err(VariableProblem { path: path.clone(), message, too_long: Some(length) });
                }
                for (n, value) in values.iter().enumerate() {
                    path.push(n.to_string());
                    self.value(ty.item_type(), value, depth + 1, path)?;
                    path.pop();
                }
                Ok(())
            }
            // A single value is coerced to a list of one element.
            value if ty.is_list() => self.value(ty.item_type(), value, depth + 1, path),
            value => self.named(ty.inner_named_type(), value, depth, path),
        }
    }

    fn named(
        &self,
        name: &str,
        value: &Value,
        depth: usize,
        path: &mut Vec<String>,
    ) -> Result<(), VariableProblem> {
        let fits = match (types::schema().types.get(name), value) {
            (Some(ExtendedType::InputObject(object)), Value::Object(given)) => {
                return self.object(object, given, depth + 1, path);
            }
            (Some(ExtendedType::Enum(values)), Value::String(value)) => {
                values.values.contains_key(value.as_str())
            }
            (Some(ExtendedType::Enum(values)), Value::Enum(value)) => {
                values.values.contains_key(value.as_str())
            }
            (Some(ExtendedType::Scalar(_)), value) => types::is_scalar(name, value),
            _ => false,
        };
        if fits { Ok(()) } else { problem(path, format!("{} is not a valid \"{name}\"", brief(value))) }
    }

    fn object(
        &self,
        object: &InputObjectType,
        given: &IndexMap<Name, Value>,
        depth: usize,
        path: &mut Vec<String>,
    ) -> Result<(), VariableProblem> {
        for (field, value) in given {
            path.push(field.to_string());
            let Some(definition) = object.fields.get(field.as_str()) else {
                return problem(path, format!("\"{}\" has no field \"{field}\"", object.name));
            };
            self.value(&definition.ty, value, depth, path)?;
            path.pop();
        }
        let missing = object
            .fields
            .values()
            .find(|field| field.is_required() && !given.contains_key(field.name.as_str()));
        if let Some(field) = missing {
            path.push(field.name.to_string());
            return problem(path, format!("a value of type \"{}\" is required", field.ty));
        }
        if is_one_of(object) && (given.len() != 1 || given.values().any(|value| matches!(value, Value::Null)))
        {
            return problem(path, format!("exactly one field of \"{}\" must be given", object.name));
        }
        Ok(())
    }
}
