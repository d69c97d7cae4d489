//! CORS and compressed responses.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, VARY};
use hyper::{HeaderMap, Method, Response};
use oms::config::http::{Http, Origin};
use oms::http::Settings;
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_http::decompression::Decompression;

use crate::client::Answer;
use crate::shop::Shop;

const OURS: &str = "https://shop.example";
const THEIRS: &str = "https://shop.example.evil.example";

async fn open_to(allow_origin: &[Origin]) -> Shop {
    let http = Http { allow_origin: allow_origin.to_vec(), ..Http::default() };
    Shop::open_with(Settings { http, ..Settings::default() }).await
}

async fn ask(shop: &Shop, method: Method, headers: &[(&str, &str)]) -> Answer {
    let json = [("content-type", "application/json")];
    let headers = headers.iter().chain(&json).copied();
    shop.send_with(method, "/graphql", headers, r#"{"query": "{ __typename }"}"#).await.unwrap()
}

fn of_cors(headers: &HeaderMap) -> Vec<&str> {
    headers.keys().map(|name| name.as_str()).filter(|name| name.starts_with("access-control-")).collect()
}

fn varies_by(answer: &Answer, header: &str) -> bool {
    let values = answer.headers.get_all(VARY).iter().flat_map(|value| value.to_str().unwrap().split(','));
    values.map(str::trim).any(|value| value.eq_ignore_ascii_case(header))
}

#[tokio::test]
async fn cross_origin_requests_are_refused_by_default() {
    let shop = Shop::open().await;
    let answer = ask(&shop, Method::POST, &[("origin", OURS)]).await;
    assert_eq!(of_cors(&answer.headers), Vec::<&str>::new());
    let preflight = [("origin", OURS), ("access-control-request-method", "POST")];
    let answer = ask(&shop, Method::OPTIONS, &preflight).await;
    assert_eq!((answer.status.as_u16(), of_cors(&answer.headers)), (405, Vec::new()));
}

#[tokio::test]
async fn configured_origins_are_allowed() {
    let other = "http://localhost:3000";
    let shop = open_to(&[Origin::One(OURS.to_owned()), Origin::One(other.to_owned())]).await;
    let preflight = |origin| {
        [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,idempotency-key"),
        ]
    };
    for origin in [OURS, other] {
        let answer = ask(&shop, Method::OPTIONS, &preflight(origin)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
        assert_eq!(answer.headers["access-control-allow-methods"], "GET,POST");
        assert_eq!(answer.headers["access-control-allow-headers"], "content-type,idempotency-key");
        assert_eq!(answer.headers["access-control-max-age"], "3600");
        assert!(varies_by(&answer, "origin"));

        let answer = ask(&shop, Method::POST, &[("origin", origin)]).await;
        assert_eq!(answer.json(), json!({"data": {"__typename": "Query"}}));
        assert_eq!(answer.headers["access-control-allow-origin"], origin);
        assert_eq!(answer.headers["access-control-expose-headers"], "x-request-id,idempotent-replayed");
        assert!(varies_by(&answer, "origin"));
    }
    for origin in [THEIRS, "https://SHOP.example:444", "null", "http://shop.example"] {
        for (method, headers) in
            [(Method::OPTIONS, &preflight(origin)[..]), (Method::POST, &[("origin", origin)])]
        {
            let answer = ask(&shop, method, headers).await;
            assert_eq!(answer.headers.get("access-control-allow-origin"), None, "{origin}");
            assert!(varies_by(&answer, "origin"));
        }
    }
    // A page cannot avoid the preflight with a simple request either.
    let plain = [("origin", THEIRS), ("content-type", "text/plain")];
    let answer = shop.send_with(Method::POST, "/graphql", plain, r#"{"query": "{ a }"}"#).await.unwrap();
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn the_origin_asterisk_allows_every_origin() {
    let shop = open_to(&[Origin::Any]).await;
    let answer = ask(&shop, Method::POST, &[("origin", THEIRS)]).await;
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert_eq!(answer.headers.get("access-control-allow-credentials"), None);
}

async fn ask_in(shop: &Shop, encodings: &str, query: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("accept-encoding", encodings)];
    let body = json!({ "query": query }).to_string();
    shop.send_with(Method::POST, "/graphql", headers, body).await.unwrap()
}

async fn decompressed(answer: &Answer) -> Value {
    let compressed = Response::builder()
        .header(CONTENT_ENCODING, &answer.headers[CONTENT_ENCODING])
        .body(Full::new(answer.body.clone()))
        .unwrap();
    let service = tower::service_fn(move |_: hyper::Request<()>| {
        std::future::ready(Ok::<_, Infallible>(compressed.clone()))
    });
    let plain = Decompression::new(service).oneshot(hyper::Request::new(())).await.unwrap();
    let plain: Bytes = plain.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&plain).unwrap()
}

#[tokio::test]
async fn large_responses_are_compressed_as_the_client_accepts() {
    let shop = Shop::open().await;
    let query = "{ __schema { types { name description fields { name description } } } }";
    let plain = ask_in(&shop, "identity", query).await;
    assert_eq!(plain.headers.get(CONTENT_ENCODING), None);
    for (accepted, encoding) in
        [("gzip", "gzip"), ("br", "br"), ("gzip;q=1.0, br;q=0.5, *;q=0", "gzip"), ("deflate, zstd, br", "br")]
    {
        let answer = ask_in(&shop, accepted, query).await;
        assert_eq!(answer.headers[CONTENT_ENCODING], encoding, "{accepted}");
        assert!(varies_by(&answer, "accept-encoding"));
        assert_eq!(answer.headers[CONTENT_LENGTH], answer.body.len().to_string().as_str());
        assert!(answer.body.len() * 2 < plain.body.len(), "{encoding}: {} bytes", answer.body.len());
        assert_eq!(decompressed(&answer).await, plain.json(), "{encoding}");
    }
    for nothing_we_have in ["", "deflate", "zstd", "gzip;q=0", "identity;q=0", "*;q=0"] {
        let answer = ask_in(&shop, nothing_we_have, query).await;
        assert_eq!((answer.status.as_u16(), answer.headers.get(CONTENT_ENCODING)), (200, None));
        assert_eq!(answer.body, plain.body, "{nothing_we_have}");
    }
}

#[tokio::test]
async fn small_responses_are_not_compressed() {
    let shop = Shop::open().await;
    let answer = ask_in(&shop, "gzip, br, zstd", "{ __typename }").await;
    assert_eq!(answer.headers.get(CONTENT_ENCODING), None);
    assert_eq!(answer.json(), json!({"data": {"__typename": "Query"}}));
}
