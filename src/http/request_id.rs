//! The id of a request, in its headers and in those of its response.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;

use crate::graphql::request_id::RequestId;

/// The header in which a client or a proxy sends the id, and in which it is returned.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Returns the id in the headers of a request, or a new one if there is none or a malformed one.
pub(super) fn from_headers(headers: &HeaderMap) -> RequestId {
    let given = headers.get(HEADER).and_then(|value| RequestId::parse(value.as_bytes()));
    given.unwrap_or_else(RequestId::generate)
}

/// Sets the header of a response.
pub(super) fn set(response: &mut Response, id: &RequestId) {
    // An id has no character that a header may not have.
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HEADER, value);
    }
}
