//! Upgrades: without subscriptions, a WebSocket handshake is refused, and the connection stays usable.

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::overload::{read_head, read_rest};
use crate::shop::Shop;

#[tokio::test]
async fn a_websocket_handshake_is_refused_and_the_connection_stays_open() {
    let shop = Shop::open().await;
    let mut connection = TcpStream::connect(shop.address()).await.unwrap();
    let handshake = "GET /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
        sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
    connection.write_all(handshake.as_bytes()).await.unwrap();
    let (status, length, seen) = read_head(&mut connection).await;
    let response = String::from_utf8(read_rest(&mut connection, seen, length).await).unwrap();
    assert_eq!(status, 400);
    assert!(response.contains("accepts no WebSocket connections"), "{response}");
    assert!(!response.to_lowercase().contains("sec-websocket-accept"), "{response}");
    let query = "GET /graphql?query={__typename} HTTP/1.1\r\nhost: localhost\r\n\r\n";
    connection.write_all(query.as_bytes()).await.unwrap();
    let (status, length, seen) = read_head(&mut connection).await;
    let response = read_rest(&mut connection, seen, length).await;
    assert_eq!(status, 200);
    assert!(response.ends_with(br#"{"data":{"__typename":"Query"}}"#));
}
