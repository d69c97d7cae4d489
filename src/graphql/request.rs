//! GraphQL requests in JSON: `{query, variables, operationName, extensions}`, or with the id of a document
//! instead of its text.

use std::any::Any;
use std::sync::Arc;

use async_graphql::Variables;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::graphql::deadline::Deadline;
use crate::graphql::idempotency_key;
use crate::observe::operation::OperationStats;

/// A request to execute one operation, not validated yet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// The text of the document. `None` if the request identifies it by an id or a hash.
    pub query: Option<String>,
    /// The id of a trusted document. Relay calls it `id` or `doc_id`.
    #[serde(alias = "id", alias = "doc_id")]
    pub document_id: Option<String>,
    /// The name of the operation to execute. Required if the document has several operations.
    pub operation_name: Option<String>,
    /// The values of the variables.
    pub variables: Variables,
    /// Protocol extensions.
    pub extensions: Extensions,
    /// The deadline of the response. Without one, the configured timeout applies.
    #[serde(skip)]
    pub deadline: Option<Deadline>,
    /// Records the operation and its statements.
    #[serde(skip)]
    pub stats: Option<Arc<OperationStats>>,
    /// The budget used by earlier requests of the same batch. Limits apply to the whole batch.
    #[serde(skip)]
    pub budget_used: BudgetUsed,
    /// Dropped when all work for the request has ended, which can be after the client has disconnected.
    #[serde(skip)]
    pub held: Option<Arc<dyn Any + Send + Sync>>,
}

/// The used part of the budget of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetUsed {
    /// The cost of operations.
    pub cost: u64,
    /// The size of responses, in bytes.
    pub bytes: usize,
}

/// The supported extensions of a request. Others are ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extensions {
    /// An automatic persisted query.
    pub persisted_query: Option<PersistedQuery>,
    /// Whether the response includes the cost of the operation.
    pub cost: bool,
    /// The idempotency key of all fields of a mutation that have none of their own.
    pub idempotency_key: Option<String>,
}

/// The hash of a document, for an automatic persisted query.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersistedQuery {
    /// The version of the protocol, which is 1.
    pub version: u64,
    /// The SHA-256 hash of the document, in hexadecimal digits.
    pub sha256_hash: String,
}

impl Request {
    /// Returns a request for a document with one operation.
    pub fn new(query: impl Into<String>) -> Self {
        Self { query: Some(query.into()), ..Self::default() }
    }

    /// Sets the values of the variables.
    #[must_use]
    pub fn variables(self, variables: Variables) -> Self {
        Self { variables, ..self }
    }
}

impl<'de> Deserialize<'de> for Extensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Deserialized as a map, because serde accepts a list for a struct.
        let Some(mut given) = Option::<Map<String, Value>>::deserialize(deserializer)? else {
            return Ok(Self::default());
        };
        let persisted_query = match given.remove("persistedQuery") {
            None | Some(Value::Null) => None,
            Some(value @ Value::Object(_)) => Some(
                serde_json::from_value(value)
                    .map_err(|error| D::Error::custom(format!("extensions.persistedQuery: {error}")))?,
            ),
            Some(_) => return Err(D::Error::custom("extensions.persistedQuery must be an object")),
        };
        let cost = match given.get("cost") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(wanted)) => *wanted,
            Some(_) => return Err(D::Error::custom("extensions.cost must be true or false")),
        };
        let idempotency_key = match given.remove("idempotencyKey") {
            None | Some(Value::Null) => None,
            Some(Value::String(key)) => {
                idempotency_key::check(&key, "extensions.idempotencyKey").map_err(D::Error::custom)?;
                Some(key)
            }
            Some(_) => return Err(D::Error::custom("extensions.idempotencyKey must be a string")),
        };
        Ok(Self { persisted_query, cost, idempotency_key })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn accepts_every_name_of_the_document_id() {
        for (body, id) in [
            (json!({"documentId": "x"}), Some("x")),
            (json!({"id": "x"}), Some("x")),
            (json!({"doc_id": "x"}), Some("x")),
            (json!({"documentId": null, "query": null, "variables": null, "extensions": null}), None),
            (
                json!({"extensions": {"tracing": {"of": "others"}, "persistedQuery": null, "cost": null}}),
                None,
            ),
        ] {
            let request: Request = serde_json::from_value(body.clone()).unwrap();
            assert_eq!(request.document_id.as_deref(), id, "{body}");
            assert_eq!(request.query, None);
            assert_eq!(request.extensions, Extensions::default());
        }
        let body =
            json!({"extensions": {"cost": true, "persistedQuery": {"version": 1, "sha256Hash": "ab"}}});
        let request: Request = serde_json::from_value(body).unwrap();
        let persisted_query = Some(PersistedQuery { version: 1, sha256_hash: "ab".into() });
        assert_eq!(request.extensions, Extensions { persisted_query, cost: true, idempotency_key: None });
    }

    #[test]
    fn rejects_invalid_extensions() {
        for extensions in [
            json!([]),
            json!("x"),
            json!({"persistedQuery": []}),
            json!({"persistedQuery": {"version": 1}}),
            json!({"persistedQuery": {"version": "1", "sha256Hash": "ab"}}),
            json!({"cost": 1}),
            json!({"idempotencyKey": 1}),
            json!({"idempotencyKey": ""}),
            json!({"idempotencyKey": "a\u{0}"}),
        ] {
            let body = json!({"query": "{ __typename }", "extensions": extensions});
            assert!(serde_json::from_value::<Request>(body.clone()).is_err(), "{body}");
        }
    }
}
