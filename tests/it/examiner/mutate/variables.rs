//! Changes to the variables that operations define.

use fastrand::Rng;
use serde_json::{Value as Json, json};

use crate::examiner::ast::{Argument, Document, Head, Value, Variable};
use crate::examiner::mutate::{Draft, Mutator, change_one, index, literals};

type Variables = Vec<Variable>;

/// Moves a value of the document to a new variable. Its type is one that an argument of this name can
/// have, in most cases.
pub fn extract(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    let name = format!("v{}", rng.u8(..4));
    let mut moved = None;
    let has_constant = |list: &Vec<Argument>| list.iter().any(|argument| is_constant(&argument.value));
    change_one(&mut draft.document, rng, Document::each_arguments, has_constant, |list, rng| {
        let constant: Vec<_> = list.iter_mut().filter(|argument| is_constant(&argument.value)).collect();
        if let Some(argument) = rng.choice(constant) {
            let value = std::mem::replace(&mut argument.value, Value::Variable(name.clone()));
            moved = Some((argument.name.clone(), value));
        }
    });
    let Some((argument, value)) = moved else { return };
    let ty = mutator.schema.input_type(rng, &argument);
    let mut ty = ty.unwrap_or_else(|| mutator.schema.any_type(rng));
    if rng.u8(..3) == 0 {
        ty = varied(ty, rng, mutator);
    }
    if rng.u8(..6) > 0 {
        draft.variables.insert(name.clone(), json(&value));
    }
    let default = match rng.u8(..8) {
        0 => Some(value),
        1 => Some(literals::any(rng, mutator)),
        2 => Some(Value::literal("null")),
        _ => None,
    };
    for definition in &mut draft.document.0 {
        if let Head::Shorthand = definition.head {
            definition.head = Head::Operation { kind: "query".to_owned(), name: None, variables: Vec::new() };
        }
        if let Head::Operation { variables, .. } = &mut definition.head {
            variables.push(Variable {
                name: name.clone(),
                ty: ty.clone(),
                default: default.clone(),
                directives: Vec::new(),
            });
        }
    }
}

fn is_constant(value: &Value) -> bool {
    match value {
        Value::Variable(_) => false,
        Value::Literal(_) => true,
        Value::List(values) => values.iter().all(is_constant),
        Value::Object(fields) => fields.iter().all(|field| is_constant(&field.value)),
    }
}

/// The value as it is written in JSON.
fn json(value: &Value) -> Json {
    match value {
        Value::Variable(name) => json!(format!("${name}")),
        Value::Literal(text) => serde_json::from_str(text).unwrap_or_else(|_| json!(text.trim_matches('"'))),
        Value::List(values) => values.iter().map(json).collect(),
        Value::Object(fields) => {
            fields.iter().map(|field| (field.name.clone(), json(&field.value))).collect()
        }
    }
}

/// A type that differs a little.
fn varied(ty: String, rng: &mut Rng, mutator: &Mutator) -> String {
    match rng.u8(..5) {
        0 => format!("[{ty}]"),
        1 => ty.strip_prefix('[').and_then(|ty| ty.strip_suffix(']')).map_or(ty.clone(), str::to_owned),
        2 => mutator.schema.any_type(rng),
        _ => ty.strip_suffix('!').map_or_else(|| format!("{ty}!"), str::to_owned),
    }
}

fn change_list(draft: &mut Draft, rng: &mut Rng, change: impl FnOnce(&mut Variables, &mut Rng)) {
    let is_full = |list: &Variables| !list.is_empty();
    change_one(&mut draft.document, rng, Document::each_variables, is_full, change);
}

/// Defines a variable that nothing uses.
pub fn add(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_one(
        &mut draft.document,
        rng,
        Document::each_variables,
        |_| true,
        |list, rng| {
            let (name, ty) = ("unused".to_owned(), mutator.schema.any_type(rng));
            list.push(Variable { name, ty, default: None, directives: Vec::new() });
        },
    );
}

pub fn remove(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_list(draft, rng, |list, rng| {
        list.remove(index(list, rng));
    });
}

pub fn repeat(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_list(draft, rng, |list, rng| {
        let mut copy = list[index(list, rng)].clone();
        if rng.bool() {
            copy.ty = varied(copy.ty, rng, mutator);
        }
        list.push(copy);
    });
}

pub fn rename(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change_list(draft, rng, |list, rng| {
        let at = index(list, rng);
        list[at].name.push('2');
    });
}

pub fn change_type(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change_list(draft, rng, |list, rng| {
        let at = index(list, rng);
        let ty = std::mem::take(&mut list[at].ty);
        list[at].ty = varied(ty, rng, mutator);
    });
}

pub fn set_default(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    let known: Vec<(String, Json)> = draft.variables.clone().into_iter().collect();
    let mut given = None;
    change_list(draft, rng, |list, rng| {
        let at = index(list, rng);
        let variable = &mut list[at];
        let sent = known.iter().find(|(name, _)| *name == variable.name);
        variable.default = Some(match sent {
            Some((name, value)) if rng.bool() => {
                given = Some(name.clone());
                literal(value)
            }
            _ => literals::any(rng, mutator),
        });
    });
    if let Some(name) = given {
        draft.variables.remove(&name);
    }
}

/// The value as it is written in a document, with strings for enum values.
fn literal(value: &Json) -> Value {
    match value {
        Json::Array(values) => Value::List(values.iter().map(literal).collect()),
        Json::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, value)| Argument { name: name.clone(), value: literal(value) })
                .collect(),
        ),
        other => Value::Literal(other.to_string()),
    }
}
