//! The door: what is let in, what is turned away and how, health, stopping.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hyper::header::{ALLOW, CONTENT_TYPE};
use hyper::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Answer;
use crate::shop::Shop;

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn an_operation_is_answered() {
    let shop = Shop::open().await;
    let plain = json!({"query": "{ __typename }"});
    let full = json!({
        "query": "query A { __typename } query B($name: String!) { __type(name: $name) { name } }",
        "variables": {"name": "Query"},
        "operationName": "B",
        "extensions": {"of": "no interest"},
    });
    let nulls =
        json!({"query": "{ __typename }", "variables": null, "operationName": null, "extensions": null});
    let root = json!({"data": {"__typename": "Query"}});
    let cases =
        [(plain, root.clone()), (full, json!({"data": {"__type": {"name": "Query"}}})), (nulls, root)];
    for (body, expected) in cases {
        for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
            let answer = shop.post(Some(content_type), body.to_string()).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.headers[CONTENT_TYPE], "application/json; charset=utf-8");
            assert_eq!(answer.json(), expected, "{body}");
        }
    }
}

#[tokio::test]
async fn what_is_no_json_is_not_read() {
    let shop = Shop::open().await;
    let body = r#"{"query": "{ __typename }"}"#;
    let refused = [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/jsonp"),
        Some("text/plain; application/json"),
    ];
    for content_type in refused {
        let answer = shop.post(content_type, body).await;
        assert_refused(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE, "application/json");
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let shop = Shop::open().await;
    let cases: [(&[u8], &str); 8] = [
        (b"", "not a JSON object"),
        (b"{ __typename }", "the body is not a request"),
        (b"{\"query\": \"{ __typename }\"", "EOF"),
        (b"{\"query\": \"{ __typename }\"} {}", "trailing"),
        (b"{\"query\": 1}", "expected a string"),
        (b"{\"query\": \"\xff\"}", "the body is not a request"),
        (b"[\"{ __typename }\"]", "not a JSON object"),
        (b"[{\"query\": \"{ __typename }\"}]", "not a JSON object"),
    ];
    for (body, why) in cases {
        let answer = shop.post(JSON, body).await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, why);
    }
}

#[tokio::test]
async fn a_body_has_at_most_a_megabyte() {
    let shop = Shop::open().await;
    let body = |length: usize| {
        let mut body = r#"{"query": "{ __typename }"}"#.to_owned();
        body.push_str(&" ".repeat(length - body.len()));
        body
    };
    let most = 1024 * 1024;
    assert_eq!(shop.post(JSON, body(most)).await.status, 200);
    let answer = shop.post(JSON, body(most + 1)).await;
    assert_refused(&answer, StatusCode::PAYLOAD_TOO_LARGE, "1048576 bytes");
}

#[tokio::test]
async fn only_posts_are_operations() {
    let shop = Shop::open().await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = shop.send(method, "/graphql?query={__typename}", JSON, "").await.unwrap();
        assert_eq!(answer.status, 405);
        assert_eq!(answer.headers[ALLOW], "POST");
    }
    assert_eq!(shop.get("/graphiql").await.status, 404);
}

#[tokio::test]
async fn health_tells_life_and_readiness() {
    let shop = Shop::open().await;
    assert_eq!(shop.get("/health/live").await.status, 200);
    assert_eq!(shop.get("/health/ready").await.status, 200);
    shop.db().close().await;
    assert_eq!(shop.get("/health/live").await.status, 200);
    assert_eq!(shop.get("/health/ready").await.status, 503);
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight() {
    let shop = Shop::open().await;
    let (db, address) = (shop.db().clone(), shop.address());
    let body = r#"{"query": "{ __typename }"}"#;
    let (now, later) = body.split_at(9);
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: oms\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut half_sent = TcpStream::connect(address).await.unwrap();
    half_sent.write_all(format!("{head}{now}").as_bytes()).await.unwrap();
    let mut hardly_begun = TcpStream::connect(address).await.unwrap();
    hardly_begun.write_all(b"GET /health/ready").await.unwrap();
    // Answered after both, and so they have been accepted.
    assert_eq!(shop.get("/health/ready").await.status, 200);

    let stopping = shop.stop();
    wait_until_refused(address).await;
    hardly_begun.write_all(b" HTTP/1.1\r\nhost: oms\r\n\r\n").await.unwrap();
    let answer = read_all(hardly_begun).await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.ends_with("stopping\n"), "{answer}");
    half_sent.write_all(later.as_bytes()).await.unwrap();
    let answer = read_all(half_sent).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.ends_with(r#"{"data":{"__typename":"Query"}}"#), "{answer}");

    stopping.closed().await;
    assert!(db.write(|_, _| Ok(())).await.is_err(), "the database was not closed");
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let shop = Shop::open().await;
    let mut stuck = TcpStream::connect(shop.address()).await.unwrap();
    stuck
        .write_all(
            b"POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{",
        )
        .await
        .unwrap();
    assert_eq!(shop.get("/health/ready").await.status, 200);
    let started = Instant::now();
    shop.close().await;
    assert!((4..10).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
    drop(stuck);
}

fn assert_refused(answer: &Answer, status: StatusCode, why: &str) {
    let body = answer.json();
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(answer.headers[CONTENT_TYPE], "application/json; charset=utf-8");
    assert_eq!(body["errors"][0]["extensions"]["code"], "BAD_REQUEST", "{body}");
    assert!(body["errors"][0]["message"].as_str().unwrap().contains(why), "{body}");
    assert!(body.get("data").is_none(), "{body}");
}

async fn wait_until_refused(address: SocketAddr) {
    while TcpStream::connect(address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn read_all(mut connection: TcpStream) -> String {
    let mut text = String::new();
    connection.read_to_string(&mut text).await.unwrap();
    text
}
