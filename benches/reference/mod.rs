//! The hand-written reference servers for the comparison: axum, a native database client with prepared
//! statements, JSON in one buffer, one thread. They return the same responses from the same data, but have
//! no GraphQL, pagination or filters and share no code with the product.

mod answer;
mod json;
mod order;
mod postgres;
mod sqlite;

use std::io::Read as _;
use std::net::Ipv4Addr;
use std::time::SystemTime;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use axum::serve::ListenerExt as _;

use crate::Result;
use json::Json;

/// Serves requests until standard input closes, which happens when the parent process exits. `database` is
/// a PostgreSQL URL or the path of a SQLite file.
pub fn serve(database: &str, port: u16) -> Result<()> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let shop = if database.contains("://") {
            postgres::router(database).await?
        } else {
            sqlite::router(database)
        };
        let app = shop.route("/health/live", get(|| async { "ok" }));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let listener = listener.tap_io(|stream| {
            // TCP_NODELAY affects only the latency.
            let _ = stream.set_nodelay(true);
        });
        Ok(axum::serve(listener, app).await?)
    })
}

#[expect(clippy::disallowed_methods, reason = "a server of its own, with a clock of its own")]
fn now() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_micros() as i64)
}

fn ok(json: Json) -> Response<Body> {
    let mut response = Response::new(Body::from(json.into_bytes()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn failure(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
