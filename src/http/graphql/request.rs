//! GraphQL requests in HTTP requests: a JSON body, or parameters in a URL.

use async_graphql::Variables;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request as HttpRequest};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::graphql::request::{Extensions, Request};
use crate::http::AppState;
use crate::http::compute::MAX_INLINE_BYTES;
use crate::http::graphql::accept::is_utf8;
use crate::http::graphql::body;
use crate::http::graphql::error::HttpError;

/// A GraphQL request as it was received.
pub(super) enum RawRequest {
    /// The body of a POST request.
    Post(Bytes),
    /// The URL of a GET request.
    Get(Uri),
}

impl FromRequest<AppState> for RawRequest {
    type Rejection = HttpError;

    /// Receives the request. The caller bounds the time.
    async fn from_request(request: HttpRequest, state: &AppState) -> Result<Self, HttpError> {
        let (head, body) = request.into_parts();
        if head.method == Method::GET {
            return Ok(Self::Get(head.uri));
        }
        if !is_json(&head.headers) {
            return Err(HttpError::UnsupportedMediaType);
        }
        body::receive(body, &head.headers, state.limits.max_body, &state.body_memory).await.map(Self::Post)
    }
}

impl RawRequest {
    /// Returns whether parsing the request takes too long for a thread that does I/O.
    pub(super) fn is_large(&self) -> bool {
        matches!(self, Self::Post(body) if body.len() > MAX_INLINE_BYTES)
    }

    /// Parses the request. A batch has at most `max_batch` requests; a URL has no batch.
    pub(super) fn parse(&self, max_batch: Option<usize>) -> Result<BatchRequest, HttpError> {
        match self {
            Self::Post(body) => parse_body(body, max_batch),
            Self::Get(url) => parse_url(url.query()).map(BatchRequest::Single),
        }
    }
}

/// One GraphQL request or several.
pub(super) enum BatchRequest {
    /// One request. The response is an object.
    Single(Request),
    /// The response is a list in the same order.
    Batch(Vec<Request>),
}

/// Returns the request if it names a document in some way.
fn with_document(request: Request) -> Result<Request, HttpError> {
    let Request { query, document_id, extensions, .. } = &request;
    if query.is_none() && document_id.is_none() && extensions.persisted_query.is_none() {
        return Err(HttpError::Malformed("the request has no \"query\"".to_owned()));
    }
    Ok(request)
}

/// Returns whether the headers announce uncompressed JSON in UTF-8.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE) else { return false };
    if content_type == HeaderValue::from_static("application/json") {
        return !headers.contains_key(CONTENT_ENCODING);
    }
    let mut parts = content_type.to_str().unwrap_or_default().split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    let in_utf8 = parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
        // JSON has no other parameters.
        !name.trim().eq_ignore_ascii_case("charset") || is_utf8(value)
    });
    is_json && in_utf8 && !headers.contains_key(CONTENT_ENCODING)
}

fn parse_body(body: &[u8], max_batch: Option<usize>) -> Result<BatchRequest, HttpError> {
    let malformed =
        |error: serde_json::Error| HttpError::Malformed(format!("the body is not a request: {error}"));
    match body.trim_ascii_start().first() {
        // Serde accepts a list for a struct: the fields in their order.
        Some(b'{') => {
            with_document(serde_json::from_slice(body).map_err(malformed)?).map(BatchRequest::Single)
        }
        Some(b'[') => {
            let Some(max) = max_batch else { return Err(HttpError::Batch { max: None }) };
            let list: Vec<Map<String, Value>> = serde_json::from_slice(body).map_err(malformed)?;
            if list.is_empty() || list.len() > max {
                return Err(HttpError::Batch { max: Some(max) });
            }
            let request = |item| with_document(Request::deserialize(Value::Object(item)).map_err(malformed)?);
            list.into_iter().map(request).collect::<Result<_, _>>().map(BatchRequest::Batch)
        }
        _ => Err(HttpError::Malformed("the body is not a JSON object".to_owned())),
    }
}

/// Parses the parameters of a URL: the same fields as in a body, with objects as JSON.
fn parse_url(parameters: Option<&str>) -> Result<Request, HttpError> {
    let mut operation = Request::default();
    let (mut variables, mut extensions) = (None, None);
    for (name, value) in form_urlencoded::parse(parameters.unwrap_or_default().as_bytes()) {
        let malformed = |error: serde_json::Error| {
            HttpError::Malformed(format!("the parameter {name:?} is not an object in JSON: {error}"))
        };
        // Which of two parameters counts differs between servers and proxies.
        let is_new = match &*name {
            "query" => operation.query.replace(value.into_owned()).is_none(),
            // Some clients send empty parameters.
            _ if value.is_empty() => true,
            "operationName" => operation.operation_name.replace(value.into_owned()).is_none(),
            "documentId" | "id" | "doc_id" => operation.document_id.replace(value.into_owned()).is_none(),
            "variables" => {
                let given: Option<Map<String, Value>> = serde_json::from_str(&value).map_err(malformed)?;
                let given = Value::Object(given.unwrap_or_default());
                variables.replace(Variables::from_json(given)).is_none()
            }
            "extensions" => {
                let given: Extensions = serde_json::from_str(&value).map_err(malformed)?;
                extensions.replace(given).is_none()
            }
            _ => true,
        };
        if !is_new {
            return Err(HttpError::Malformed(format!("the parameter {name:?} occurs twice")));
        }
    }
    operation.variables = variables.unwrap_or_default();
    operation.extensions = extensions.unwrap_or_default();
    with_document(operation)
}
