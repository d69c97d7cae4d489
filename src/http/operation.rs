//! What is a request, in a body or in a URL. What it means is the engine's business.

use async_graphql::Variables;
use axum::body::Bytes;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Uri};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::graphql::request::{Extensions, Request};
use crate::http::media::is_utf8;
use crate::http::refusal::Refusal;

/// A request as it was sent.
pub(super) enum Sent {
    /// With POST, in a body.
    Posted(Bytes),
    /// With GET, in the URL.
    InUrl(Uri),
}

impl Sent {
    /// What it asks for. A list has at most `most_at_once` requests, and a URL has no list.
    pub(super) fn read(&self, most_at_once: Option<usize>) -> Result<Asked, Refusal> {
        match self {
            Self::Posted(body) => of_body(body, most_at_once),
            Self::InUrl(url) => of_url(url.query()).map(Asked::One),
        }
    }
}

/// What is asked for.
pub(super) enum Asked {
    One(Request),
    /// Several, to be answered as a list in the same order.
    Many(Vec<Request>),
}

/// The request, where it says in some way which document it is about.
fn whole(request: Request) -> Result<Request, Refusal> {
    let Request { query, document_id, extensions, .. } = &request;
    if query.is_none() && document_id.is_none() && extensions.persisted_query.is_none() {
        return Err(Refusal::Malformed("there is no \"query\" in the request".to_owned()));
    }
    Ok(request)
}

/// Whether the body can be read: JSON, in UTF-8, as it is.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE) else { return false };
    if content_type == HeaderValue::from_static("application/json") {
        return !headers.contains_key(CONTENT_ENCODING);
    }
    let mut parts = content_type.to_str().unwrap_or_default().split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    let in_utf8 = parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
        // Other parameters mean nothing for JSON.
        !name.trim().eq_ignore_ascii_case("charset") || is_utf8(value)
    });
    is_json && in_utf8 && !headers.contains_key(CONTENT_ENCODING)
}

fn of_body(body: &[u8], most_at_once: Option<usize>) -> Result<Asked, Refusal> {
    let malformed =
        |error: serde_json::Error| Refusal::Malformed(format!("the body is not a request: {error}"));
    match body.trim_ascii_start().first() {
        // Serde would take a list for the fields in their order.
        Some(b'{') => whole(serde_json::from_slice(body).map_err(malformed)?).map(Asked::One),
        Some(b'[') => {
            let Some(most) = most_at_once else { return Err(Refusal::Batch { most: None }) };
            let list: Vec<Map<String, Value>> = serde_json::from_slice(body).map_err(malformed)?;
            if list.is_empty() || list.len() > most {
                return Err(Refusal::Batch { most: Some(most) });
            }
            let request = |item| whole(Request::deserialize(Value::Object(item)).map_err(malformed)?);
            list.into_iter().map(request).collect::<Result<_, _>>().map(Asked::Many)
        }
        _ => Err(Refusal::Malformed("the body is not a JSON object".to_owned())),
    }
}

/// What the URL of a GET asks for: the same fields as parameters, objects as JSON.
fn of_url(parameters: Option<&str>) -> Result<Request, Refusal> {
    let mut operation = Request::default();
    let (mut variables, mut extensions) = (None, None);
    for (name, value) in form_urlencoded::parse(parameters.unwrap_or_default().as_bytes()) {
        let malformed = |error: serde_json::Error| {
            Refusal::Malformed(format!("the parameter {name:?} is not an object in JSON: {error}"))
        };
        // What stands twice would be read in one way here and in another by what is in front of us.
        let is_new = match &*name {
            "query" => operation.query.replace(value.into_owned()).is_none(),
            // Some clients write what they have nothing for.
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
            return Err(Refusal::Malformed(format!("the parameter {name:?} is there twice")));
        }
    }
    operation.variables = variables.unwrap_or_default();
    operation.extensions = extensions.unwrap_or_default();
    whole(operation)
}
