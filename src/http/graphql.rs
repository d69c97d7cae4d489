//! POST `/graphql`: a JSON body in, the answer of the engine out. What is not even a request is
//! turned away here, with a status of its own.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::graphql::Engine;
use crate::graphql::request;

const JSON: &str = "application/json";
const JSON_ANSWER: &str = "application/json; charset=utf-8";

/// Runs one operation.
pub(super) async fn answer(State(engine): State<Engine>, Operation(request): Operation) -> Response {
    let answer = engine.execute(request).await;
    ([(CONTENT_TYPE, JSON_ANSWER)], answer.body).into_response()
}

/// What a client asks for: `{query, variables, operationName, extensions}`.
pub(super) struct Operation(request::Request);

impl<S: Send + Sync> FromRequest<S> for Operation {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        if !is_json(request.headers()) {
            return Err(Refusal::NotJson);
        }
        let body = Bytes::from_request(request, state).await?;
        // A list would be read as the fields in their order.
        if !body.trim_ascii_start().starts_with(b"{") {
            return Err(Refusal::Malformed("the body is not a JSON object".to_owned()));
        }
        let request = serde_json::from_slice(&body)
            .map_err(|error| Refusal::Malformed(format!("the body is not a request: {error}")))?;
        Ok(Self(request))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(JSON)
}

/// Why a request never reached the engine.
pub(super) enum Refusal {
    NotJson,
    TooLarge,
    Malformed(String),
}

impl From<BytesRejection> for Refusal {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Malformed("the body did not arrive in full".to_owned()),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::NotJson => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("send the request as Content-Type: {JSON}"))
            }
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body is larger than {} bytes", super::LARGEST_BODY),
            ),
            Self::Malformed(message) => (StatusCode::BAD_REQUEST, message),
        };
        let error = json!({"message": message, "extensions": {"code": "BAD_REQUEST"}});
        let body = json!({"errors": [error]}).to_string();
        (status, [(CONTENT_TYPE, JSON_ANSWER)], body).into_response()
    }
}
