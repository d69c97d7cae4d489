//! What a client asks for, as it writes it down in JSON: `{query, variables, operationName, extensions}`,
//! or the id of a document instead of its text.

use std::any::Any;
use std::sync::Arc;

use async_graphql::Variables;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::graphql::deadline::Deadline;
use crate::observe::operation::OperationStats;

/// A request for one operation. Whether it makes sense is found out when it is prepared.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Request {
    /// The text of the document.
    pub query: Option<String>,
    /// What a trusted document is known by. Relay says `id` or `doc_id`.
    #[serde(alias = "id", alias = "doc_id")]
    pub document_id: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Variables,
    pub extensions: Extensions,
    /// When it has to be answered; where it does not say so, the limits do.
    #[serde(skip)]
    pub deadline: Option<Deadline>,
    /// Where its statements are recorded.
    #[serde(skip)]
    pub stats: Option<Arc<OperationStats>>,
    /// What those before it in a list have taken of the bounds that hold for all of the list.
    #[serde(skip)]
    pub budget_used: BudgetUsed,
    /// Let go of when all that works for it has ended, be it long after nobody waits for it any more.
    #[serde(skip)]
    pub held: Option<Arc<dyn Any + Send + Sync>>,
}

/// What has been taken of the bounds of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetUsed {
    pub cost: u64,
    /// Of the answer.
    pub bytes: usize,
}

/// The extensions of a request that mean something here. Others are passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extensions {
    /// An automatic persisted query.
    pub persisted_query: Option<PersistedQuery>,
    /// Whether the answer is to say what the operation costs.
    pub cost: bool,
}

/// The hash of a document, in place of its text or beside it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PersistedQuery {
    /// Of the protocol: 1.
    pub version: u64,
    /// In hexadecimal digits.
    pub sha256_hash: String,
}

impl Request {
    /// A request for the only operation of a document.
    pub fn new(query: impl Into<String>) -> Self {
        Self { query: Some(query.into()), ..Self::default() }
    }

    #[must_use]
    pub fn variables(self, variables: Variables) -> Self {
        Self { variables, ..self }
    }
}

impl<'de> Deserialize<'de> for Extensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not a struct: as one, a list would do as well.
        let Some(mut given) = Option::<Map<String, Value>>::deserialize(deserializer)? else {
            return Ok(Self::default());
        };
        let persisted_query = match given.remove("persistedQuery") {
            None | Some(Value::Null) => None,
            Some(value @ Value::Object(_)) => Some(
                serde_json::from_value(value)
                    .map_err(|error| D::Error::custom(format!("extensions.persistedQuery: {error}")))?,
            ),
            Some(_) => return Err(D::Error::custom("extensions.persistedQuery is not an object")),
        };
        let cost = match given.get("cost") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(wanted)) => *wanted,
            Some(_) => return Err(D::Error::custom("extensions.cost is neither true nor false")),
        };
        Ok(Self { persisted_query, cost })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_is_read_in_every_spelling() {
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
        assert_eq!(request.extensions, Extensions { persisted_query, cost: true });
    }

    #[test]
    fn extensions_that_make_no_sense_are_refused() {
        for extensions in [
            json!([]),
            json!("x"),
            json!({"persistedQuery": []}),
            json!({"persistedQuery": {"version": 1}}),
            json!({"persistedQuery": {"version": "1", "sha256Hash": "ab"}}),
            json!({"cost": 1}),
        ] {
            let body = json!({"query": "{ __typename }", "extensions": extensions});
            assert!(serde_json::from_value::<Request>(body.clone()).is_err(), "{body}");
        }
    }
}
