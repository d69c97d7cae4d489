//! The two media types of an answer: which one a client wants, and which status goes with it.

use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderValue, StatusCode};

use crate::graphql::ExecutionStatus;

/// What an answer is sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/json`: what is at least GraphQL is answered with 200, whatever came of it.
    Json,
    /// `application/graphql-response+json`: the status says whether anything was executed.
    Response,
}

impl Media {
    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Response => "application/graphql-response+json; charset=utf-8",
        })
    }

    /// The only place that chooses the status of what was understood as GraphQL. The newest draft of
    /// GraphQL over HTTP would have 294 for what was done in part, and 422 for a document that is not
    /// valid. Clients and proxies know neither yet, and the audits want 200 and 400.
    pub(super) fn status(self, outcome: ExecutionStatus) -> StatusCode {
        match (self, outcome) {
            (_, ExecutionStatus::NotAQuery) => StatusCode::METHOD_NOT_ALLOWED,
            (Self::Response, ExecutionStatus::Rejected | ExecutionStatus::Aborted) => StatusCode::BAD_REQUEST,
            (Self::Json, ExecutionStatus::Rejected | ExecutionStatus::Aborted)
            | (_, ExecutionStatus::Complete | ExecutionStatus::Partial) => StatusCode::OK,
        }
    }

    /// What the client likes best, `None` where it wants neither.
    pub(super) fn wanted(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(Self, Preference)> = None;
        let mut asked = false;
        for value in headers.get_all(ACCEPT) {
            // Bytes that are no text name no type that we have.
            for range in value.to_str().unwrap_or("?").split(',').filter(|range| !range.trim().is_empty()) {
                asked = true;
                let Some((media, preference)) = read(range) else { continue };
                // Of equals the one that was named first.
                if preference.quality > 0 && best.is_none_or(|(_, known)| preference > known) {
                    best = Some((media, preference));
                }
            }
        }
        if asked { best.map(|(media, _)| media) } else { Some(Self::Json) }
    }
}

/// How much a client would like a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Preference {
    /// In thousandths.
    quality: u16,
    /// A type that is named counts for more than a wildcard that means it too.
    named: bool,
}

fn read(range: &str) -> Option<(Media, Preference)> {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next()?;
    let (media, named) = if name.eq_ignore_ascii_case("application/json") {
        (Media::Json, true)
    } else if name.eq_ignore_ascii_case("application/graphql-response+json") {
        (Media::Response, true)
    } else if name == "*/*" || name.eq_ignore_ascii_case("application/*") {
        (Media::Json, false)
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

/// A quality that makes no sense is none.
fn thousandths(text: &str) -> u16 {
    let quality: f32 = text.trim().parse().unwrap_or(0.0);
    // Cut to what a quality can be, so that it fits.
    (quality.clamp(0.0, 1.0) * 1_000.0) as u16
}

/// Whether a charset is the one that there is.
pub(super) fn is_utf8(charset: &str) -> bool {
    let charset = charset.trim().trim_matches('"');
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_that_is_liked_best_is_sent() {
        const JSON: Option<Media> = Some(Media::Json);
        const RESPONSE: Option<Media> = Some(Media::Response);
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
            assert_eq!(Media::wanted(&headers), expected, "{accept:?}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_bytes(b"\xff").unwrap());
        assert_eq!(Media::wanted(&headers), None);
    }
}
