//! The two media types of a response: content negotiation, and the status that goes with each.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderValue, StatusCode};

use crate::graphql::ExecutionStatus;

/// The media type of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum MediaType {
    /// `application/json`: every GraphQL response has status 200.
    Json,
    /// `application/graphql-response+json`: the status says whether the operation was executed.
    GraphQLResponse,
}

impl MediaType {
    /// Returns the `Content-Type` of a response.
    pub(in crate::http) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphQLResponse => "application/graphql-response+json; charset=utf-8",
        })
    }

    /// Returns the status of a GraphQL response: the only place that chooses it.
    ///
    /// The latest draft of GraphQL over HTTP has 294 for a partial response and 422 for an invalid document.
    /// Clients and proxies know neither yet, and the audits require 200 and 400.
    pub(super) fn status(self, outcome: ExecutionStatus) -> StatusCode {
        match (self, outcome) {
            (_, ExecutionStatus::NotAQuery) => StatusCode::METHOD_NOT_ALLOWED,
            (Self::GraphQLResponse, ExecutionStatus::Rejected | ExecutionStatus::Aborted) => {
                StatusCode::BAD_REQUEST
            }
            (Self::Json, ExecutionStatus::Rejected | ExecutionStatus::Aborted)
            | (_, ExecutionStatus::Complete | ExecutionStatus::Partial) => StatusCode::OK,
        }
    }

    /// Returns the media type that the client prefers, or `None` if it accepts neither.
    pub(super) fn negotiate(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(Self, Preference)> = None;
        let mut has_ranges = false;
        for value in headers.get_all(ACCEPT) {
            // A value that is not text names neither type.
            for range in value.to_str().unwrap_or("?").split(',').filter(|range| !range.trim().is_empty()) {
                has_ranges = true;
                let Some((media, preference)) = parse_range(range) else { continue };
                // Of two with the same preference, the first one wins.
                if preference.quality > 0 && best.is_none_or(|(_, other)| preference > other) {
                    best = Some((media, preference));
                }
            }
        }
        if has_ranges { best.map(|(media, _)| media) } else { Some(Self::Json) }
    }
}

/// The preference of a client for a media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    /// In thousandths.
    quality: u16,
    /// A media type that is named has precedence over a wildcard.
    named: bool,
}

fn parse_range(range: &str) -> Option<(MediaType, Preference)> {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next()?;
    let (media, named) = if name.eq_ignore_ascii_case("application/json") {
        (MediaType::Json, true)
    } else if name.eq_ignore_ascii_case("application/graphql-response+json") {
        (MediaType::GraphQLResponse, true)
    } else if name == "*/*" || name.eq_ignore_ascii_case("application/*") {
        (MediaType::Json, false)
    } else {
        return None;
    };
    let mut quality = 1_000;
    for parameter in parts {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if key.eq_ignore_ascii_case("q") {
            quality = thousandths(value);
        } else if key.eq_ignore_ascii_case("charset") && !is_utf8(value) {
            return None;
        }
    }
    Some((media, Preference { quality, named }))
}

/// Parses a quality; a malformed one is 0.
fn thousandths(text: &str) -> u16 {
    let quality: f32 = text.trim().parse().unwrap_or(0.0);
    // In range, so the cast cannot truncate.
    (quality.clamp(0.0, 1.0) * 1_000.0) as u16
}

/// Returns whether a charset is UTF-8, the only one supported.
pub(super) fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_media_type_is_chosen() {
        const JSON: Option<MediaType> = Some(MediaType::Json);
        const RESPONSE: Option<MediaType> = Some(MediaType::GraphQLResponse);
        for (accept, expected) in [
            (&[][..], JSON),
            (&[""], JSON),
            (&["*/*"], JSON),
            (&["application/*"], JSON),
            (&["application/json"], JSON),
            (&["Application/JSON; charset=\"UTF-8\""], JSON),
            (&["application/graphql-response+json"], RESPONSE),
            (&["application/graphql-response+json,application/json;q=0.9"], RESPONSE),
            (
                &["application/graphql-response+json; charset=utf-8, application/json; charset=utf-8"],
                RESPONSE,
            ),
            (&["application/json, application/graphql-response+json"], JSON),
            (&["application/json;q=0.5, application/graphql-response+json;q=0.6"], RESPONSE),
            (&["text/html", "application/graphql-response+json"], RESPONSE),
            (&["text/html,application/xhtml+xml,*/*;q=0.8"], JSON),
            (&["*/*, application/graphql-response+json"], RESPONSE),
            (&["application/graphql-response+json;q=0, */*;q=0.1"], JSON),
            (&["text/html"], None),
            (&["application/jsonp"], None),
            (&["application/json;q=0"], None),
            (&["application/json;q=much"], None),
            (&["application/json; charset=utf-16"], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in accept {
                headers.append(ACCEPT, HeaderValue::from_static(value));
            }
            assert_eq!(MediaType::negotiate(&headers), expected, "{accept:?}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(MediaType::negotiate(&headers), None);
    }
}
