//! The limit on connections.

use std::time::Duration;

use oms::config::http::Http;
use oms::config::limits::Limits;
use oms::http::Settings;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::faulty::{COMPUTES, Faulty, look_for_much};
use super::overload::{PATIENCE, posted, read_head, read_rest, say};
use crate::shop::Shop;

fn live() -> &'static str {
    "GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n"
}

#[tokio::test]
async fn a_connection_over_the_limit_waits() {
    let limits = Limits { max_connections: 1, timeout: PATIENCE, ..Limits::default() };
    let shop = Faulty::open(Settings { limits, ..Settings::default() });
    let body = json!({"query": look_for_much(COMPUTES)}).to_string();
    let mut first = say(shop.address(), &posted(&body)).await;
    shop.busy(1).await;
    let mut next = say(shop.address(), live()).await;
    let answered = timeout(Duration::from_millis(500), next.readable()).await;
    assert!(answered.is_err(), "there are two");
    shop.release();
    let (status, length, seen) = read_head(&mut first).await;
    let answer = read_rest(&mut first, seen, length).await;
    let (_, body) = std::str::from_utf8(&answer).unwrap().split_once("\r\n\r\n").unwrap();
    assert_eq!((status, body.parse::<Value>().unwrap()), (200, json!({"data": {"customer": null}})));
    drop(first);
    assert_eq!(read_head(&mut next).await.0, 200);
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_served_when_another_one_ends() {
    const MAX: usize = 5;
    let limits = Limits { max_connections: MAX, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let mut open = Vec::new();
    for _ in 0..MAX {
        let mut connection = say(shop.address(), live()).await;
        assert_eq!(read_head(&mut connection).await.0, 200);
        open.push(connection);
    }
    let mut waiting = say(shop.address(), live()).await;
    let answered = timeout(Duration::from_millis(500), waiting.readable()).await;
    assert!(answered.is_err(), "there are more than {MAX}");
    drop(open.pop());
    assert_eq!(read_head(&mut waiting).await.0, 200);
}

#[tokio::test]
async fn the_idle_timeout_admits_a_waiting_connection() {
    let limits = Limits { max_connections: 1, ..Limits::default() };
    let http = Http { idle_timeout: Duration::from_millis(300), ..Http::default() };
    let shop = Shop::open_with(Settings { http, limits, ..Settings::default() }).await;
    let mut idle = say(shop.address(), live()).await;
    assert_eq!(read_head(&mut idle).await.0, 200);
    let mut next = say(shop.address(), live()).await;
    assert_eq!(read_head(&mut next).await.0, 200);
}
