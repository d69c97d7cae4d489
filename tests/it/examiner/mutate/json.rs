//! Changes to the variables of a request.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::examiner::mutate::{Draft, Mutator};

/// A value of any kind.
fn any(rng: &mut Rng, mutator: &Mutator) -> Value {
    match rng.u8(..22) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(0),
        3 => json!(-1),
        4 => json!(2_147_483_647),
        5 => json!(2_147_483_648_i64),
        6 => json!(1.5),
        7 => json!(19.99),
        8 => json!(9_007_199_254_740_993_i64),
        9 => json!(""),
        10 => json!("1"),
        11 => json!("cus_1"),
        12 => json!("19.999"),
        13 => json!("2026-01-01T00:00:00Z"),
        14 => json!("2026-01-01"),
        15 => json!(mutator.schema.enum_value(rng)),
        16 => json!([]),
        17 => json!([null]),
        18 => json!([[1], "x"]),
        19 => json!({}),
        20 => json!({"id": "cus_1"}),
        _ => json!({ mutator.schema.input(rng): any(rng, mutator) }),
    }
}

/// Changes one of the values for which `applies` holds.
fn change_one(
    draft: &mut Draft,
    rng: &mut Rng,
    applies: fn(&Value) -> bool,
    change: impl FnOnce(&mut Value, &mut Rng),
) {
    let mut all = Value::Object(std::mem::take(&mut draft.variables));
    let mut paths = Vec::new();
    collect(&all, String::new(), applies, &mut paths);
    if let Some(value) = rng.choice(paths).and_then(|path| all.pointer_mut(&path)) {
        change(value, rng);
    }
    if let Value::Object(variables) = all {
        draft.variables = variables;
    }
}

/// The JSON pointers to the values for which `applies` holds.
fn collect(value: &Value, path: String, applies: fn(&Value) -> bool, paths: &mut Vec<String>) {
    match value {
        Value::Array(values) => {
            for (n, value) in values.iter().enumerate() {
                collect(value, format!("{path}/{n}"), applies, paths);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                collect(value, format!("{path}/{name}"), applies, paths);
            }
        }
        _ => {}
    }
    if applies(value) {
        paths.push(path);
    }
}

fn object(value: &mut Value) -> Option<&mut Map<String, Value>> {
    value.as_object_mut()
}

/// Replaces a value, but not the object of all variables.
pub fn replace(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_one(
        draft,
        rng,
        |_| true,
        |value, rng| {
            let other = any(rng, mutator);
            match value {
                Value::Object(fields) if rng.bool() || other.is_object() => {
                    if let Some(field) = rng.choice(fields.values_mut()) {
                        *field = other;
                    }
                }
                _ => *value = other,
            }
        },
    );
}

/// Removes a variable, or a field of an object in one.
pub fn remove(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_one(draft, rng, Value::is_object, |value, rng| {
        let Some(fields) = object(value) else { return };
        if let Some(name) = rng.choice(fields.keys()).cloned() {
            fields.remove(&name);
        }
    });
}

/// Adds a variable, or a field to an object in one.
pub fn add(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_one(draft, rng, Value::is_object, |value, rng| {
        let (name, added) = (mutator.schema.input(rng), any(rng, mutator));
        if let Some(fields) = object(value) {
            fields.insert(name, added);
        }
    });
}

/// Repeats or removes a value of a list, or replaces the list with one of its values.
pub fn repeat_in_list(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_one(draft, rng, Value::is_array, |value, rng| {
        let Some(values) = value.as_array_mut() else { return };
        let Some(last) = values.pop() else { return };
        match rng.u8(..4) {
            0 => {}
            1 => *value = last,
            2 => values.extend([Value::Null, last]),
            _ => values.extend([last.clone(), last]),
        }
    });
}
