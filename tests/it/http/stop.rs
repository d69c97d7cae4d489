//! Graceful shutdown: requests in flight are completed, within their timeout.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use oms::config::http::Http;
use oms::config::limits::Limits;
use oms::db::schema::customers;
use oms::db::{Conn, Purpose};
use oms::http::Settings;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::faulty::{COMPUTES, Faulty, look_for_much};
use super::read_all;
use crate::books::assert_balanced;
use crate::client::Client;
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::shop::Shop;
use crate::store::Store;

on_each_database! {
    async fn shutdown_completes_a_blocked_write;
    async fn the_second_signal_aborts_requests_in_flight;
}

#[tokio::test]
async fn shutdown_completes_requests_in_flight() {
    let shop = Shop::open().await;
    let (db, address) = (shop.db().clone(), shop.address());
    let body = r#"{"query": "{ __typename }"}"#;
    let (now, later) = body.split_at(9);
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut half_sent = TcpStream::connect(address).await.unwrap();
    half_sent.write_all(format!("{head}{now}").as_bytes()).await.unwrap();
    let mut hardly_begun = TcpStream::connect(address).await.unwrap();
    hardly_begun.write_all(b"GET /health/ready").await.unwrap();
    // Accepted after both connections, so the server has accepted these too.
    assert_eq!(shop.get("/health/ready").await.status, 200);

    let stopping = shop.stop();
    wait_until_refused(address).await;
    hardly_begun.write_all(b" HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
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
async fn shutdown_does_not_wait_for_idle_connections() {
    let shop = Shop::open().await;
    let silent = TcpStream::connect(shop.address()).await.unwrap();
    // Accepted after the silent connection, so the server has accepted that too. This connection stays open.
    assert_eq!(shop.get("/health/ready").await.status, 200);
    let started = Instant::now();
    shop.close().await;
    // Less than the timeout of a request.
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    drop(silent);
}

#[tokio::test]
async fn shutdown_waits_for_a_request_until_its_timeout() {
    let shop = Shop::open_with(within(Duration::from_secs(1))).await;
    let mut stuck = TcpStream::connect(shop.address()).await.unwrap();
    stuck
        .write_all(
            b"POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{",
        )
        .await
        .unwrap();
    assert_eq!(shop.get("/health/ready").await.status, 200);
    shop.close().await;
    assert!(read_all(stuck).await.starts_with("HTTP/1.1 408 "));
}

#[tokio::test]
async fn shutdown_does_not_wait_for_work_beyond_the_timeout() {
    let shop = Faulty::open(within(Duration::from_millis(200)));
    let given_up = shop.try_run(&look_for_much(COMPUTES), json!({})).await.unwrap();
    assert_eq!(given_up.status, 504);
    // The thread is still busy.
    shop.stop().await;
}

async fn shutdown_completes_a_blocked_write(on: On) {
    let shop = Shop::open_on(on).await;
    let (client, address) = (shop.client(), shop.address());
    // Locks the customer, or the whole SQLite file.
    let mut other = shop.store().writer();
    other.batch_execute("BEGIN; UPDATE customers SET version = version WHERE id = 3").unwrap();
    let change = r#"mutation { updateCustomer(input: {id: "cus_3", name: "Grace"}) { errors { code } } }"#;
    let write = tokio::spawn(async move { client.run(change, json!({})).await });
    wait_until_waiting(&shop).await;
    let stopping = shop.stop();
    wait_until_refused(address).await;
    other.batch_execute("COMMIT").unwrap();
    assert_eq!(write.await.unwrap(), json!({"updateCustomer": {"errors": []}}));
    let store = stopping.closed().await;
    assert_eq!(named_grace(&mut store.conn()), 1);
}

async fn the_second_signal_aborts_requests_in_flight(on: On) {
    let shop = Shop::start(on, within(Duration::from_secs(600))).await;
    let (client, address) = (shop.client(), shop.address());
    let mut half_sent = TcpStream::connect(address).await.unwrap();
    half_sent.write_all(b"POST /graphql HTTP/1.1\r\nhost: localhost\r\n").await.unwrap();
    let mut other = shop.store().writer();
    other.batch_execute("BEGIN; UPDATE customers SET version = version WHERE id = 3").unwrap();
    let change = r#"mutation { updateCustomer(input: {id: "cus_3", name: "Grace"}) { errors { code } } }"#;
    let write = tokio::spawn(async move { client.try_run(change, json!({})).await.is_ok() });
    wait_until_waiting(&shop).await;
    let stopping = shop.stop();
    wait_until_refused(address).await;
    // One request is incomplete, and the other is blocked by the lock.
    let store = tokio::time::timeout(Duration::from_secs(60), stopping.hurried()).await.unwrap();
    assert!(!write.await.unwrap(), "it was not held up");
    other.batch_execute("ROLLBACK").unwrap();
    drop((half_sent, store));
}

#[tokio::test]
async fn the_second_signal_ends_the_process_immediately() {
    let file = Store::filled(On::Sqlite);
    let process = Process::serve_with(file.path(), &["--timeout", "600"]);
    let address = process.client().address();
    let change = r#"mutation { updateCustomer(input: {id: "cus_3", name: "Grace"}) { errors { code } } }"#;
    process.client().run(change, json!({})).await;
    let mut half_sent = TcpStream::connect(address).await.unwrap();
    half_sent.write_all(b"POST /graphql HTTP/1.1\r\nhost: localhost\r\n").await.unwrap();
    assert_eq!(process.client().get("/health/live").await.status, 200);
    process.tell("TERM");
    wait_until_refused(address).await;
    assert!(process.signal("INT").success());
    assert_balanced(&file);
    assert!(!file.path().with_extension("db-wal").exists(), "the write-ahead log was not put away");
    assert_eq!(named_grace(&mut file.conn()), 1);
    drop(half_sent);
}

/// Waits until a request is in progress.
async fn wait_until_waiting(shop: &Shop) {
    loop {
        let page = shop.get("/metrics").await;
        if String::from_utf8_lossy(&page.body).contains("\noms_requests_under_way 1\n") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn named_grace(conn: &mut Conn) -> i64 {
    customers::table.filter(customers::name.eq("Grace")).count().get_result(conn).unwrap()
}

#[tokio::test]
async fn shutdown_checkpoints_the_database_despite_an_open_read() {
    let shop = Shop::open().await;
    let change = r#"mutation { updateCustomer(input: {id: "cus_3", name: "Grace"}) { errors { code } } }"#;
    shop.run(change, json!({})).await;
    let reading = shop.db().session();
    let count = |conn: &mut Conn| customers::table.count().get_result::<i64>(conn);
    assert_eq!(reading.read_inline(count).await.unwrap(), 5);
    let file = shop.close().await;
    // Copied without the write-ahead log.
    let copy = file.path().with_file_name("copy.db");
    std::fs::copy(file.path(), &copy).unwrap();
    let mut conn = Conn::open(&copy.into(), Purpose::Read).unwrap();
    assert_eq!(named_grace(&mut conn), 1);
    drop(reading);
}

#[tokio::test]
async fn readiness_fails_while_draining() {
    let http = Http { drain: Duration::from_secs(2), ..Http::default() };
    let shop = Shop::open_with(Settings { http, ..Settings::default() }).await;
    let client = shop.client();
    let stopping = shop.stop();
    while client.get("/health/ready").await.status != 503 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // New connections are accepted until the load balancer has seen the readiness.
    let late = Client::of(client.address());
    assert_eq!(late.run("{ __typename }", json!({})).await, json!({"__typename": "Query"}));
    assert_eq!(late.get("/health/live").await.status, 200);
    wait_until_refused(client.address()).await;
    stopping.closed().await;
}

/// Returns settings with this request timeout.
fn within(timeout: Duration) -> Settings {
    let limits = Limits { timeout, ..Limits::default() };
    Settings { limits, ..Settings::default() }
}

async fn wait_until_refused(address: SocketAddr) {
    while TcpStream::connect(address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
