//! HTTP/2 without TLS, with prior knowledge.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Method, Request, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use oms::config::http::Http;
use oms::config::limits::Limits;
use oms::http::Settings;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;

use super::faulty::{COMPUTES, Faulty, look_for_much};
use super::overload::PATIENCE;
use crate::shop::Shop;

type Sender = SendRequest<Full<Bytes>>;

/// Opens a connection. Returns its sender and the task that drives it.
async fn connect(address: SocketAddr) -> (Sender, JoinHandle<hyper::Result<()>>) {
    let stream = TcpStream::connect(address).await.unwrap();
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    (sender, tokio::spawn(connection))
}

/// Posts a query and returns the status and the response.
async fn post(sender: &mut Sender, query: &str) -> (u16, Value) {
    let body = json!({ "query": query }).to_string();
    send(sender, "localhost", body).await
}

async fn send(sender: &mut Sender, host: &str, body: String) -> (u16, Value) {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://{host}/graphql"))
        .header("content-type", "application/json")
        .header("x-request-id", "of-mine")
        .body(Full::new(body.into()))
        .unwrap();
    let response = timeout(PATIENCE, sender.send_request(request)).await.unwrap().unwrap();
    assert_eq!(response.version(), Version::HTTP_2);
    assert_eq!(response.headers()["x-request-id"], "of-mine");
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn many_requests_share_one_connection() {
    let shop = Shop::open().await;
    let (sender, _connection) = connect(shop.address()).await;
    let mut requests = JoinSet::new();
    for n in 0..20 {
        let mut sender = sender.clone();
        requests.spawn(async move {
            let (status, body) = post(&mut sender, &format!("{{ a{n}: __typename }}")).await;
            assert_eq!((status, &body["data"][format!("a{n}")]), (200, &json!("Query")));
        });
    }
    assert_eq!(requests.join_all().await.len(), 20);
}

#[tokio::test]
async fn a_slow_request_delays_no_other_on_its_connection() {
    let shop = Faulty::open(Settings::default());
    let (sender, _connection) = connect(shop.address()).await;
    let mut first = sender.clone();
    let slow = tokio::spawn(async move { post(&mut first, &look_for_much(COMPUTES)).await });
    shop.busy(1).await;
    let (status, body) = post(&mut sender.clone(), "{ __typename }").await;
    assert_eq!((status, body), (200, json!({"data": {"__typename": "Query"}})));
    assert!(!slow.is_finished());
    shop.release();
    assert_eq!(slow.await.unwrap().0, 200);
}

#[tokio::test]
async fn errors_are_the_same_as_with_http_1() {
    let limits = Limits { max_body: 1_000, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let (mut sender, _connection) = connect(shop.address()).await;
    let (status, body) = send(&mut sender, "localhost", " ".repeat(2_000)).await;
    assert_eq!((status, &body["errors"][0]["extensions"]["code"]), (413, &json!("BAD_REQUEST")));
    assert_eq!(send(&mut sender, "evil.example", r#"{"query": "{ a }"}"#.to_owned()).await.0, 421);
    assert_eq!(send(&mut sender, "localhost", "[]".to_owned()).await.0, 400);
    assert_eq!(post(&mut sender, "{ __typename }").await.0, 200);
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let http = Http { idle_timeout: Duration::from_millis(300), ..Http::default() };
    let shop = Shop::open_with(Settings { http, ..Settings::default() }).await;
    let (mut sender, connection) = connect(shop.address()).await;
    assert_eq!(post(&mut sender, "{ __typename }").await.0, 200);
    // The connection may end with an error.
    let _ = timeout(PATIENCE, connection).await.expect("the connection stays open").unwrap();
}

#[tokio::test]
async fn a_client_that_sends_only_the_preface_is_closed() {
    let limits = Limits { timeout: Duration::from_millis(300), ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let mut stream = TcpStream::connect(shop.address()).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("the connection stays open");
}

#[tokio::test]
async fn shutdown_completes_the_requests_of_a_connection() {
    let mut shop = Faulty::open(Settings::default());
    let (sender, connection) = connect(shop.address()).await;
    let mut first = sender.clone();
    let slow = tokio::spawn(async move { post(&mut first, &look_for_much(COMPUTES)).await });
    shop.busy(1).await;
    shop.begin_stop();
    while TcpStream::connect(shop.address()).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    shop.release();
    assert_eq!(slow.await.unwrap().0, 200);
    shop.stop().await;
    // The server closes the connection although the client keeps it open.
    let _ = timeout(PATIENCE, connection).await.expect("the connection stays open").unwrap();
    drop(sender);
}
