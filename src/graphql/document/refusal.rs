//! Why a request is refused before anything of it is executed.

use std::fmt::{self, Display, Write};

use async_graphql::{ErrorExtensionValues, Number, Pos, ServerError};

use crate::graphql::error::{coded, limit_figures};

/// The document cannot be read.
pub const SYNTAX: &str = "GRAPHQL_PARSE_FAILED";
/// The document can be read, and not be run.
pub const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";

/// A refusal, with the place in the document that it is about.
pub fn refused(message: impl Into<String>, code: &str, place: Option<Pos>) -> ServerError {
    let mut error = coded(message, code);
    error.locations.extend(place);
    error
}

/// A refusal of something that goes beyond a limit. The limit has the name of its option.
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

/// The beginning of a value, for a message that stays short. The rest is not even written.
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
    // The error says that the value is longer.
    let _ = write!(text, "{value}");
    text.0
}
