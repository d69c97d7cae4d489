//! What is turned away, each with a status, a code and a sentence.

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

/// Browsers send a form, or text, to any server for any page without asking.
#[tokio::test]
async fn what_is_no_json_is_not_read() {
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
async fn what_is_no_request_is_refused() {
    let shop = Shop::open().await;
    for (body, why) in [
        (&b""[..], "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{ __typename }", "the body is not a request"),
        (b"{\"query\": \"{ __typename }\"", "EOF"),
        (b"{\"query\": \"{ __typename }\"} {}", "trailing"),
        (b"{\"query\": 1}", "expected a string"),
        (b"{\"query\": null}", "there is no \"query\""),
        (b"{\"variables\": {}}", "there is no \"query\""),
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
async fn a_url_that_is_no_request_is_refused() {
    let shop = Shop::open().await;
    for (parameters, why) in [
        (&[][..], "there is no \"query\""),
        (&[("variables", "{}")], "there is no \"query\""),
        (&[("query", "{ __typename }"), ("variables", "1")], "\"variables\" is not an object in JSON"),
        (&[("query", "{ __typename }"), ("variables", "{")], "\"variables\" is not an object in JSON"),
        (&[("query", "{ __typename }"), ("extensions", "[]")], "\"extensions\" is not an object in JSON"),
        (&[("query", "{ __typename }"), ("query", "{ a }")], "\"query\" is there twice"),
    ] {
        assert_refused(&shop.get(&url(parameters)).await, 400, "BAD_REQUEST", why);
    }
    assert_refused(&shop.get("/graphql").await, 400, "BAD_REQUEST", "there is no \"query\"");
}

#[tokio::test]
async fn a_mutation_is_not_run_for_a_get() {
    let shop = Shop::open().await;
    let mutation = r#"mutation M { deleteCustomer(input: {id: "cus_4"}) { errors { code } } }"#;
    let both = format!("query Q {{ __typename }} {mutation}");
    for (parameters, status) in [
        (&[("query", mutation)][..], 405),
        (&[("query", &both), ("operationName", "M")], 405),
        // The way to it does not matter.
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
async fn other_methods_are_refused() {
    let shop = Shop::open().await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
        let answer = shop.send(method, "/graphql?query={__typename}", JSON, "").await.unwrap();
        assert_refused(&answer, 405, "BAD_REQUEST", "GET, POST");
        assert_eq!(answer.headers[ALLOW], "GET, POST");
    }
    assert_eq!(shop.get("/graphiql").await.status, 404);
}

#[tokio::test]
async fn a_type_that_there_is_not_cannot_be_had() {
    let shop = Shop::open().await;
    let body = r#"{"query": "{ __typename }"}"#;
    for accept in ["text/html", "application/json;q=0", "image/*, text/*", "application/json; charset=latin1"]
    {
        let headers = [("content-type", "application/json"), ("accept", accept)];
        let answer = shop.send_with(Method::POST, "/graphql", headers, body).await.unwrap();
        assert_refused(&answer, 406, "BAD_REQUEST", "Accept has neither");
    }
}

#[tokio::test]
async fn a_body_has_at_most_so_many_bytes() {
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

/// What is answered to a body that does not say beforehand how long it is.
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

/// What comes back for these bytes, until the connection is closed.
async fn said_to(shop: &Shop, bytes: &str) -> String {
    let mut connection = TcpStream::connect(shop.address()).await.unwrap();
    // Fails where the server does not read all of it, and says so.
    let _ = connection.write_all(bytes.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

/// For who waits with the body until it is wanted.
#[tokio::test]
async fn a_body_that_is_too_large_is_not_sent_for() {
    let shop = Shop::open().await;
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                expect: 100-continue\r\ncontent-length: 5000000\r\n\r\n";
    let answer = said_to(&shop, head).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_head_of_any_length_is_not_read() {
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

/// A page of somebody else that has its name resolved to this machine is of the same origin, for a browser.
#[tokio::test]
async fn a_host_that_the_server_is_not_is_misdirected() {
    let shop = Shop::open().await;
    let paths = ["/graphql?query={__typename}", "/", "/health/live", "/metrics"];
    for path in paths {
        for host in ["evil.example", "evil.example:8001", "127.0.0.1.evil.example", "localhost.evil.example"]
        {
            let answer = shop.get_with(path, &[(HOST, host)]).await;
            assert_refused(&answer, 421, "BAD_REQUEST", &format!("does not go by the name {host:?}"));
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
