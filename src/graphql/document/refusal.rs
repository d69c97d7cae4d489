//! Errors of requests that are rejected before execution.

use std::fmt::{self, Display, Write};

use async_graphql::{ErrorExtensionValues, Number, Pos, ServerError};

use crate::graphql::error::{coded, limit_figures};

/// The code of a document with a syntax error.
pub const SYNTAX: &str = "GRAPHQL_PARSE_FAILED";
/// The code of a document that fails validation.
pub const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";

/// Returns an error with its position in the document.
pub fn refused(message: impl Into<String>, code: &str, place: Option<Pos>) -> ServerError {
    let mut error = coded(message, code);
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
    let mut error = coded(format!("{} ({limit})", message(found, most)), code);
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set("limit", limit_figures(limit, most, found));
    error
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
