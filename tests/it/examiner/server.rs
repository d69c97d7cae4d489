//! The server, as the other judge of requests.

use futures_util::stream::{self, StreamExt};
use hyper::Method;
use serde_json::Value;

use crate::client::Client;
use crate::examiner::case::{Case, Verdict};

/// Requests that are sent at once.
const AT_ONCE: usize = 4;
const HEADERS: [(&str, &str); 2] =
    [("content-type", "application/json"), ("accept", "application/graphql-response+json")];

/// Sends requests; the verdicts are in the same order.
pub async fn judge(client: &Client, cases: &[Case]) -> Vec<Verdict> {
    let verdicts: Vec<_> = cases.iter().map(|case| judge_one(client, case)).collect();
    stream::iter(verdicts).buffered(AT_ONCE).collect().await
}

async fn judge_one(client: &Client, case: &Case) -> Verdict {
    let body = case.body().to_string();
    let answer = client.send_with(Method::POST, "/graphql", HEADERS, body).await.unwrap();
    let told = answer.json();
    let errors = told["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let code = |error: &Value| error["extensions"]["code"].as_str().unwrap_or("none").to_owned();
    let accepted = told.get("data").is_some();
    assert_eq!(answer.status.as_u16(), if accepted { 200 } else { 400 }, "{case:?}: {told}");
    assert!(!errors.iter().any(|error| code(error) == "INTERNAL_SERVER_ERROR"), "{case:?}: {told}");
    Verdict {
        accepted,
        stage: errors.first().map(code).unwrap_or_default(),
        errors: Verdict::errors(&told["errors"]),
        over_limit: errors.iter().any(|error| error["extensions"].get("limit").is_some()),
        broken: 0,
    }
}
