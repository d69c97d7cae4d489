//! Batches of requests, which are refused unless `--max-batch` enables them.

use hyper::Method;
use oms::config::limits::Limits;
use oms::http::Settings;
use serde_json::{Value, json};

use super::assert_refused;
use crate::shop::Shop;

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn batches_are_refused_by_default() {
    let shop = Shop::open().await;
    for body in [r#"[{"query": "{ __typename }"}]"#, "[]", "[1", r#"["{ __typename }"]"#] {
        assert_refused(&shop.post(JSON, body).await, 400, "BAD_REQUEST", "batches are disabled");
    }
}

#[tokio::test]
async fn batches_are_executed_in_order_if_enabled() {
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
    // The query sees the change of the mutation before it.
    assert_eq!(answers[1], json!({"data": {"customer": {"name": "Grace"}}}));
    assert_eq!(answers[2]["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    // A single request has a single response.
    let answer = shop.post(JSON, r#"{"query": "{ __typename }"}"#).await.json();
    assert_eq!(answer, json!({"data": {"__typename": "Query"}}));

    let one = json!({"query": "{ __typename }"});
    for (batch, why) in [
        (json!([]), "a batch must have 1 to 3 requests"),
        (json!([one, one, one, one]), "a batch must have 1 to 3 requests"),
        (json!([one, {}]), "has no \"query\""),
        (json!([one, ["{ __typename }"]]), "the body is not a request"),
        (json!([one, [one]]), "the body is not a request"),
        (json!([one, {"query": 1}]), "the body is not a request"),
    ] {
        assert_refused(&shop.post(JSON, batch.to_string()).await, 400, "BAD_REQUEST", why);
    }
}

#[tokio::test]
async fn the_cost_limit_applies_to_the_whole_batch() {
    let query = json!({"query": "{ customers(first: 10) { nodes { id } } }", "extensions": {"cost": true}});
    let alone = Shop::open().await.post(JSON, query.to_string()).await.json();
    let cost = alone["extensions"]["cost"].as_u64().unwrap();

    let limits = Limits { max_batch: Some(5), max_cost: 2 * cost + 1, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let cheap = json!({"query": "{ __typename }"});
    let answers = shop.post(JSON, json!([query, query, query, cheap]).to_string()).await.json();
    assert_eq!((&answers[0], &answers[1]), (&alone, &alone));
    let refused = &answers[2]["errors"][0];
    let expected = json!({"name": "max-cost", "most": 2 * cost + 1, "found": 3 * cost});
    assert_eq!(refused["extensions"]["limit"], expected, "{refused}");
    assert!(
        refused["message"].as_str().unwrap().contains("the batch, up to this operation, must cost at most"),
        "{refused}"
    );
    // The cost of this query fits into the rest of the budget.
    assert_eq!(answers[3], json!({"data": {"__typename": "Query"}}));
}

#[tokio::test]
async fn the_response_limit_applies_to_the_whole_batch() {
    let page = json!({"query": "{ customers(first: 5) { nodes { id name email } } }"});
    let change = json!({"query": r#"mutation { deleteCustomer(input: {id: "cus_4"}) { errors { code } } }"#});
    let length = Shop::open().await.post(JSON, page.to_string()).await.body.len();

    // A byte counts when it is read and when it is written.
    let limits = Limits { max_batch: Some(30), max_answer: 10 * length, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let mut list = vec![&page; 20];
    list.push(&change);
    let answers = shop.post(JSON, json!(list).to_string()).await.json();
    let is_answered = |answer: &Value| answer.get("data").is_some();
    let answered = answers.as_array().unwrap().iter().take_while(|answer| is_answered(answer)).count();
    assert!((5..10).contains(&answered), "{answered} of {answers}");
    let refused = &answers[answered]["errors"][0];
    assert_eq!(refused["extensions"]["code"], "ANSWER_TOO_LARGE");
    assert!(refused["message"].as_str().unwrap().contains(&format!("{} bytes", 10 * length)), "{refused}");
}

#[tokio::test]
async fn a_batch_over_the_response_limit_executes_no_further_mutation() {
    let nothing = json!({"query": "{ nothing }"});
    let length = Shop::open().await.post(JSON, nothing.to_string()).await.body.len();
    let limits = Limits { max_batch: Some(3), max_answer: length, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let change = json!({"query": r#"mutation { deleteCustomer(input: {id: "cus_4"}) { errors { code } } }"#});
    let answers = shop.post(JSON, json!([nothing, change]).to_string()).await.json();
    let refused = &answers[1]["errors"][0];
    assert_eq!(refused["extensions"]["code"], "ANSWER_TOO_LARGE", "{answers}");
    assert!(!refused["message"].as_str().unwrap().contains("may have been changed"), "{refused}");
    let left = shop.run(r#"{ customer(by: {id: "cus_4"}) { id } }"#, json!({})).await;
    assert_eq!(left["customer"]["id"], "cus_4");
}

#[tokio::test]
async fn the_status_of_a_batch_is_400_if_nothing_was_executed() {
    let limits = Limits { max_batch: Some(2), ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let (good, bad) = (json!({"query": "{ __typename }"}), json!({"query": "{ nothing }"}));
    for (list, status) in [
        (json!([good, good]), 200),
        (json!([good, bad]), 200),
        (json!([bad, good]), 200),
        (json!([bad, bad]), 400),
    ] {
        for (accept, status) in [("application/json", 200), ("application/graphql-response+json", status)] {
            let headers = [("content-type", "application/json"), ("accept", accept)];
            let answer = shop.send_with(Method::POST, "/graphql", headers, list.to_string()).await.unwrap();
            assert_eq!(answer.status, status, "{accept}: {list}");
        }
    }
}
