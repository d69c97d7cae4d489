//! Requests that are refused, each with a status, an error code and a message.

use hyper::Method;
use hyper::header::{ALLOW, HOST};
use oms::config::http::{Host, Http};
use oms::config::limits::Limits;
use oms::http::Settings;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{assert_refused, url};
use crate::shop::Shop;

const JSON: Option<&str> = Some("application/json");

/// Browsers send forms and plain text to other origins without a preflight.
#[tokio::test]
async fn rejects_other_content_types() {
    let shop = Shop::open().await;
    let body = r#"{"query": "mutation { deleteCustomer(input: {id: \"cus_4\"}) { errors { code } } }"}"#;
    for content_type in [
        None,
        Some(""),
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/jsonp"),
        Some("application/graphql"),
        Some("text/plain; application/json"),
        Some("application/json; charset=utf-16"),
    ] {
        let answer = shop.post(content_type, body).await;
        assert_refused(&answer, 415, "BAD_REQUEST", "application/json");
    }
    let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let answer = shop.send_with(Method::POST, "/graphql", headers, body).await.unwrap();
    assert_refused(&answer, 415, "BAD_REQUEST", "without a Content-Encoding");
    let left = shop.run(r#"{ customer(by: {id: "cus_4"}) { id } }"#, json!({})).await;
    assert_eq!(left["customer"]["id"], "cus_4");
}

#[tokio::test]
async fn rejects_bodies_that_are_not_requests() {
    let shop = Shop::open().await;
    for (body, why) in [
        (&b""[..], "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{ __typename }", "the body is not a request"),
        (b"{\"query\": \"{ __typename }\"", "EOF"),
        (b"{\"query\": \"{ __typename }\"} {}", "trailing"),
        (b"{\"query\": 1}", "expected a string"),
        (b"{\"query\": null}", "has no \"query\""),
        (b"{\"variables\": {}}", "has no \"query\""),
        (b"{\"query\": \"{ __typename }\", \"query\": \"{ a }\"}", "duplicate field"),
        (b"{\"query\": \"{ __typename }\", \"variables\": []}", "expected a map"),
        (b"{\"query\": \"{ __typename }\", \"extensions\": 1}", "expected a map"),
        (b"{\"query\": \"\xff\"}", "the body is not a request"),
    ] {
        assert_refused(&shop.post(JSON, body).await, 400, "BAD_REQUEST", why);
    }
    let deep = format!("{{\"query\": \"{{ a }}\", \"variables\": {}", "{\"a\": ".repeat(100_000));
    assert_refused(&shop.post(JSON, deep).await, 400, "BAD_REQUEST", "recursion limit");
}

#[tokio::test]
async fn rejects_invalid_url_parameters() {
    let shop = Shop::open().await;
    for (parameters, why) in [
        (&[][..], "has no \"query\""),
        (&[("variables", "{}")], "has no \"query\""),
        (&[("query", "{ __typename }"), ("variables", "1")], "\"variables\" is not an object in JSON"),
        (&[("query", "{ __typename }"), ("variables", "{")], "\"variables\" is not an object in JSON"),
        (&[("query", "{ __typename }"), ("extensions", "[]")], "\"extensions\" is not an object in JSON"),
        (&[("query", "{ __typename }"), ("query", "{ a }")], "\"query\" occurs twice"),
    ] {
        assert_refused(&shop.get(&url(parameters)).await, 400, "BAD_REQUEST", why);
    }
    assert_refused(&shop.get("/graphql").await, 400, "BAD_REQUEST", "has no \"query\"");
}

#[tokio::test]
async fn rejects_a_mutation_with_get() {
    let shop = Shop::open().await;
    let mutation = r#"mutation M { deleteCustomer(input: {id: "cus_4"}) { errors { code } } }"#;
    let both = format!("query Q {{ __typename }} {mutation}");
    for (parameters, status) in [
        (&[("query", mutation)][..], 405),
        (&[("query", &both), ("operationName", "M")], 405),
        // The document may contain a mutation that is not executed.
        (&[("query", &both), ("operationName", "Q")], 200),
    ] {
        for accept in ["application/json", "application/graphql-response+json"] {
            let headers = [("accept", accept), ("content-type", "application/json")];
            let answer = shop.send_with(Method::GET, &url(parameters), headers, "").await.unwrap();
            assert_eq!(answer.status, status);
            if status == 405 {
                assert_eq!(answer.headers[ALLOW], "POST");
                assert_eq!(answer.json()["errors"][0]["extensions"]["code"], "BAD_REQUEST");
                assert_eq!(answer.json().get("data"), None);
            }
        }
    }
    let left = shop.run(r#"{ customer(by: {id: "cus_4"}) { id } }"#, json!({})).await;
    assert_eq!(left["customer"]["id"], "cus_4");
}

#[tokio::test]
async fn rejects_other_methods() {
    let shop = Shop::open().await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
        let answer = shop.send(method, "/graphql?query={__typename}", JSON, "").await.unwrap();
        assert_refused(&answer, 405, "BAD_REQUEST", "GET, POST");
        assert_eq!(answer.headers[ALLOW], "GET, POST");
    }
    assert_eq!(shop.get("/graphiql").await.status, 404);
}

#[tokio::test]
async fn rejects_unsupported_accept_headers() {
    let shop = Shop::open().await;
    let body = r#"{"query": "{ __typename }"}"#;
    for accept in ["text/html", "application/json;q=0", "image/*, text/*", "application/json; charset=latin1"]
    {
        let headers = [("content-type", "application/json"), ("accept", accept)];
        let answer = shop.send_with(Method::POST, "/graphql", headers, body).await.unwrap();
        assert_refused(&answer, 406, "BAD_REQUEST", "Accept must allow");
    }
}

#[tokio::test]
async fn rejects_a_body_over_the_limit() {
    let body = |length: usize| {
        let mut body = r#"{"query": "{ __typename }"}"#.to_owned();
        body.push_str(&" ".repeat(length - body.len()));
        body
    };
    let shop = Shop::open().await;
    assert_eq!(shop.post(JSON, body(1_000_000)).await.status, 200);
    assert_refused(&shop.post(JSON, body(1_000_001)).await, 413, "BAD_REQUEST", "1000000 bytes");

    let limits = Limits { max_body: 100, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    assert_eq!(shop.post(JSON, body(100)).await.status, 200);
    assert_refused(&shop.post(JSON, body(101)).await, 413, "BAD_REQUEST", "100 bytes");
    let answer = answer_to_chunks(&shop, &body(101)).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer_to_chunks(&shop, &body(100)).await.starts_with("HTTP/1.1 200 "));
}

/// Returns the response to a body in chunks, without a `Content-Length`.
async fn answer_to_chunks(shop: &Shop, body: &str) -> String {
    let mut request = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                       connection: close\r\ntransfer-encoding: chunked\r\n\r\n"
        .to_owned();
    for piece in body.as_bytes().chunks(10) {
        request.push_str(&format!("{:x}\r\n{}\r\n", piece.len(), std::str::from_utf8(piece).unwrap()));
    }
    request.push_str("0\r\n\r\n");
    said_to(shop, &request).await
}

/// Sends bytes and returns the response until the connection is closed.
async fn said_to(shop: &Shop, bytes: &str) -> String {
    let mut connection = TcpStream::connect(shop.address()).await.unwrap();
    // Fails if the server responds and closes the connection before it has read everything.
    let _ = connection.write_all(bytes.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

/// The client waits for `100 Continue` before it sends the body.
#[tokio::test]
async fn rejects_a_large_body_instead_of_100_continue() {
    let shop = Shop::open().await;
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                expect: 100-continue\r\ncontent-length: 5000000\r\n\r\n";
    let answer = said_to(&shop, head).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn rejects_a_large_request_head() {
    let shop = Shop::open().await;
    for head in [
        format!(
            "GET /graphql?query={{__typename}}{} HTTP/1.1\r\nhost: localhost\r\n\r\n",
            "%20".repeat(30_000)
        ),
        format!(
            "GET /graphql?query={{__typename}} HTTP/1.1\r\nhost: localhost\r\nx-a: {}\r\n\r\n",
            "a".repeat(90_000)
        ),
        format!(
            "GET /graphql?query={{__typename}} HTTP/1.1\r\nhost: localhost\r\n{}\r\n",
            "x-a: a\r\n".repeat(200)
        ),
    ] {
        let answer = said_to(&shop, &head).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    let long: Value = shop.run(&format!("{{ __typename }}{}", " ".repeat(90_000)), json!({})).await;
    assert_eq!(long, json!({"__typename": "Query"}));
}

/// DNS rebinding: to a browser, a page whose host name resolves to this machine has the same origin.
#[tokio::test]
async fn rejects_unknown_hosts_as_misdirected() {
    let shop = Shop::open().await;
    let paths = ["/graphql?query={__typename}", "/", "/health/live", "/metrics"];
    for path in paths {
        for host in ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "localhost.evil.example"]
        {
            let answer = shop.get_with(path, &[(HOST, host)]).await;
            assert_refused(&answer, 421, "BAD_REQUEST", &format!("the host name {host:?} is not allowed"));
        }
        for host in ["127.0.0.1:8001", "[::1]", "192.0.2.1", "localhost:8001", "shop.localhost", "LOCALHOST."]
        {
            assert_eq!(shop.get_with(path, &[(HOST, host)]).await.status, 200, "{path} of {host}");
        }
    }
    let body = r#"{"query": "mutation { deleteCustomer(input: {id: \"cus_4\"}) { errors { code } } }"}"#;
    let headers = [("content-type", "application/json"), ("host", "evil.example")];
    let answer = shop.send_with(Method::POST, "/graphql", headers, body).await.unwrap();
    assert_refused(&answer, 421, "BAD_REQUEST", "--allow-host");
    let left = shop.run(r#"{ customer(by: {id: "cus_4"}) { id } }"#, json!({})).await;
    assert_eq!(left["customer"]["id"], "cus_4");

    let http = Http { allow_host: vec![Host::Named("shop.example".to_owned())], ..Http::default() };
    let shop = Shop::open_with(Settings { http, ..Settings::default() }).await;
    for path in paths {
        assert_eq!(shop.get_with(path, &[(HOST, "Shop.Example:443")]).await.status, 200);
        assert_eq!(shop.get_with(path, &[(HOST, "evil.example")]).await.status, 421);
    }
}
