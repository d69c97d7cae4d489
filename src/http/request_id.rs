//! The id of a request in its headers.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::graphql::request_id::RequestId;

/// Where a client, or what stands in front of the server, says it; and where it is answered.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The one that came with the request, where it is a sane one; or a new one.
pub(super) fn of(headers: &HeaderMap) -> RequestId {
    let given = headers.get(HEADER).and_then(|value| RequestId::parse(value.as_bytes()));
    given.unwrap_or_else(RequestId::generate)
}

/// As the value of a header.
pub(super) fn value(id: &RequestId) -> Option<HeaderValue> {
    // It has no character that a header could not have.
    HeaderValue::from_str(id.as_str()).ok()
}
