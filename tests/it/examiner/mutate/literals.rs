//! Changes to values in a document.

use fastrand::Rng;

use crate::examiner::ast::{Document, Value};
use crate::examiner::mutate::{Draft, Mutator, arguments, change_one};

const NUMBERS: [&str; 15] = [
    "0",
    "1",
    "3",
    "-1",
    "-0",
    "2147483647",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "9223372036854775808",
    "1.0",
    "19.99",
    "19.999",
    "1e2",
    "1e400",
];

const STRINGS: [&str; 23] = [
    r#""""#,
    r#""x""#,
    r#""1""#,
    r#""PENDING""#,
    r#""true""#,
    r#""cus_1""#,
    r#""prd_1""#,
    r#""19.99""#,
    r#""19.999""#,
    r#""2026-01-01T00:00:00Z""#,
    r#""2026-01-01T00:00:00.123456+14:00""#,
    r#""2026-01-01""#,
    r#""2026-02-30T00:00:00Z""#,
    r#""\u00e9 \n \/""#,
    r#""\u{1F600}""#,
    r#""\ud83d\ude00""#,
    r#""\ud83d""#,
    r#""\ude00\ud83d""#,
    r#""\u{D800}""#,
    r#""\u{110000}""#,
    r#""\x""#,
    r#""""block "one" \""" text""""#,
    "\"\"\"\n  two\n    lines\n\"\"\"",
];

/// Any value. Of every kind, in about the same number.
pub fn any(rng: &mut Rng, mutator: &Mutator) -> Value {
    match rng.u8(..9) {
        0 => Value::literal(NUMBERS[rng.usize(..NUMBERS.len())]),
        1 | 2 => Value::literal(STRINGS[rng.usize(..STRINGS.len())]),
        3 => Value::literal(if rng.bool() { "true" } else { "false" }),
        4 => Value::literal("null"),
        5 => Value::Literal(mutator.schema.enum_value(rng)),
        6 => Value::List((0..rng.usize(..3)).map(|_| any(rng, mutator)).collect()),
        7 => Value::Object((0..rng.usize(..3)).map(|_| arguments::any(rng, mutator)).collect()),
        _ => arguments::any(rng, mutator).value,
    }
}

fn change(draft: &mut Draft, rng: &mut Rng, change: impl FnOnce(&mut Value, &mut Rng)) {
    change_one(&mut draft.document, rng, Document::each_value, |_| true, change);
}

pub fn replace(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change(draft, rng, |value, rng| *value = any(rng, mutator));
}

/// Replaces a value with another one of its kind, or writes it in another way.
pub fn replace_with_similar(draft: &mut Draft, rng: &mut Rng, mutator: &Mutator) {
    change(draft, rng, |value, rng| match value {
        Value::Literal(text) if text.starts_with("\"\"\"") => *text = "\"\"".to_owned(),
        Value::Literal(text) if text.starts_with('"') && text.len() > 2 => match rng.u8(..3) {
            0 => *text = STRINGS[rng.usize(..STRINGS.len())].to_owned(),
            1 if !text.contains('\\') => *text = format!("\"\"{text}\"\""),
            _ => *text = with_escape(text, rng),
        },
        Value::Literal(text) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            *text = NUMBERS[rng.usize(..NUMBERS.len())].to_owned();
        }
        Value::Literal(text) if text == "true" => *text = "false".to_owned(),
        Value::Literal(text) => *text = mutator.schema.enum_value(rng),
        Value::Variable(name) => name.push('2'),
        Value::List(values) => values.reverse(),
        Value::Object(fields) => fields.reverse(),
    });
}

/// Writes the first character of a string as an escape sequence.
fn with_escape(text: &str, rng: &mut Rng) -> String {
    let mut characters = text[1..].chars();
    match characters.next() {
        Some(first) if first != '\\' && rng.bool() => {
            format!("\"\\u{{{:X}}}{}", u32::from(first), characters.as_str())
        }
        Some(first) if first != '\\' && u32::from(first) < 0xFFFF => {
            format!("\"\\u{:04x}{}", u32::from(first), characters.as_str())
        }
        _ => text.to_owned(),
    }
}

pub fn wrap_in_list(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    change(draft, rng, |value, rng| {
        let again = rng.u8(..4) == 0;
        let inner = std::mem::replace(value, Value::literal("null"));
        *value = Value::List(vec![inner.clone()]);
        if let (true, Value::List(values)) = (again, value) {
            values.push(inner);
        }
    });
}

/// Replaces a list with one of its values, or an object with the value of a field.
pub fn unwrap(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    let is_nested = |value: &Value| matches!(value, Value::List(_) | Value::Object(_));
    change_one(&mut draft.document, rng, Document::each_value, is_nested, |value, _| {
        let inner = match value {
            Value::List(values) => values.pop(),
            Value::Object(fields) => fields.pop().map(|field| field.value),
            Value::Variable(_) | Value::Literal(_) => None,
        };
        *value = inner.unwrap_or_else(|| Value::literal("null"));
    });
}

/// Replaces a value with a variable that is defined elsewhere, or not at all.
pub fn replace_with_variable(draft: &mut Draft, rng: &mut Rng, _: &Mutator) {
    let mut names = vec!["undefined".to_owned()];
    draft.document.each_variable(&mut |variable| names.push(variable.name.clone()));
    change(draft, rng, |value, rng| {
        *value = Value::Variable(rng.choice(names).unwrap_or_default());
    });
}
