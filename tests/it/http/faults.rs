//! Panics, timeouts and overload affect only their own request, and responses contain no details.

use hyper::Method;
use oms::config::limits::Limits;
use oms::http::Settings;
use serde_json::{Value, json};
use std::num::NonZero;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::assert_refused;
use super::faulty::{COMPUTES, Faulty, PANICS, look_for, look_for_much, read_aside, write};
use crate::client::{Answer, Client};
use std::time::Duration;

fn limited(limits: Limits) -> Settings {
    Settings { limits, ..Settings::default() }
}

/// Sends a query from a separate task.
fn send(client: &Client, query: String) -> tokio::task::JoinHandle<Answer> {
    let client = client.clone();
    tokio::spawn(async move { client.try_run(&query, json!({})).await.unwrap() })
}

#[tokio::test]
async fn a_panic_does_not_affect_concurrent_requests() {
    let shop = Faulty::open(Settings::default());
    let ada = look_for("ada@example.com");
    for _ in 0..50 {
        let others: Vec<_> = (0..4).map(|_| send(&shop, ada.clone())).collect();
        let body = json!({"query": look_for(PANICS)}).to_string();
        let headers = [("content-type", "application/json"), ("x-request-id", "of-mine")];
        let answer = shop.send_with(Method::POST, "/graphql", headers, body).await.unwrap();
        assert_refused(&answer, 500, "INTERNAL_SERVER_ERROR", "internal server error");
        assert_eq!(answer.headers["x-request-id"], "of-mine");
        assert_eq!(answer.json()["errors"][0]["extensions"]["requestId"], "of-mine");
        assert!(!answer.body.windows(4).any(|part| part == b"told"), "it tells why: {:?}", answer.body);
        for other in others {
            assert_eq!(other.await.unwrap().json(), json!({"data": {"customer": {"id": "cus_1"}}}));
        }
    }
    assert_eq!(shop.get("/health/ready").await.status, 200);
}

#[tokio::test]
async fn a_panic_in_a_read_or_a_write_fails_only_its_request() {
    let shop = Faulty::open(limited(Limits { max_batch: Some(2), ..Limits::default() }));
    for media in ["application/json", "application/graphql-response+json"] {
        for query in [look_for(PANICS), read_aside(PANICS), write(PANICS)] {
            for body in [json!({ "query": query }), json!([{"query": "{ __typename }"}, {"query": query}])] {
                let headers =
                    [("content-type", "application/json"), ("accept", media), ("x-request-id", "of-mine")];
                let answer =
                    shop.send_with(Method::POST, "/graphql", headers, body.to_string()).await.unwrap();
                assert_eq!(answer.status, 500, "{query}: {:?}", answer.body);
                assert!(answer.headers["content-type"].to_str().unwrap().starts_with(media));
                let expected = json!({"errors": [{
                    "message": "internal server error",
                    "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": "of-mine"},
                }]});
                assert_eq!(answer.json(), expected, "{query}");
            }
        }
    }
    // No lock and no partial change is left.
    assert_eq!(
        shop.run(&read_aside(PANICS.trim_start_matches("panics")), json!({})).await["customers"]["nodes"],
        json!([])
    );
    let made = shop.run(&write("eve@example.com"), json!({})).await;
    assert_eq!(made["createCustomer"]["customer"]["id"], "cus_6");
}

#[tokio::test]
async fn a_panic_in_another_route_fails_only_its_request() {
    let shop = Faulty::open(Settings::default());
    shop.panic_at_everything();
    assert_refused(&shop.get("/health/ready").await, 500, "INTERNAL_SERVER_ERROR", "internal server error");
    assert_eq!(shop.get("/health/live").await.status, 200);
}

#[tokio::test]
async fn a_computing_request_is_answered_at_its_timeout() {
    let timeout = Duration::from_millis(300);
    let shop = Faulty::open(limited(Limits { timeout, ..Limits::default() }));
    // These requests occupy both compute threads.
    let all = [send(&shop, look_for_much(COMPUTES)), send(&shop, look_for_much(COMPUTES))];
    for one in all {
        // Answered while the thread is still busy.
        let answer = one.await.unwrap();
        assert_refused(&answer, 504, "REQUEST_TIMEOUT", "longer than 0.3 s");
        assert!(answer.headers["x-request-id"].len() == 16);
    }
    shop.release();
    let data = shop.run(&look_for("ada@example.com"), json!({})).await;
    assert_eq!(data["customer"]["id"], "cus_1");
}

#[tokio::test]
async fn concurrent_requests_are_limited() {
    let shop = Faulty::open(limited(Limits { max_concurrent: 1, ..Limits::default() }));
    let first = send(&shop, look_for_much(COMPUTES));
    shop.busy(1).await;
    let body = r#"{"query": "{ __typename }"}"#;
    for _ in 0..3 {
        let answer = shop.post(Some("application/json"), body).await;
        assert_refused(&answer, 503, "SERVICE_UNAVAILABLE", "too many requests");
        assert_eq!(answer.headers["retry-after"], "1");
        assert_eq!(shop.get("/graphql?query={__typename}").await.status, 503);
    }
    // Health checks need no permit.
    assert_eq!(shop.get("/health/ready").await.status, 200);
    shop.release();
    assert_eq!(first.await.unwrap().json(), json!({"data": {"customer": null}}));
    let answer: Value = shop.post(Some("application/json"), body).await.json();
    assert_eq!(answer, json!({"data": {"__typename": "Query"}}));
}

/// Returns settings with one compute thread and a queue of one operation.
fn one_thread() -> Settings {
    let mut settings = limited(Limits { max_batch: Some(2), ..Limits::default() });
    settings.http.compute_threads = NonZero::new(1);
    settings.http.compute_queue = 1;
    settings
}

#[tokio::test]
async fn expensive_requests_are_refused_when_the_queue_is_full_and_cheap_ones_are_served() {
    let shop = Faulty::open(one_thread());
    let running = send(&shop, look_for_much(COMPUTES));
    shop.busy(1).await;
    // The request that arrives first waits in the queue, and the other one is refused.
    let mut one = send(&shop, look_for_much("ada@example.com"));
    let mut other = send(&shop, look_for_much("ada@example.com"));
    let (answer, waiting) = tokio::select! {
        answer = &mut one => (answer.unwrap(), other),
        answer = &mut other => (answer.unwrap(), one),
    };
    assert_refused(&answer, 503, "SERVICE_UNAVAILABLE", "too many requests");
    assert_eq!(answer.headers["retry-after"], "1");
    // Batches and large bodies run on the compute threads too, and are refused before they are parsed.
    let batch = json!([{"query": "{ __typename }"}, {"query": "{ __typename }"}]).to_string();
    for body in [batch, format!("not JSON {}", " ".repeat(100_000))] {
        let answer = shop.post(Some("application/json"), body).await;
        assert_refused(&answer, 503, "SERVICE_UNAVAILABLE", "too many requests");
    }
    let data = shop.run(&look_for("ada@example.com"), json!({})).await;
    assert_eq!(data["customer"]["id"], "cus_1");
    shop.release();
    assert_eq!(running.await.unwrap().json(), json!({"data": {"customer": null}}));
    assert_eq!(waiting.await.unwrap().json()["data"]["customer"]["id"], "cus_1");
    assert_eq!(send(&shop, look_for_much("ada@example.com")).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_request_that_waits_for_a_compute_thread_has_a_timeout() {
    let mut settings = one_thread();
    settings.limits.timeout = Duration::from_millis(300);
    let shop = Faulty::open(settings);
    let running = send(&shop, look_for_much(COMPUTES));
    shop.busy(1).await;
    let waiting = send(&shop, look_for_much("ada@example.com")).await.unwrap();
    assert_refused(&waiting, 504, "REQUEST_TIMEOUT", "longer than 0.3 s");
    assert_eq!(running.await.unwrap().status, 504);
}

#[tokio::test]
async fn a_timed_out_request_holds_its_permit_until_its_work_ends() {
    let timeout = Duration::from_millis(200);
    let shop = Faulty::open(limited(Limits { timeout, max_concurrent: 1, ..Limits::default() }));
    let given_up = send(&shop, look_for_much(COMPUTES)).await.unwrap();
    assert_eq!(given_up.status, 504);
    let body = r#"{"query": "{ __typename }"}"#;
    assert_eq!(shop.post(Some("application/json"), body).await.status, 503);
    shop.release();
    while shop.post(Some("application/json"), body).await.status != 200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn work_that_outlives_its_client_holds_its_permit() {
    for query in [read_aside(COMPUTES), write(COMPUTES)] {
        let shop = Faulty::open(limited(Limits { max_concurrent: 1, ..Limits::default() }));
        let body = json!({ "query": query }).to_string();
        let mut connection = TcpStream::connect(shop.address()).await.unwrap();
        let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
        let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        connection.write_all(request.as_bytes()).await.unwrap();
        shop.busy(1).await;
        drop(connection);
        while !said_in_metrics(&shop, "outcome=\"hung_up\"").await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let body = r#"{"query": "{ __typename }"}"#;
        for _ in 0..3 {
            assert_eq!(shop.post(Some("application/json"), body).await.status, 503, "{query}");
        }
        shop.release();
        while shop.post(Some("application/json"), body).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

async fn said_in_metrics(client: &Client, text: &str) -> bool {
    let page = client.get("/metrics").await;
    String::from_utf8_lossy(&page.body).contains(text)
}
