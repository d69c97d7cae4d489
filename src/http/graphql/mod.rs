//! `/graphql`: GraphQL over HTTP. Negotiates the media type, receives the request, takes a permit, executes,
//! and responds.

pub(super) mod accept;
mod body;
mod compression;
pub(super) mod error;
mod execute;
mod request;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, UPGRADE};
use axum::response::Response;
use tokio::time::timeout_at;

use crate::graphql::idempotency_key;
use crate::http::AppState;
use crate::http::graphql::accept::MediaType;
use crate::http::graphql::compression::AcceptedEncodings;
use crate::http::graphql::error::HttpError;
use crate::http::graphql::execute::GraphQLExecution;
use crate::http::graphql::request::RawRequest;
use crate::http::request_context::RequestContext;
use crate::http::timeouts::TimedOut;

/// The request header with the idempotency key of all fields of a mutation.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The response header that says that a field has the outcome of an earlier request with the same idempotency key.
pub(super) const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Executes the query in a URL.
pub(super) async fn get(
    state: State<AppState>,
    context: Extension<Arc<RequestContext>>,
    request: Request,
) -> Response {
    if request.headers().contains_key(UPGRADE) {
        let media = MediaType::negotiate(request.headers()).unwrap_or(MediaType::Json);
        return HttpError::Upgrade.into_response_as(media);
    }
    post(state, context, request).await
}

/// Executes the operation or the batch in a body.
pub(super) async fn post(
    State(state): State<AppState>,
    Extension(context): Extension<Arc<RequestContext>>,
    request: Request,
) -> Response {
    let media = MediaType::negotiate(request.headers());
    let response = match media {
        Some(media) => respond(state, context, request, media).await,
        None => Err(HttpError::NotAcceptable),
    };
    response.unwrap_or_else(|error| error.into_response_as(media.unwrap_or(MediaType::Json)))
}

/// Refuses every other method.
pub(super) async fn method_not_allowed(request: Request) -> Response {
    let media = MediaType::negotiate(request.headers()).unwrap_or(MediaType::Json);
    HttpError::Method.into_response_as(media)
}

async fn respond(
    state: AppState,
    context: Arc<RequestContext>,
    request: Request,
    media: MediaType,
) -> Result<Response, HttpError> {
    let deadline = context.started() + state.limits.timeout;
    let encodings = AcceptedEncodings::from_headers(request.headers());
    let idempotency_key = idempotency_key(request.headers())?;
    let raw = match timeout_at(deadline.into(), RawRequest::from_request(request, &state)).await {
        Ok(raw) => raw?,
        Err(_) => {
            state.telemetry.connection_closed(TimedOut::Slow);
            return Err(HttpError::BodyTimeout(state.limits.timeout));
        }
    };
    // Taken when the whole request is there, and before it is parsed.
    let permit = state.permits.clone().try_acquire_owned().map_err(|_| HttpError::Overloaded)?;
    let permit = Arc::new(permit);
    let execution = GraphQLExecution { state, context, media, encodings, idempotency_key, deadline, permit };
    execution.run(raw).await
}

/// Returns the key in the header `Idempotency-Key`.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<Arc<str>>, HttpError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(HttpError::Malformed("the header Idempotency-Key occurs twice".to_owned()));
    }
    let key = idempotency_key::parse_header(value.as_bytes()).map_err(HttpError::Malformed)?;
    Ok(Some(key.into()))
}
