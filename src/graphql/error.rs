//! Errors, as the API shows them: refusals as data in the payload of a mutation, or as errors of a
//! query; faults of ours masked and logged.

use async_graphql::{ErrorExtensionValues, Name, Number, ServerError, Value};

use crate::error::{InternalError, LimitExceeded, UserError, UserErrorKind};
use crate::graphql::deadline::TIMED_OUT;
use crate::graphql::request_id::RequestId;

/// The longest text of an error, in bytes.
const LONGEST_TEXT: usize = 1_000;

/// The error of a request that exceeds its deadline.
pub fn deadline_exceeded() -> ServerError {
    coded("the request took too long, and was given up", TIMED_OUT)
}

const INTERNAL: &str = "INTERNAL_SERVER_ERROR";
const AWAY: &str = "SERVICE_UNAVAILABLE";
const UNKNOWN: &str = "OUTCOME_UNKNOWN";

/// Whether an error of this code is about a fault of ours.
pub fn is_internal_error(code: &str) -> bool {
    [INTERNAL, AWAY, UNKNOWN].contains(&code)
}

/// What a stranger is told of a error: nothing but that there was one, and how to ask about it. The log
/// has the rest, under the same id.
pub fn public_error(error: &InternalError) -> ServerError {
    if matches!(error, InternalError::DeadlineExceeded) {
        return deadline_exceeded();
    }
    public_error_of(error, RequestId::current().as_ref())
}

/// As [`public_error`], where it is known which request it was.
pub fn public_error_of(error: &InternalError, request: Option<&RequestId>) -> ServerError {
    let request = request.map(RequestId::as_str);
    tracing::error!(request, error = error.explain(), "a request failed");
    let mut error = match error {
        InternalError::DatabaseUnavailable(_) => coded("the database does not answer; try again later", AWAY),
        InternalError::CommitOutcomeUnknown(_) => coded(
            "the database went away in the middle: the change may have been made, or not; look before you try again",
            UNKNOWN,
        ),
        _ => coded("internal server error", INTERNAL),
    };
    if let (Some(request), Some(extensions)) = (request, &mut error.extensions) {
        extensions.set("requestId", request);
    }
    error
}

/// The text, cut where it is too long to be read.
pub fn brief(text: String) -> String {
    const MORE: &str = "…";
    if text.len() <= LONGEST_TEXT {
        return text;
    }
    let end = text.floor_char_boundary(LONGEST_TEXT - MORE.len());
    format!("{}{MORE}", &text[..end])
}

/// An error with a code.
pub fn coded(message: impl Into<String>, code: &str) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    ServerError { extensions: Some(extensions), ..ServerError::new(message, None) }
}

impl From<InternalError> for async_graphql::Error {
    fn from(error: InternalError) -> Self {
        let ServerError { message, extensions, .. } = public_error(&error);
        Self { message, source: None, extensions }
    }
}

/// The value of `extensions.limit`: the name of a limit, its maximum and what was found.
pub fn limit_figures(limit: &str, most: impl Into<Number>, found: impl Into<Number>) -> Value {
    let figures = [
        ("name", Value::from(limit)),
        ("most", Value::Number(most.into())),
        ("found", Value::Number(found.into())),
    ];
    Value::Object(figures.into_iter().map(|(name, value)| (Name::new(name), value)).collect())
}

/// A error of what a query asks: `argument` is the path in its arguments.
impl From<UserError> for async_graphql::Error {
    fn from(error: UserError) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", "BAD_USER_INPUT");
        let path: Vec<Value> = error.path.iter().map(|part| Value::String(part.clone())).collect();
        extensions.set("argument", Value::List(path));
        if let UserErrorKind::LimitExceeded(LimitExceeded { limit, max, found, .. }) = &error.kind {
            extensions.set("limit", limit_figures(limit, *max, *found));
        }
        let message = format!("{}: {}", error.path.join("."), error.kind);
        Self { message, source: None, extensions: Some(extensions) }
    }
}

/// What a field answers that may be null: where it fails, it alone is null. async-graphql takes an
/// error around the `Option` to be about all of the answer.
pub async fn nullable<T>(
    find: impl Future<Output = async_graphql::Result<Option<T>>>,
) -> Option<async_graphql::Result<T>> {
    find.await.transpose()
}
