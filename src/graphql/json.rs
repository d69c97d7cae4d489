//! The answer as JSON. What the levels have written already is taken over as it is.

use async_graphql::{Response, ServerError, Value};
use serde::Serialize;

use crate::graphql::error::brief;

/// The most errors of an answer. Whoever has mended ten will ask again.
pub(super) const MAX_ERRORS: usize = 10;

/// The body of an answer.
pub fn response_body(response: &Response) -> Vec<u8> {
    let mut out = Vec::with_capacity(size_hint(&response.data) + 64);
    out.push(b'{');
    if !response.errors.is_empty() {
        out.extend_from_slice(b"\"errors\":");
        write_errors(&mut out, &response.errors);
        out.push(b',');
    }
    out.extend_from_slice(b"\"data\":");
    write_value(&mut out, &response.data);
    if !response.extensions.is_empty() {
        out.extend_from_slice(b",\"extensions\":");
        write_serialized(&mut out, &response.extensions);
    }
    out.push(b'}');
    out
}

/// The body of the answer to a request that was not executed.
pub fn error_body(errors: &[ServerError]) -> Vec<u8> {
    let mut out = b"{\"errors\":".to_vec();
    write_errors(&mut out, errors);
    out.push(b'}');
    out
}

/// Writes the first of them, each with as much of its text as can be read.
fn write_errors(out: &mut Vec<u8>, errors: &[ServerError]) {
    let shown = errors.iter().take(MAX_ERRORS).cloned();
    let shown: Vec<ServerError> =
        shown.map(|error| ServerError { message: brief(error.message), ..error }).collect();
    write_serialized(out, &shown);
}

/// Writes a value. `Binary` is JSON that a level has written.
pub fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Binary(json) => out.extend_from_slice(json),
        Value::List(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write_value(out, item);
            }
            out.push(b']');
        }
        Value::Object(fields) => {
            out.push(b'{');
            for (n, (name, field)) in fields.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write_string(out, name);
                out.push(b':');
                write_value(out, field);
            }
            out.push(b'}');
        }
        Value::Null | Value::Number(_) | Value::String(_) | Value::Boolean(_) | Value::Enum(_) => {
            write_serialized(out, value);
        }
    }
}

/// Writes a text.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    write_serialized(out, text);
}

fn write_serialized<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Fails for maps with keys that are no texts, and for writers that fail: neither is here.
    let _ = value.serialize(&mut serde_json::Serializer::new(out));
}

fn size_hint(value: &Value) -> usize {
    match value {
        Value::Binary(json) => json.len(),
        Value::Object(fields) => fields.values().map(|field| size_hint(field) + 24).sum(),
        Value::List(items) => items.iter().map(size_hint).sum(),
        _ => 16,
    }
}
