//! A connection that is slow does not keep its place for ever, and one that is idle keeps it for long.

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

/// What is answered to `bytes`, sent one at a time, slowly, until the connection is closed.
async fn answer_to_a_trickle(shop: &Shop, at_once: &str, bytes: &str) -> String {
    let (mut from, mut to) = TcpStream::connect(shop.address()).await.unwrap().into_split();
    to.write_all(at_once.as_bytes()).await.unwrap();
    let bytes = bytes.as_bytes().to_vec();
    let sending = tokio::spawn(async move {
        for byte in bytes {
            sleep(TIMEOUT / 20).await;
            // Fails when the other side has had enough.
            if to.write_all(&[byte]).await.is_err() {
                return;
            }
        }
        // Says no more, and stays.
        std::future::pending::<()>().await;
    });
    let mut answer = Vec::new();
    // Reset, where there was something on its way.
    let _ = from.read_to_end(&mut answer).await;
    sending.abort();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_head_that_trickles_in_is_not_waited_for() {
    let shop = hurried().await;
    let head =
        format!("GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-of-no-interest: {}", "a".repeat(10_000));
    assert_eq!(answer_to_a_trickle(&shop, "", &head).await, "");
    assert_eq!(answer_to_a_trickle(&shop, &head, "").await, "");
}

#[tokio::test]
async fn a_body_that_trickles_in_is_not_waited_for() {
    let shop = hurried().await;
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 900000\r\n\r\n";
    let answer = answer_to_a_trickle(&shop, head, &format!("{{\"query\": \"{}", " ".repeat(10_000))).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert!(answer.to_lowercase().contains("connection: close\r\n"), "{answer}");
    assert!(answer.contains("\"REQUEST_TIMEOUT\""), "{answer}");
    // It was the only place.
    assert_eq!(shop.get("/graphql?query={__typename}").await.status, 200);
}

#[tokio::test]
async fn who_opens_a_connection_and_says_nothing_is_not_waited_for() {
    let shop = hurried().await;
    assert_eq!(answer_to_a_trickle(&shop, "", "").await, "");
}

#[tokio::test]
async fn who_does_not_read_his_answer_is_not_waited_for() {
    let shop = hurried().await;
    let mut deaf = TcpStream::connect(shop.address()).await.unwrap();
    // Far more than fits on the way, all of it asked for at once.
    let types = "{__schema{types{name,description,fields{name,description,type{name}}}}}";
    let request = format!("GET /graphql?query={types} HTTP/1.1\r\nhost: localhost\r\n\r\n").repeat(400);
    let (_from, mut to) = deaf.split();
    let sent = tokio::time::timeout(Duration::from_secs(20), to.write_all(request.as_bytes())).await;
    assert!(sent.is_ok(), "nobody reads what it asks for");
    // Of a connection that the other side has closed, a writer hears when it writes.
    let hung_up = async {
        while to.write_all(b"x").await.is_ok() {
            sleep(TIMEOUT).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), hung_up).await.is_ok(), "it waits for ever");
}

#[tokio::test]
async fn a_connection_is_kept_between_requests_for_longer_than_one_may_take() {
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
async fn requests_that_come_together_are_answered_one_after_the_other() {
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
async fn a_request_behind_one_that_took_too_long_has_a_time_of_its_own() {
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
async fn a_connection_that_is_idle_for_longer_than_it_may_be_is_closed() {
    let http = Http { idle_timeout: TIMEOUT, ..Http::default() };
    let shop = Shop::open_with(Settings { http, ..Settings::default() }).await;
    let mut connection = TcpStream::connect(shop.address()).await.unwrap();
    connection.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    // Less than a request may take.
    let answers = tokio::time::timeout(Duration::from_secs(8), super::read_all(connection)).await.unwrap();
    assert!(answers.starts_with("HTTP/1.1 200 OK\r\n") && answers.ends_with("live\n"), "{answers}");
}
