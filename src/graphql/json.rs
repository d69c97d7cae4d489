//! Serializes responses. JSON that the [executor](crate::graphql::executor) wrote is copied as it is.

use async_graphql::{Response, ServerError, Value};
use serde::Serialize;

use crate::graphql::error::brief;

/// The maximum number of errors in a response.
pub(super) const MAX_ERRORS: usize = 10;

/// Returns the body of a response.
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

/// Returns the body of the response to a request that was not executed: `errors` without `data`.
pub fn error_body(errors: &[ServerError]) -> Vec<u8> {
    let mut out = b"{\"errors\":".to_vec();
    write_errors(&mut out, errors);
    out.push(b'}');
    out
}

/// Writes the first [`MAX_ERRORS`] errors, with long messages cut.
fn write_errors(out: &mut Vec<u8>, errors: &[ServerError]) {
    let shown = errors.iter().take(MAX_ERRORS).cloned();
    let shown: Vec<ServerError> =
        shown.map(|error| ServerError { message: brief(error.message), ..error }).collect();
    write_serialized(out, &shown);
}

/// Writes a value. [`Value::Binary`] is JSON that the executor wrote.
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

/// Writes a string.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    write_serialized(out, text);
}

fn write_serialized<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    // Serialization fails for maps with keys other than strings and for failing writers; neither occurs here.
    let _ = value.serialize(&mut serde_json::Serializer::new(out));
}

/// Estimates the size of a value in bytes.
fn size_hint(value: &Value) -> usize {
    match value {
        Value::Binary(json) => json.len(),
        Value::Object(fields) => fields.values().map(|field| size_hint(field) + 24).sum(),
        Value::List(items) => items.iter().map(size_hint).sum(),
        _ => 16,
    }
}
