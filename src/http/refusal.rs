//! What is answered to a request that the engine never saw, or never finished.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::json;

use crate::error::InternalError;
use crate::graphql::deadline::TIMED_OUT;
use crate::graphql::error::{brief, public_error_of};
use crate::graphql::request_id::RequestId;
use crate::http::media::Media;
use crate::observe::trail::Outcome;

/// The methods that `/graphql` knows.
pub(super) const METHODS: &str = "GET, POST";

/// Why there is no answer of the engine.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Not what GraphQL over HTTP takes for a request.
    Malformed(String),
    /// A list of requests, where `most` are taken at a time, if lists are taken at all.
    Batch { most: Option<usize> },
    /// It is for a host of this name, which we are not.
    Misdirected(String),
    /// Neither GET nor POST.
    Method,
    /// The client understands none of the types that there are.
    NotAcceptable,
    /// A body that is not plain JSON in UTF-8. Browsers send anything else without asking first, for
    /// whichever page they show: that is how somebody else's page would use what a user may do.
    NotJson,
    /// A body of more bytes than this.
    TooLarge(usize),
    /// There are as many requests already as are worked for at a time.
    Busy,
    /// The body did not come in this time.
    SlowBody(Duration),
    /// It was not done in this time.
    TookTooLong(Duration),
    /// The server is at fault.
    Failed(InternalError),
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) | Self::Batch { .. } => StatusCode::BAD_REQUEST,
            Self::Misdirected(_) => StatusCode::MISDIRECTED_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::SlowBody(_) => StatusCode::REQUEST_TIMEOUT,
            Self::TookTooLong(_) => StatusCode::GATEWAY_TIMEOUT,
            Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Busy => "SERVICE_UNAVAILABLE",
            Self::SlowBody(_) | Self::TookTooLong(_) => TIMED_OUT,
            Self::Failed(_) => "INTERNAL_SERVER_ERROR",
            _ => "BAD_REQUEST",
        }
    }

    /// How it is counted and logged.
    pub(super) fn seen(&self) -> (Outcome, &'static str) {
        match self {
            Self::Malformed(_) => (Outcome::Refused, "MALFORMED_REQUEST"),
            Self::Batch { .. } => (Outcome::Refused, "BATCH_REFUSED"),
            Self::Misdirected(_) => (Outcome::Refused, "MISDIRECTED_REQUEST"),
            Self::Method => (Outcome::Refused, "METHOD_NOT_ALLOWED"),
            Self::NotAcceptable => (Outcome::Refused, "NOT_ACCEPTABLE"),
            Self::NotJson => (Outcome::Refused, "UNSUPPORTED_MEDIA_TYPE"),
            Self::TooLarge(_) => (Outcome::Refused, "BODY_TOO_LARGE"),
            Self::Busy => (Outcome::Refused, self.code()),
            Self::SlowBody(_) | Self::TookTooLong(_) => (Outcome::TimedOut, self.code()),
            Self::Failed(_) => (Outcome::Failed, self.code()),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Malformed(why) => why.clone(),
            Self::Batch { most: None } => {
                "the body is a list of requests, and this server takes one at a time".to_owned()
            }
            Self::Batch { most: Some(most) } => format!("a list has 1 to {most} requests"),
            Self::Misdirected(host) => format!(
                "this server does not go by the name {host:?}: ask for localhost, or for its address \
                 (--allow-host gives it a name)"
            ),
            Self::Method => format!("/graphql has {METHODS} only"),
            Self::NotAcceptable => "the answer can be had as application/graphql-response+json or \
                                    application/json, and Accept has neither"
                .to_owned(),
            Self::NotJson => {
                "send the request as Content-Type: application/json, in UTF-8 and without a Content-Encoding"
                    .to_owned()
            }
            Self::TooLarge(most) => format!("the body is larger than {most} bytes"),
            Self::Busy => "there are too many requests at the moment; try again".to_owned(),
            Self::SlowBody(time) => format!(
                "the request did not arrive within {} s, or sooner where others were waiting to be let in",
                time.as_secs_f64()
            ),
            Self::TookTooLong(time) => format!(
                "the request took longer than {} s and was given up; what it was to change may have been \
                 changed",
                time.as_secs_f64()
            ),
            Self::Failed(_) => "internal server error".to_owned(),
        }
    }

    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let (name, value) = match self {
            Self::Method => (ALLOW, METHODS),
            Self::Busy => (RETRY_AFTER, "1"),
            // What is still to come of the body is not waited for.
            Self::SlowBody(_) => (CONNECTION, "close"),
            _ => return None,
        };
        Some((name, HeaderValue::from_static(value)))
    }

    /// The answer. There is no `data` in it. What only whoever runs the server can mend is logged.
    pub(super) fn answer(&self, media: Media, request: &RequestId) -> Response {
        if matches!(self, Self::TookTooLong(_)) {
            tracing::warn!(request = request.as_str(), "a request was given up, for it took too long");
        }
        let error = match self {
            Self::Failed(fault) => json!(public_error_of(fault, Some(request))),
            _ => json!({"message": brief(self.message()), "extensions": {"code": self.code()}}),
        };
        let mut answer = Response::new(Body::from(json!({"errors": [error]}).to_string()));
        *answer.status_mut() = self.status();
        answer.headers_mut().insert(CONTENT_TYPE, media.content_type());
        answer.headers_mut().extend(self.header());
        answer
    }
}
