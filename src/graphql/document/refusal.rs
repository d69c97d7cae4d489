//! Errors of requests that are rejected before execution.

use std::fmt::{self, Display, Write};

use async_graphql::{ErrorExtensionValues, Number, Pos, ServerError};

use crate::graphql::error::{self, limit_extension};

/// The code of a document with a syntax error.
pub const SYNTAX: &str = "GRAPHQL_PARSE_FAILED";
/// The code of a document that fails validation.
pub const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";

/// Returns an error with its position in the document.
pub fn refused(message: impl Into<String>, code: &str, place: Option<Pos>) -> ServerError {
    let mut error = error::coded(message, code);
    error.locations.extend(place);
    error
}

/// Returns an error for an exceeded limit. `limit` is the name of its command-line option.
pub fn beyond<N: Copy + Into<Number> + Display>(
    limit: &str,
    most: N,
    found: N,
    message: impl FnOnce(N, N) -> String,
) -> ServerError {
    let code = if limit == "max-tokens" { SYNTAX } else { INVALID };
    let mut error = error::coded(format!("{} ({limit})", message(found, most)), code);
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set("limit", limit_extension(limit, most, found));
    error
}

/// Sets the code of errors that have none and removes duplicate errors and unknown locations.
pub fn coded(errors: Vec<ServerError>, code: &str) -> Vec<ServerError> {
    let mut kept: Vec<ServerError> = Vec::with_capacity(errors.len());
    for mut error in errors {
        error.locations.retain(|place| place.line > 0);
        let same = |other: &ServerError| {
            other.message == error.message && other.locations == error.locations && other.path == error.path
        };
        if !kept.iter().any(same) {
            kept.push(error);
        }
    }
    for error in &mut kept {
        let extensions = error.extensions.get_or_insert_with(ErrorExtensionValues::default);
        if extensions.get("code").is_none() {
            extensions.set("code", code);
        }
    }
    kept
}

/// Returns the beginning of a value for a short message. Formatting stops at the limit.
pub fn brief(value: impl Display) -> String {
    const MAX_BYTES: usize = 60;

    struct Bounded(String);

    impl Write for Bounded {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let room = MAX_BYTES - self.0.len();
            if text.len() <= room {
                self.0.push_str(text);
                return Ok(());
            }
            self.0.push_str(&text[..text.floor_char_boundary(room)]);
            self.0.push('…');
            Err(fmt::Error)
        }
    }

    let mut text = Bounded(String::with_capacity(MAX_BYTES + '…'.len_utf8()));
    // The error only indicates truncation.
    let _ = write!(text, "{value}");
    text.0
}
