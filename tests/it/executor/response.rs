//! Parsed GraphQL responses, and their comparison.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// JSON that preserves the order of keys. Duplicate keys are an error.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn parse(text: &[u8]) -> Self {
        serde_json::from_slice(text)
            .unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(text)))
    }

    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Self::List(items) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        }
    }

    fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => f.write_str(number),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(items) => {
                f.write_str("[")?;
                for (n, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if n > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(fields) => {
                f.write_str("{")?;
                for (n, (key, value)) in fields.iter().enumerate() {
                    write!(f, "{}{key:?}:{value}", if n > 0 { "," } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Bool(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Number(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Number(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Number(format!("{value:?}")))
            }

            fn visit_str<E>(self, text: &str) -> Result<Json, E> {
                Ok(Json::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Json::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
                let mut fields: Vec<(String, Json)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Json>()? {
                    if fields.iter().any(|(known, _)| *known == key) {
                        return Err(serde::de::Error::custom(format!("duplicate key {key:?}")));
                    }
                    fields.push((key, value));
                }
                Ok(Json::Object(fields))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A GraphQL response.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphQLResponse {
    /// `None` if the request was rejected and not executed.
    pub data: Option<Json>,
    pub errors: Vec<ResponseError>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ResponseError {
    /// Message, locations and extensions.
    details: String,
    /// Message and locations: rejections of async-graphql have no extensions.
    message: String,
    pub path: Vec<String>,
}

impl GraphQLResponse {
    /// Parses a response body of the server.
    pub fn parse(body: &[u8]) -> Self {
        let body = Json::parse(body);
        let errors = body.get("errors").map_or(&[][..], Json::items);
        Self { data: body.get("data").cloned(), errors: errors.iter().map(ResponseError::new).collect() }
    }

    /// Converts a response of async-graphql, which has `null` as the data of a rejected request.
    pub fn from_async_graphql(response: &async_graphql::Response) -> Self {
        let mut answer = Self::parse(&serde_json::to_vec(response).unwrap());
        if answer.data == Some(Json::Null)
            && !answer.errors.is_empty()
            && answer.errors.iter().all(|error| error.path.is_empty())
        {
            answer.data = None;
        }
        answer
    }

    /// Returns the errors grouped by the position of the `null` that they cause, or a description of an error
    /// that causes no `null`.
    fn nulls(&self) -> Result<BTreeMap<Vec<String>, Vec<&ResponseError>>, String> {
        let mut nulls: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for error in &self.errors {
            let mut value = self.data.as_ref();
            let mut segments = error.path.iter();
            let mut position = Vec::new();
            while !matches!(value, Some(Json::Null)) {
                let Some(segment) = segments.next() else { return Err(format!("no null for {error:?}")) };
                value = value.and_then(|value| value.get(segment));
                if value.is_none() {
                    return Err(format!("no value at {position:?} {segment:?}, the path of {error:?}"));
                }
                position.push(segment.clone());
            }
            nulls.entry(position).or_default().push(error);
        }
        Ok(nulls)
    }
}

impl ResponseError {
    fn new(error: &Json) -> Self {
        let part = |key: &str| error.get(key).unwrap_or(&Json::Null);
        let text = |json: &Json| match json {
            Json::Text(text) => text.clone(),
            other => other.to_string(),
        };
        let message = format!("{} at {}", part("message"), part("locations"));
        let details = format!("{message} with {}", part("extensions"));
        Self { details, message, path: part("path").items().iter().map(text).collect() }
    }
}

/// The precision with which the errors of two responses are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same errors at the same `null`s.
    Exact,
    /// Any errors at the same `null`s. The specification lets an executor report only the first of several
    /// errors that cause the same `null`, and async-graphql reports the first that it encounters.
    NullPositions,
}

/// Returns a description of the first difference between two responses.
pub fn difference(
    actual: &GraphQLResponse,
    expected: &GraphQLResponse,
    comparison: Comparison,
) -> Option<String> {
    match (&actual.data, &expected.data) {
        (None, None) => {
            let messages = |answer: &GraphQLResponse| {
                answer.errors.iter().map(|e| e.message.clone()).collect::<BTreeSet<_>>()
            };
            let (actual, expected) = (messages(actual), messages(expected));
            (actual != expected)
                .then(|| format!("rejected with {actual:?}, but by async-graphql with {expected:?}"))
        }
        (Some(actual_data), Some(expected_data)) => {
            data_difference(actual_data, expected_data, &mut Vec::new())
                .or_else(|| error_difference(actual, expected, comparison).err())
        }
        (None, Some(_)) => Some("rejected, but not by async-graphql".to_owned()),
        (Some(_), None) => Some("not rejected, but rejected by async-graphql".to_owned()),
    }
}

fn data_difference(actual: &Json, expected: &Json, path: &mut Vec<String>) -> Option<String> {
    match (actual, expected) {
        (Json::Object(actual_fields), Json::Object(expected_fields)) => {
            let keys =
                |fields: &[(String, Json)]| fields.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
            let (actual_keys, expected_keys) = (keys(actual_fields), keys(expected_fields));
            if actual_keys != expected_keys {
                return Some(format!("at {path:?} the keys are {actual_keys:?}, expected {expected_keys:?}"));
            }
            actual_fields.iter().zip(expected_fields).find_map(|((key, actual), (_, expected))| {
                path.push(key.clone());
                let found = data_difference(actual, expected, path);
                path.pop();
                found
            })
        }
        (Json::List(actual_items), Json::List(expected_items))
            if actual_items.len() == expected_items.len() =>
        {
            actual_items.iter().zip(expected_items).enumerate().find_map(|(n, (actual, expected))| {
                path.push(n.to_string());
                let found = data_difference(actual, expected, path);
                path.pop();
                found
            })
        }
        (actual, expected) if actual == expected => None,
        (actual, expected) => Some(format!("at {path:?} the value is {actual}, expected {expected}")),
    }
}

/// The maximum number of errors in a response of the server.
const MAX_ERRORS: usize = 10;

fn error_difference(
    actual: &GraphQLResponse,
    expected: &GraphQLResponse,
    comparison: Comparison,
) -> Result<(), String> {
    let (actual_nulls, mut expected_nulls) = (actual.nulls()?, expected.nulls()?);
    // The server reports only the first errors; the others cannot be compared.
    let is_cut = actual.errors.len() == MAX_ERRORS;
    if is_cut {
        expected_nulls.retain(|position, _| actual_nulls.contains_key(position));
    }
    let positions = |nulls: &BTreeMap<Vec<String>, _>| nulls.keys().cloned().collect::<Vec<_>>();
    if positions(&actual_nulls) != positions(&expected_nulls) {
        let (actual, expected) = (positions(&actual_nulls), positions(&expected_nulls));
        return Err(format!("errors for the nulls at {actual:?}, expected at {expected:?}"));
    }
    if comparison == Comparison::NullPositions {
        return Ok(());
    }
    for (actual, expected) in actual_nulls.values().zip(expected_nulls.values()) {
        let all =
            |errors: &[&ResponseError]| errors.iter().map(|e| e.details.clone()).collect::<BTreeSet<_>>();
        let same = if is_cut { all(actual).is_subset(&all(expected)) } else { all(actual) == all(expected) };
        if !same {
            return Err(format!("the errors are {actual:?}, expected {expected:?}"));
        }
        // The path of async-graphql ends at the outermost list.
        let is_expected =
            |error: &&&ResponseError| expected.iter().any(|expected| error.path.starts_with(&expected.path));
        if let Some(error) = actual.iter().find(|error| !is_expected(error)) {
            return Err(format!("the path of {error:?} is none of those of {expected:?}"));
        }
    }
    Ok(())
}
