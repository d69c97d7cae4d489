//! Access to the types of the schema for validation and variable coercion.

use std::sync::LazyLock;

use apollo_compiler::ast::{DirectiveList, FieldDefinition, Type};
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Schema, name};
use async_graphql::{ScalarType, Value};

use crate::types::{Money, Timestamp};

/// Returns the schema of this server for the validator.
///
/// # Panics
///
/// Panics if the schema that async-graphql exports is invalid, which a test excludes.
pub fn schema() -> &'static Valid<Schema> {
    static SCHEMA: LazyLock<Valid<Schema>> =
        LazyLock::new(|| match Schema::parse_and_validate(crate::graphql::sdl(), "schema.graphql") {
            Ok(schema) => {
                let mut schema = schema.into_inner();
                add_is_one_of(&mut schema);
                Valid::assume_valid(schema)
            }
            Err(invalid) => panic!("the schema is invalid: {}", invalid.errors),
        });
    &SCHEMA
}

/// Adds `__Type.isOneOf`, which clients query and apollo-compiler 1.33 does not define.
fn add_is_one_of(schema: &mut Schema) {
    if let Some(ExtendedType::Object(ty)) = schema.types.get_mut("__Type") {
        let field = FieldDefinition {
            description: None,
            name: name!("isOneOf"),
            arguments: Vec::new(),
            ty: Type::Named(name!("Boolean")),
            directives: DirectiveList::default(),
        };
        ty.make_mut().fields.insert(name!("isOneOf"), field.into());
    }
}

/// A predicate that returns whether a custom scalar accepts a kind of value.
type IsValid = fn(&Value) -> bool;

/// The custom scalars and the kinds of value that they accept. The specification leaves them unrestricted.
const CUSTOM_SCALARS: [(&str, IsValid); 2] =
    [("Money", <Money as ScalarType>::is_valid), ("DateTime", <Timestamp as ScalarType>::is_valid)];

/// Returns whether a scalar accepts a value. For custom scalars only the kind of value is checked; their
/// resolvers report invalid text.
pub fn is_scalar(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("String", value) => matches!(value, Value::String(_)),
        ("Boolean", value) => matches!(value, Value::Boolean(_)),
        ("Int", Value::Number(number)) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        ("Int", _) => false,
        ("Float", value) => matches!(value, Value::Number(_)),
        ("ID", Value::Number(number)) => number.is_i64(),
        ("ID", value) => matches!(value, Value::String(_)),
        (custom, value) => CUSTOM_SCALARS
            .iter()
            .find(|(scalar, _)| *scalar == custom)
            .is_some_and(|(_, is_valid)| is_valid(value)),
    }
}

/// Returns whether exactly one field of the input object must be given.
pub fn is_one_of(object: &InputObjectType) -> bool {
    object.directives.has("oneOf")
}

/// Returns a field of an object or interface, or `None` for introspection fields.
pub fn field(parent: &str, name: &str) -> Option<&'static FieldDefinition> {
    if name.starts_with("__") {
        return None;
    }
    schema().type_field(parent, name).ok().map(|field| &***field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_valid() {
        if let Err(invalid) = Schema::parse_and_validate(crate::graphql::sdl(), "schema.graphql") {
            panic!("{}", invalid.errors);
        }
    }

    #[test]
    fn every_custom_scalar_has_a_predicate() {
        let custom = schema().types.values().filter_map(|ty| match ty {
            ExtendedType::Scalar(scalar) if !scalar.is_built_in() => Some(scalar.name.as_str()),
            _ => None,
        });
        for name in custom {
            assert!(CUSTOM_SCALARS.iter().any(|(scalar, _)| *scalar == name), "{name}");
            assert!(!is_scalar(name, &Value::Boolean(true)), "{name}");
        }
    }
}
