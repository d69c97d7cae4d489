//! Resources that clients hold: permits, request bodies that are being received, responses that are being sent.

use std::net::SocketAddr;
use std::time::Duration;

use diesel::prelude::*;
use oms::config::limits::Limits;
use oms::http::Settings;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::shop::Shop;

pub const SHORT: &str = r#"{"query": "{ __typename }"}"#;
const JSON: Option<&str> = Some("application/json");
/// The time after which a test fails.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// A timeout that is long enough to compute a large response on a busy machine.
const SHORTLY: Duration = Duration::from_secs(6);
/// The size of a response that exceeds the buffers of the sockets by far, in bytes.
const LENGTH: usize = 20_000_000;

/// Returns a server with a customer whose notes are large.
async fn with_long_answers(settings: Settings) -> Shop {
    let shop = Shop::open_with(settings).await;
    let notes = "x".repeat(LENGTH / 200);
    let change = move |conn: &mut oms::db::Conn, _| {
        let notes = format!("UPDATE customers SET notes = '{notes}' WHERE id = 3");
        Ok(diesel::sql_query(notes).execute(conn)?)
    };
    shop.db().write(change).await.unwrap();
    shop
}

/// Returns a request whose response has more than [`LENGTH`] bytes.
fn long() -> String {
    let ids = json!(vec!["cus_3"; 100]);
    let query = "query($ids: [ID!]!) { a: nodes(ids: $ids) { ... on Customer { notes } }
        b: nodes(ids: $ids) { ... on Customer { notes } } }";
    posted(&json!({"query": query, "variables": {"ids": ids}}).to_string())
}

pub fn posted(body: &str) -> String {
    let length = body.len();
    format!("{}content-length: {length}\r\n\r\n{body}", head())
}

fn head() -> &'static str {
    "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
}

/// Opens a connection with a small receive buffer and sends `text`.
pub async fn say(address: SocketAddr, text: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    let mut connection = socket.connect(address).await.unwrap();
    connection.write_all(text.as_bytes()).await.unwrap();
    connection
}

/// Reads the head of a response. Returns the status, the size of head and body, and the bytes that were read.
pub async fn read_head(connection: &mut TcpStream) -> (u16, usize, Vec<u8>) {
    let mut seen = Vec::new();
    loop {
        let mut buffer = [0; 1024];
        let length = timeout(PATIENCE, connection.read(&mut buffer)).await.unwrap().unwrap();
        assert!(length > 0, "it ends with {:?}", String::from_utf8_lossy(&seen));
        seen.extend_from_slice(&buffer[..length]);
        let Some(end) = seen.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
        let head = String::from_utf8(seen[..end].to_vec()).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.split("content-length: ").nth(1).unwrap().lines().next().unwrap();
        return (status, end + 4 + length.parse::<usize>().unwrap(), seen);
    }
}

/// Reads the rest of a response of `length` bytes, after the bytes in `seen`.
pub async fn read_rest(connection: &mut TcpStream, seen: Vec<u8>, length: usize) -> Vec<u8> {
    let mut all = seen;
    let mut rest = vec![0; length - all.len()];
    timeout(PATIENCE, connection.read_exact(&mut rest)).await.unwrap().unwrap();
    all.extend_from_slice(&rest);
    all
}

async fn wait_for_a_permit(shop: &Shop) {
    let free = async {
        while shop.post(JSON, SHORT).await.status != 200 {
            sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(timeout(PATIENCE, free).await.is_ok(), "a permit is never released");
}

#[tokio::test]
async fn a_response_holds_its_permit_until_it_has_been_sent() {
    let limits = Limits { max_concurrent: 1, timeout: PATIENCE, ..Limits::default() };
    let shop = with_long_answers(Settings { limits, ..Settings::default() }).await;
    let mut reader = say(shop.address(), &long()).await;
    let (status, length, seen) = read_head(&mut reader).await;
    assert!(status == 200 && length > LENGTH);
    for _ in 0..3 {
        assert_eq!(shop.post(JSON, SHORT).await.status, 503);
        assert_eq!(shop.get("/health/ready").await.status, 200);
    }
    read_rest(&mut reader, seen, length).await;
    wait_for_a_permit(&shop).await;
    // The connection can be used again.
    reader.write_all(posted(SHORT).as_bytes()).await.unwrap();
    let (status, length, seen) = read_head(&mut reader).await;
    assert_eq!(status, 200);
    let answer = read_rest(&mut reader, seen, length).await;
    assert!(answer.ends_with(br#"{"data":{"__typename":"Query"}}"#));
}

#[tokio::test]
async fn a_compressed_response_is_sent_and_releases_its_permit() {
    let limits = Limits { max_concurrent: 1, ..Limits::default() };
    let shop = with_long_answers(Settings { limits, ..Settings::default() }).await;
    let body = long();
    let (_, body) = body.split_once("\r\n\r\n").unwrap();
    for encoding in ["gzip", "br"] {
        let headers = [("content-type", "application/json"), ("accept-encoding", encoding)];
        let answer = shop.send_with(hyper::Method::POST, "/graphql", headers, body.to_owned()).await.unwrap();
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["content-encoding"]),
            (200, &encoding.parse().unwrap())
        );
        wait_for_a_permit(&shop).await;
    }
}

#[tokio::test]
async fn a_response_that_is_not_read_is_closed_by_the_write_timeout() {
    let limits = Limits { max_concurrent: 1, timeout: SHORTLY, ..Limits::default() };
    let shop = with_long_answers(Settings { limits, ..Settings::default() }).await;
    let mut deaf = say(shop.address(), &long()).await;
    assert_eq!(read_head(&mut deaf).await.0, 200);
    assert_eq!(shop.post(JSON, SHORT).await.status, 503);
    wait_for_a_permit(&shop).await;
}

#[tokio::test]
async fn slow_senders_hold_no_permit() {
    let limits = Limits { max_concurrent: 2, timeout: PATIENCE, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let whole = posted(SHORT);
    let (now, later) = whole.split_at(whole.len() - 5);
    let mut slow = Vec::new();
    for _ in 0..20 {
        slow.push(say(shop.address(), now).await);
    }
    for _ in 0..10 {
        assert_eq!(shop.post(JSON, SHORT).await.status, 200);
    }
    // The slow requests are answered as well.
    for mut connection in slow {
        connection.write_all(later.as_bytes()).await.unwrap();
        assert_eq!(read_head(&mut connection).await.0, 200);
    }
}

#[tokio::test]
async fn request_bodies_share_a_memory_budget() {
    let limits = Limits { max_concurrent: 1, max_body: 500_000, timeout: PATIENCE, ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let body = format!("{SHORT}{}", " ".repeat(400_000));
    let whole = posted(&body);
    let (now, later) = whole.split_at(300_000);
    // Slightly below the memory budget, which is at least 16 bodies of the maximum size.
    let mut slow = Vec::new();
    for _ in 0..26 {
        slow.push(say(shop.address(), now).await);
    }
    // The budget is used up when the server has read these bytes.
    loop {
        let answer = shop.post(JSON, body.clone()).await;
        if answer.status == 503 {
            super::assert_refused(&answer, 503, "SERVICE_UNAVAILABLE", "too many requests");
            break;
        }
        sleep(Duration::from_millis(5)).await;
    }
    // Small bodies are not counted.
    assert_eq!(shop.post(JSON, SHORT).await.status, 200);
    for mut connection in slow {
        connection.write_all(later.as_bytes()).await.unwrap();
        assert_eq!(read_head(&mut connection).await.0, 200);
    }
    // The budget has been released.
    assert_eq!(shop.post(JSON, body).await.status, 200);
}

#[tokio::test]
async fn a_body_in_many_chunks_is_received() {
    let shop = Shop::open().await;
    let body = json!({"query": "query($v: String!) { __type(name: $v) { name } }", "variables": {"v": "é".repeat(50_000)}});
    let mut request = format!("{}transfer-encoding: chunked\r\n\r\n", head()).into_bytes();
    for piece in body.to_string().as_bytes().chunks(999) {
        request.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        request.extend_from_slice(piece);
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    let mut connection = TcpStream::connect(shop.address()).await.unwrap();
    connection.write_all(&request).await.unwrap();
    let (status, length, seen) = read_head(&mut connection).await;
    assert_eq!(status, 200);
    assert!(read_rest(&mut connection, seen, length).await.ends_with(br#"{"data":{"__type":null}}"#));
}
