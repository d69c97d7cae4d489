//! Errors of the HTTP layer: for requests that were not executed, or not to their end.
//!
//! Every error has a status, a code in `extensions.code`, and a JSON body without `data`.

use std::any::Any;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::InternalError;
use crate::graphql::deadline::TIMED_OUT;
use crate::graphql::error::{brief, public_error_of};
use crate::graphql::request_id::RequestId;
use crate::http::graphql::accept::MediaType;
use crate::observe::operation::OperationOutcome;

/// The methods of `/graphql`.
pub(super) const METHODS: &str = "GET, POST";

/// The reason why there is no GraphQL response.
#[derive(Debug)]
pub(in crate::http) enum HttpError {
    /// The request is malformed: not what GraphQL over HTTP defines.
    Malformed(String),
    /// A batch with more than `max` requests; `None` if batches are disabled.
    Batch { max: Option<usize> },
    /// The request is for this host, which is not a name of the server.
    Misdirected(String),
    /// The method is neither GET nor POST.
    Method,
    /// A WebSocket handshake.
    Upgrade,
    /// The client accepts neither media type.
    NotAcceptable,
    /// The body is not uncompressed JSON in UTF-8. A browser sends any other content type for the page of
    /// another origin without a preflight request.
    UnsupportedMediaType,
    /// The body has more bytes than this limit.
    BodyTooLarge(usize),
    /// The server is overloaded: too many requests are executed or wait.
    Overloaded,
    /// The body did not arrive within this time.
    BodyTimeout(Duration),
    /// The request was not answered within this time.
    Timeout(Duration),
    /// An error of the server. It is logged, and not shown.
    Internal(InternalError),
}

/// The error as telemetry records it. Passed in an extension of the response.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct RecordedError {
    /// The outcome that telemetry records.
    pub outcome: OperationOutcome,
    /// The code of the error that telemetry records.
    pub reason: &'static str,
}

impl HttpError {
    /// Returns the response to a request whose handler panicked.
    pub(in crate::http) fn from_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
        Self::Internal(InternalError::from_panic(&*panic)).into_response()
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) | Self::Batch { .. } | Self::Upgrade => StatusCode::BAD_REQUEST,
            Self::Misdirected(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
            Self::BodyTimeout(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Timeout(_) => StatusCode::GATEWAY_TIMEOUT,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Overloaded => "SERVICE_UNAVAILABLE",
            Self::BodyTimeout(_) | Self::Timeout(_) => TIMED_OUT,
            Self::Internal(_) => "INTERNAL_SERVER_ERROR",
            _ => "BAD_REQUEST",
        }
    }

    fn recorded(&self) -> RecordedError {
        let (outcome, reason) = match self {
            Self::Malformed(_) => (OperationOutcome::Refused, "MALFORMED_REQUEST"),
            Self::Batch { .. } => (OperationOutcome::Refused, "BATCH_REFUSED"),
            Self::Misdirected(_) => (OperationOutcome::Refused, "MISDIRECTED_REQUEST"),
            Self::Method => (OperationOutcome::Refused, "METHOD_NOT_ALLOWED"),
            Self::Upgrade => (OperationOutcome::Refused, "UPGRADE_REFUSED"),
            Self::NotAcceptable => (OperationOutcome::Refused, "NOT_ACCEPTABLE"),
            Self::UnsupportedMediaType => (OperationOutcome::Refused, "UNSUPPORTED_MEDIA_TYPE"),
            Self::BodyTooLarge(_) => (OperationOutcome::Refused, "BODY_TOO_LARGE"),
            Self::Overloaded => (OperationOutcome::Refused, self.code()),
            Self::BodyTimeout(_) | Self::Timeout(_) => (OperationOutcome::TimedOut, self.code()),
            Self::Internal(_) => (OperationOutcome::Failed, self.code()),
        };
        RecordedError { outcome, reason }
    }

    fn message(&self) -> String {
        match self {
            Self::Malformed(message) => message.clone(),
            Self::Batch { max: None } => {
                "batches are disabled on this server; send one request, not a list".to_owned()
            }
            Self::Batch { max: Some(max) } => format!("a batch must have 1 to {max} requests"),
            Self::Misdirected(host) => format!(
                "the host name {host:?} is not allowed: use localhost or an IP address, or allow the name \
                 with --allow-host"
            ),
            Self::Method => format!("/graphql supports {METHODS} only"),
            Self::Upgrade => {
                "this server has no subscriptions and accepts no WebSocket connections: send the operation \
                 with POST"
                    .to_owned()
            }
            Self::NotAcceptable => {
                "Accept must allow application/graphql-response+json or application/json, \
                                    the media types of responses"
                    .to_owned()
            }
            Self::UnsupportedMediaType => {
                "send the request as Content-Type: application/json, in UTF-8 and without a Content-Encoding"
                    .to_owned()
            }
            Self::BodyTooLarge(max) => format!("the request body must have at most {max} bytes"),
            Self::Overloaded => "the server has too many requests; retry later".to_owned(),
            Self::BodyTimeout(time) => {
                format!("the request body did not arrive within {} s", time.as_secs_f64())
            }
            Self::Timeout(time) => format!(
                "the request took longer than {} s and was cancelled; a mutation may have been executed",
                time.as_secs_f64()
            ),
            Self::Internal(_) => "internal server error".to_owned(),
        }
    }

    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let (name, value) = match self {
            Self::Method => (ALLOW, METHODS),
            Self::Overloaded => (RETRY_AFTER, "1"),
            // The rest of the body is not waited for.
            Self::BodyTimeout(_) => (CONNECTION, "close"),
            _ => return None,
        };
        Some((name, HeaderValue::from_static(value)))
    }

    /// Returns the response in this media type. Logs the errors that only the operator can resolve.
    pub(super) fn into_response_as(self, media: MediaType) -> Response {
        let request = RequestId::current();
        if matches!(self, Self::Timeout(_)) {
            let request = request.as_ref().map(RequestId::as_str);
            tracing::warn!(request, "a request was cancelled after its timeout");
        }
        let error = match &self {
            Self::Internal(fault) => json!(public_error_of(fault, request.as_ref())),
            _ => json!({"message": brief(self.message()), "extensions": {"code": self.code()}}),
        };
        let mut response = Response::new(Body::from(json!({"errors": [error]}).to_string()));
        *response.status_mut() = self.status();
        response.headers_mut().insert(CONTENT_TYPE, media.content_type());
        response.headers_mut().extend(self.header());
        response.extensions_mut().insert(self.recorded());
        response
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        self.into_response_as(MediaType::Json)
    }
}
