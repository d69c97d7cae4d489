//! The id of a request, in its headers and in those of its response.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::graphql::request_id::RequestId;

/// The header in which a client or a proxy sends the id, and in which it is returned.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Takes the id from the request, or makes a new one if there is none or a malformed one, and returns it in
/// the response. Handlers read it with [`RequestId::current`].
pub(super) async fn assign(request: Request, next: Next) -> Response {
    let given = request.headers().get(HEADER).and_then(|value| RequestId::parse(value.as_bytes()));
    let id = given.unwrap_or_else(RequestId::generate);
    let mut response = id.clone().scope(next.run(request)).await;
    // An id has no character that a header may not have.
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}
