//! How many connections there are, and who has to go for one more.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use oms::config::limits::Limits;
use oms::http::Settings;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::faulty::{COMPUTES, Faulty, look_for};
use super::room::{PATIENCE, SHORT, posted, read_head, read_rest, say};
use crate::shop::Shop;

fn live() -> &'static str {
    "GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n"
}

async fn is_closed(connection: &mut TcpStream) -> bool {
    let mut rest = Vec::new();
    // Reset, where there was something on its way.
    timeout(PATIENCE, connection.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test]
async fn for_one_connection_more_the_one_that_has_waited_longest_is_closed() {
    // Idle, in the middle of a head, in the middle of a body, silent from the start: it is all the same.
    let whole = posted(SHORT);
    let half = whole.split_at(whole.len() - 5);
    let ways = ["", "GET /health/live HTTP/1.1\r\nhost:", half.0];
    for said in ways {
        let limits = Limits { max_connections: 2, timeout: PATIENCE, ..Limits::default() };
        let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
        let mut first = say(shop.address(), live()).await;
        let (_, length, seen) = read_head(&mut first).await;
        read_rest(&mut first, seen, length).await;
        first.write_all(said.as_bytes()).await.unwrap();
        let mut second = say(shop.address(), live()).await;
        assert_eq!(read_head(&mut second).await.0, 200);
        let mut third = say(shop.address(), live()).await;
        assert_eq!(read_head(&mut third).await.0, 200, "{said}");
        assert!(is_closed(&mut first).await, "{said}");
        second.write_all(live().as_bytes()).await.unwrap();
        assert_eq!(read_head(&mut second).await.0, 200, "{said}");
    }
}

#[tokio::test]
async fn where_no_connection_waits_for_its_client_a_new_one_waits_for_room() {
    let limits = Limits { max_connections: 1, timeout: PATIENCE, ..Limits::default() };
    let shop = Faulty::open(Settings { limits, ..Settings::default() });
    let body = json!({"query": look_for(COMPUTES)}).to_string();
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
    assert_eq!(read_head(&mut next).await.0, 200);
}

/// How many of these have been answered and are still open.
fn open(connections: &[TcpStream], answered: &mut [bool]) -> usize {
    let look = |(connection, is_answered): (&TcpStream, &mut bool)| {
        let mut buffer = [0; 4096];
        loop {
            match connection.try_read(&mut buffer) {
                Ok(1..) => *is_answered = true,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return *is_answered,
                Ok(0) | Err(_) => return false,
            }
        }
    };
    connections.iter().zip(answered).filter_map(|pair| look(pair).then_some(())).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_come_at_once_there_are_no_more_connections_than_there_may_be() {
    let limits = Limits { max_connections: 10, timeout: PATIENCE, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let mut idle = Vec::new();
    for _ in 0..10 {
        let mut connection = say(shop.address(), live()).await;
        assert_eq!(read_head(&mut connection).await.0, 200);
        idle.push(connection);
    }
    // Until each of them can be done without.
    sleep(Duration::from_millis(1_200)).await;
    let mut burst = Vec::new();
    for _ in 0..200 {
        burst.push(say(shop.address(), live()).await);
    }
    let mut answered = vec![false; burst.len()];
    let started = Instant::now();
    while answered.iter().filter(|is_answered| **is_answered).count() < 10 {
        open(&burst, &mut answered);
        assert!(started.elapsed() < PATIENCE, "nobody is let in");
        sleep(Duration::from_millis(5)).await;
    }
    // Looking takes time, in which some may be closed for others.
    let most = open(&burst, &mut answered);
    assert!(most <= 20, "there are {most}");
}

#[tokio::test]
async fn who_says_a_word_now_and_then_keeps_nobody_out() {
    let limits = Limits { max_connections: 2, timeout: PATIENCE, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let mut chatting = Vec::new();
    for _ in 0..2 {
        let mut connection = say(shop.address(), live()).await;
        assert_eq!(read_head(&mut connection).await.0, 200);
        chatting.push(tokio::spawn(async move {
            // Until it is closed.
            while connection.write_all(live().as_bytes()).await.is_ok() {
                sleep(Duration::from_millis(200)).await;
                let mut answer = [0; 4096];
                if !matches!(connection.try_read(&mut answer), Ok(1..)) {
                    return;
                }
            }
        }));
    }
    let mut next = say(shop.address(), live()).await;
    let answered = timeout(Duration::from_secs(20), read_head(&mut next)).await;
    assert_eq!(answered.expect("it is never let in").0, 200);
    // The other one is left alone, and this one is only to end.
    for chat in chatting {
        chat.abort();
    }
}
