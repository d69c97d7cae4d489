//! Lists of requests: refused, unless they are asked for.

use oms::config::limits::Limits;
use oms::http::Settings;
use serde_json::json;

use super::assert_refused;
use crate::shop::Shop;

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn a_list_of_requests_is_refused() {
    let shop = Shop::open().await;
    for body in [r#"[{"query": "{ __typename }"}]"#, "[]", "[1", r#"["{ __typename }"]"#] {
        assert_refused(&shop.post(JSON, body).await, 400, "BAD_REQUEST", "one at a time");
    }
}

#[tokio::test]
async fn a_list_of_requests_is_answered_where_it_may_be() {
    let limits = Limits { max_batch: Some(3), ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let change = r#"mutation { updateCustomer(input: {id: "cus_3", name: "Grace"}) { errors { code } } }"#;
    let batch = json!([
        {"query": change},
        {"query": r#"query Q { customer(by: {id: "cus_3"}) { name } }"#, "operationName": "Q"},
        {"query": "{ nothing }"},
    ]);
    let answer = shop.post(JSON, batch.to_string()).await;
    assert_eq!(answer.status, 200);
    let answers = answer.json();
    assert_eq!(answers.as_array().map(Vec::len), Some(3));
    assert_eq!(answers[0], json!({"data": {"updateCustomer": {"errors": []}}}));
    // In their order: it sees what the one before has done.
    assert_eq!(answers[1], json!({"data": {"customer": {"name": "Grace"}}}));
    assert_eq!(answers[2]["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    // And one at a time is still one.
    let answer = shop.post(JSON, r#"{"query": "{ __typename }"}"#).await.json();
    assert_eq!(answer, json!({"data": {"__typename": "Query"}}));

    let one = json!({"query": "{ __typename }"});
    for (batch, why) in [
        (json!([]), "a list has 1 to 3 requests"),
        (json!([one, one, one, one]), "a list has 1 to 3 requests"),
        (json!([one, {}]), "there is no \"query\""),
        (json!([one, ["{ __typename }"]]), "the body is not a request"),
        (json!([one, [one]]), "the body is not a request"),
        (json!([one, {"query": 1}]), "the body is not a request"),
    ] {
        assert_refused(&shop.post(JSON, batch.to_string()).await, 400, "BAD_REQUEST", why);
    }
}
