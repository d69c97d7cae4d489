//! Errors in responses: codes, messages and extensions. Internal errors are logged and masked.

use async_graphql::{ErrorExtensionValues, Name, Number, ServerError, Value};

use crate::error::{InternalError, LimitExceeded, UserError, UserErrorKind};
use crate::graphql::deadline::TIMED_OUT;
use crate::graphql::request_id::RequestId;

/// The maximum length of an error message, in bytes.
const MAX_MESSAGE_LENGTH: usize = 1_000;

/// Returns the error of a request that exceeds its deadline.
pub fn deadline_exceeded() -> ServerError {
    coded("the request exceeded its time limit and was aborted; request less data or retry later", TIMED_OUT)
}

/// The code of an internal error.
const INTERNAL: &str = "INTERNAL_SERVER_ERROR";
/// The code of a request for which the database is unavailable.
const UNAVAILABLE: &str = "SERVICE_UNAVAILABLE";
/// The code of a mutation that may or may not be committed.
const OUTCOME_UNKNOWN: &str = "OUTCOME_UNKNOWN";

/// Returns whether an error code belongs to an internal error.
pub fn is_internal_error(code: &str) -> bool {
    [INTERNAL, UNAVAILABLE, OUTCOME_UNKNOWN].contains(&code)
}

/// Logs an internal error and returns its public form: a generic message and the id of the current request.
pub fn public_error(error: &InternalError) -> ServerError {
    if matches!(error, InternalError::DeadlineExceeded) {
        return deadline_exceeded();
    }
    public_error_of(error, RequestId::current().as_ref())
}

/// Returns [`public_error`] with an explicit request id, for code outside of the task of the request.
pub fn public_error_of(error: &InternalError, request: Option<&RequestId>) -> ServerError {
    let request = request.map(RequestId::as_str);
    tracing::error!(request, error = error.explain(), "a request failed");
    let mut error = match error {
        InternalError::DatabaseUnavailable(_) => {
            coded("the database is unavailable; retry later", UNAVAILABLE)
        }
        InternalError::CommitOutcomeUnknown(_) => coded(
            "the database connection was lost during the commit; repeat the mutation with its idempotency key, or check whether the change was made",
            OUTCOME_UNKNOWN,
        ),
        _ => coded("internal server error", INTERNAL),
    };
    if let (Some(request), Some(extensions)) = (request, &mut error.extensions) {
        extensions.set("requestId", request);
    }
    error
}

/// Returns the message of an error, cut after the maximum length.
pub fn brief(text: String) -> String {
    const MORE: &str = "…";
    if text.len() <= MAX_MESSAGE_LENGTH {
        return text;
    }
    let end = text.floor_char_boundary(MAX_MESSAGE_LENGTH - MORE.len());
    format!("{}{MORE}", &text[..end])
}

/// Returns an error with a message and a code.
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

/// Returns the value of `extensions.limit`: the name of a limit, its maximum and the value found.
pub fn limit_extension(limit: &str, most: impl Into<Number>, found: impl Into<Number>) -> Value {
    let fields = [
        ("name", Value::from(limit)),
        ("most", Value::Number(most.into())),
        ("found", Value::Number(found.into())),
    ];
    Value::Object(fields.into_iter().map(|(name, value)| (Name::new(name), value)).collect())
}

/// The error of an invalid argument. `extensions.argument` is the path in the arguments of the field.
impl From<UserError> for async_graphql::Error {
    fn from(error: UserError) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", "BAD_USER_INPUT");
        let path: Vec<Value> = error.path.iter().map(|part| Value::String(part.clone())).collect();
        extensions.set("argument", Value::List(path));
        if let UserErrorKind::LimitExceeded(LimitExceeded { limit, max, found, .. }) = &error.kind {
            extensions.set("limit", limit_extension(limit, *max, *found));
        }
        let path = error.path.join(".");
        let message = error.kind.to_string();
        // A message that starts with the argument needs no prefix.
        let message =
            if message.starts_with(&format!("`{path}` ")) { message } else { format!("{path}: {message}") };
        Self { message, source: None, extensions: Some(extensions) }
    }
}

/// Converts the result of a nullable field. An error then makes this field `null`; async-graphql treats an error
/// around the `Option` as an error of the whole response.
pub async fn nullable<T>(
    find: impl Future<Output = async_graphql::Result<Option<T>>>,
) -> Option<async_graphql::Result<T>> {
    find.await.transpose()
}
