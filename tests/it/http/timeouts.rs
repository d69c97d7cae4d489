//! Timeouts of connections that are slow or idle.

use std::time::Duration;

use oms::config::http::Http;
use oms::config::limits::Limits;
use oms::http::Settings;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::faulty::{COMPUTES, Faulty, look_for_much};
use crate::shop::Shop;

const TIMEOUT: Duration = Duration::from_millis(300);

async fn hurried() -> Shop {
    let limits = Limits { timeout: TIMEOUT, max_concurrent: 1, ..Limits::default() };
    Shop::open_with(Settings { limits, ..Settings::default() }).await
}

/// Returns the response to bytes that are sent slowly, one at a time, until the connection is closed.
async fn answer_to_a_trickle(shop: &Shop, at_once: &str, bytes: &str) -> String {
    let (mut from, mut to) = TcpStream::connect(shop.address()).await.unwrap().into_split();
    to.write_all(at_once.as_bytes()).await.unwrap();
    let bytes = bytes.as_bytes().to_vec();
    let sending = tokio::spawn(async move {
        for byte in bytes {
            sleep(TIMEOUT / 20).await;
            // Fails when the server has closed the connection.
            if to.write_all(&[byte]).await.is_err() {
                return;
            }
        }
        // Sends nothing more and keeps the connection open.
        std::future::pending::<()>().await;
    });
    let mut answer = Vec::new();
    // The connection is reset if bytes were in flight.
    let _ = from.read_to_end(&mut answer).await;
    sending.abort();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_slow_request_head_times_out() {
    let shop = hurried().await;
    let head =
        format!("GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-of-no-interest: {}", "a".repeat(10_000));
    assert_eq!(answer_to_a_trickle(&shop, "", &head).await, "");
    assert_eq!(answer_to_a_trickle(&shop, &head, "").await, "");
}

#[tokio::test]
async fn a_slow_body_times_out() {
    let shop = hurried().await;
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n";
    let answer = answer_to_a_trickle(&shop, head, &format!("{{\"query\": \"{}", " ".repeat(10_000))).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert!(answer.to_lowercase().contains("connection: close\r\n"), "{answer}");
    assert!(answer.contains("\"REQUEST_TIMEOUT\""), "{answer}");
    // The permit, the only one, has been released.
    assert_eq!(shop.get("/graphql?query={__typename}").await.status, 200);
}

#[tokio::test]
async fn a_connection_without_a_request_times_out() {
    let shop = hurried().await;
    assert_eq!(answer_to_a_trickle(&shop, "", "").await, "");
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected() {
    let shop = hurried().await;
    let mut deaf = TcpStream::connect(shop.address()).await.unwrap();
    // The responses exceed the buffers of the sockets by far.
    let types = "{__schema{types{name,description,fields{name,description,type{name}}}}}";
    let request = format!("GET /graphql?query={types} HTTP/1.1\r\nhost: localhost\r\n\r\n").repeat(400);
    let (_from, mut to) = deaf.split();
    let sent = tokio::time::timeout(Duration::from_secs(20), to.write_all(request.as_bytes())).await;
    assert!(sent.is_ok(), "nobody reads what it asks for");
    // A write fails when the server has closed the connection.
    let hung_up = async {
        while to.write_all(b"x").await.is_ok() {
            sleep(TIMEOUT).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), hung_up).await.is_ok(), "it waits for ever");
}

#[tokio::test]
async fn an_idle_connection_outlives_the_request_timeout() {
    let shop = hurried().await;
    let mut connection = TcpStream::connect(shop.address()).await.unwrap();
    for _ in 0..3 {
        connection.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut buffer = [0; 1024];
        let length = connection.read(&mut buffer).await.unwrap();
        assert!(buffer[..length].starts_with(b"HTTP/1.1 200 OK\r\n"), "{:?}", &buffer[..length]);
        sleep(TIMEOUT * 2).await;
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let shop = hurried().await;
    let mut connection = TcpStream::connect(shop.address()).await.unwrap();
    let one = "GET /graphql?query={__typename} HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let last = "GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    connection.write_all(format!("{}{last}", one.repeat(20)).as_bytes()).await.unwrap();
    let answers = super::read_all(connection).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 21, "{answers}");
    assert_eq!(answers.matches(r#"{"data":{"__typename":"Query"}}"#).count(), 20);
    assert!(answers.ends_with("live\n"));
}

#[tokio::test]
async fn each_pipelined_request_has_its_own_timeout() {
    let limits = Limits { timeout: TIMEOUT, ..Limits::default() };
    let shop = Faulty::open(Settings { limits, ..Settings::default() });
    let slow = look_for_much(COMPUTES).replace([' ', '\n'], "%20").replace('"', "%22");
    let mut connection = TcpStream::connect(shop.address()).await.unwrap();
    let both = format!(
        "GET /graphql?query={slow} HTTP/1.1\r\nhost: localhost\r\n\r\n\
         GET /graphql?query={{__typename}} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    );
    connection.write_all(both.as_bytes()).await.unwrap();
    let answers = super::read_all(connection).await;
    assert!(answers.starts_with("HTTP/1.1 504 "), "{answers}");
    assert!(answers.ends_with(r#"{"data":{"__typename":"Query"}}"#), "{answers}");
}

#[tokio::test]
async fn a_connection_is_closed_after_the_idle_timeout() {
    let http = Http { idle_timeout: TIMEOUT, ..Http::default() };
    let shop = Shop::open_with(Settings { http, ..Settings::default() }).await;
    let mut connection = TcpStream::connect(shop.address()).await.unwrap();
    connection.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    // Less than the timeout of a request.
    let answers = tokio::time::timeout(Duration::from_secs(8), super::read_all(connection)).await.unwrap();
    assert!(answers.starts_with("HTTP/1.1 200 OK\r\n") && answers.ends_with("live\n"), "{answers}");
}
