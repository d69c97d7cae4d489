//! The fingerprint of a mutation: a digest of the field and its arguments. It does not depend on the formatting of the
//! document, on the split between literals and variables, or on the selection.

use std::fmt::Write;

use apollo_compiler::Node;
use apollo_compiler::ast::{InputValueDefinition, Type};
use apollo_compiler::schema::ExtendedType;
use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, ScalarType, Value};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use crate::graphql::document::{lower, types};
use crate::types::{Money, Timestamp};

/// Returns the fingerprint of a field of `Mutation` with these arguments, whose variables are replaced.
pub fn fingerprint(field: &str, arguments: &IndexMap<Name, Value>) -> String {
    let arguments = match types::field("Mutation", field) {
        Some(definition) => fields(definition.arguments.iter(), arguments),
        None => Map::new(),
    };
    let text = Json::Array(vec![field.into(), Json::Object(arguments)]).to_string();
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Returns the given values that differ from their defaults, sorted by name. A later version with more defaults returns
/// the same.
fn fields<'a>(
    definitions: impl Iterator<Item = &'a Node<InputValueDefinition>>,
    given: &IndexMap<Name, Value>,
) -> Map<String, Json> {
    let mut found: Vec<(String, Json)> = Vec::new();
    for definition in definitions {
        let Some(value) = given.get(definition.name.as_str()) else { continue };
        let value = coerced(&definition.ty, value);
        let default = definition.default_value.as_ref();
        if default.is_none_or(|default| coerced(&definition.ty, &lower::constant(default)) != value) {
            found.push((definition.name.to_string(), value));
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.into_iter().collect()
}

/// Returns a value as its type reads it. Equal inputs have equal values.
fn coerced(ty: &Type, value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::List(values) if ty.is_list() => {
            Json::Array(values.iter().map(|value| coerced(ty.item_type(), value)).collect())
        }
        value if ty.is_list() => Json::Array(vec![coerced(ty.item_type(), value)]),
        value => named(ty.inner_named_type(), value),
    }
}

fn named(name: &str, value: &Value) -> Json {
    match (types::schema().types.get(name), value) {
        (Some(ExtendedType::InputObject(object)), Value::Object(given)) => {
            Json::Object(fields(object.fields.values().map(|field| &field.node), given))
        }
        (_, Value::Number(number)) if name == "ID" => number.to_string().into(),
        // A value that the scalar refuses is refused by the resolver, before the key is stored.
        _ if name == "Money" => scalar::<Money>(value),
        _ if name == "DateTime" => scalar::<Timestamp>(value),
        (_, value) => json(value),
    }
}

fn scalar<S: ScalarType>(value: &Value) -> Json {
    S::parse(value.clone()).map_or_else(|_| json(value), |scalar| json(&scalar.to_value()))
}

fn json(value: &Value) -> Json {
    match value {
        Value::Enum(name) => name.as_str().into(),
        value => value.clone().into_json().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(field: &str, arguments: Json) -> String {
        let Value::Object(arguments) = Value::from_json(arguments).unwrap() else { panic!("not an object") };
        fingerprint(field, &arguments)
    }

    #[test]
    fn equal_inputs_have_equal_fingerprints() {
        let units = json!([{"itemId": "itm_1", "quantity": 1}]);
        for (field, inputs) in [
            (
                "createProduct",
                [
                    json!({"sku": "A", "name": "B", "price": "1.50"}),
                    json!({"price": 1.5, "name": "B", "sku": "A"}),
                ],
            ),
            ("returnOrder", [json!({"id": "ord_1"}), json!({"restock": true, "id": "ord_1"})]),
            (
                "shipOrder",
                [json!({"id": "ord_1", "items": units[0]}), json!({"id": "ord_1", "items": units})],
            ),
            (
                "updateProducts",
                [
                    json!({"where": {"createdAt": {"lt": "2026-01-02T03:04:05Z"}}, "set": {"name": "B"}}),
                    json!({"where": {"createdAt": {"lt": "2026-01-02T04:04:05+01:00"}}, "set": {"name": "B"}}),
                ],
            ),
        ] {
            let [one, other] = inputs.map(|input| of(field, json!({"input": input})));
            assert_eq!(one, other, "{field}");
            assert_eq!(one.len(), 64);
        }
    }

    #[test]
    fn different_inputs_have_different_fingerprints() {
        for (field, inputs) in [
            ("returnOrder", [json!({"id": "ord_1"}), json!({"id": "ord_1", "restock": false})]),
            ("updateProduct", [json!({"id": "prd_1"}), json!({"id": "prd_1", "description": null})]),
            ("updateProduct", [json!({"id": "prd_1", "name": "A"}), json!({"id": "prd_1", "name": "a"})]),
            (
                "updateProduct",
                [json!({"id": "prd_1", "price": "1"}), json!({"id": "prd_1", "price": "1.01"})],
            ),
        ] {
            let [one, other] = inputs.map(|input| of(field, json!({"input": input})));
            assert_ne!(one, other, "{field}");
        }
        let input = json!({"input": {"id": "ord_1"}});
        assert_ne!(of("shipOrder", input.clone()), of("cancelOrder", input));
    }
}
