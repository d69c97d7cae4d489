//! Errors in responses, which are limited in number and size, and request ids.

use std::collections::HashSet;

use hyper::Method;
use serde_json::{Value, json};

use super::url;
use crate::shop::Shop;

fn errors(answer: &Value) -> &[Value] {
    answer["errors"].as_array().unwrap()
}

#[tokio::test]
async fn a_response_has_at_most_ten_errors() {
    let shop = Shop::open().await;
    let fields = |field: &dyn Fn(usize) -> String| (0..15).map(field).collect::<Vec<_>>().join(" ");
    let variables = (0..15).map(|n| format!("$v{n}: Int!")).collect::<Vec<_>>().join(" ");
    for query in [
        format!("{{ {} }}", fields(&|n| format!("nothing{n}"))),
        format!("{{ {} }}", fields(&|n| format!("c{n}: customer(by: {{id: \"nobody\"}}) {{ id }}"))),
        format!("query({variables}) {{ __typename }}"),
    ] {
        let answer = shop.try_run(&query, json!({})).await.unwrap().json();
        assert_eq!(errors(&answer).len(), 10, "{answer}");
        assert!(errors(&answer).iter().all(|error| error["extensions"]["code"].is_string()), "{answer}");
    }
}

#[tokio::test]
async fn error_messages_have_at_most_1000_bytes() {
    let shop = Shop::open().await;
    let long = "ä".repeat(3_000);
    let (letters, objects) = ("a".repeat(3_000), "{\"a\":".repeat(50));
    for body in [
        json!({"query": "{ __typename }", "operationName": long}),
        json!({ "query": format!("{{ {letters} }}") }),
        json!({"query": "query($v: OrderStatus!) { __typename }", "variables": {"v": long}}),
    ] {
        let answer = shop.post(Some("application/json"), body.to_string()).await.json();
        let text = errors(&answer)[0]["message"].as_str().unwrap();
        assert!(text.len() <= 1_000, "{} bytes: {text}", text.len());
    }
    let cut = shop
        .post(Some("application/json"), json!({"query": "{ __typename }", "operationName": long}).to_string())
        .await
        .json();
    let text = errors(&cut)[0]["message"].as_str().unwrap().to_owned();
    assert!(text.len() > 990 && text.ends_with("ä…"), "{text}");
    let answer = shop.get(&url(&[("query", "{ a }"), ("variables", &objects)])).await.json();
    assert!(errors(&answer)[0]["message"].as_str().unwrap().len() <= 1_000);
}

#[tokio::test]
async fn a_message_about_many_order_items_is_truncated() {
    let shop = Shop::open().await;
    let mut items = Vec::new();
    for n in 0..40 {
        let query = "mutation($sku: String!) { createProduct(input: {
            sku: $sku, name: \"Rare\", price: \"1.00\", inventory: {quantity: 1}}) { product { id } } }";
        let made = shop.run(query, json!({ "sku": format!("RARE-{n}") })).await;
        items.push(json!({"product": {"id": made["createProduct"]["product"]["id"]}, "quantity": 1_000_000}));
    }
    let query = "mutation($items: [OrderLineInput!]!) {
        createOrder(input: {customer: {id: \"cus_1\"}, items: $items}) {
            errors { message ... on InsufficientStockError { shortages { requested } } } } }";
    let answer = shop.try_run(query, json!({ "items": items })).await.unwrap().json();
    let error = &answer["data"]["createOrder"]["errors"][0];
    assert_eq!(error["shortages"].as_array().map(Vec::len), Some(40), "{answer}");
    let text = error["message"].as_str().unwrap();
    assert!(text.len() <= 1_000 && text.ends_with('…'), "{text}");
}

#[tokio::test]
async fn every_response_has_its_request_id() {
    let shop = Shop::open().await;
    let mut seen = HashSet::new();
    for path in
        ["/graphql?query={__typename}", "/graphql?query={", "/graphql", "/", "/health/live", "/nowhere"]
    {
        let answer = shop.get(path).await;
        let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
        assert!(id.len() == 16 && id.chars().all(|c| c.is_ascii_hexdigit()), "{path}: {id}");
        assert!(seen.insert(id), "{path}");
        for sane in ["7", "a-B_c.d:e/f+g=1", &"x".repeat(128)] {
            let answer = shop.send_with(Method::GET, path, [("x-request-id", sane)], "").await.unwrap();
            assert_eq!(answer.headers["x-request-id"], sane, "{path}");
        }
        for insane in ["", "a b", "a,b", "<script>", "a\tb", &"x".repeat(129)] {
            let answer = shop.send_with(Method::GET, path, [("x-request-id", insane)], "").await.unwrap();
            assert!(seen.insert(answer.headers["x-request-id"].to_str().unwrap().to_owned()), "{insane:?}");
        }
    }
}
