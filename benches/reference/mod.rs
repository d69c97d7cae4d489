//! The hand-written server that the product is measured against: axum, SQLite's C API, JSON into
//! one buffer, one thread. It does the same work on the same file and gives the same answers, and
//! does nothing else: no GraphQL, no paging, no filters, and none of the product's code.

mod json;
mod place;
mod shop;
mod sqlite;

use std::cell::{OnceCell, RefCell};
use std::io::Read as _;
use std::net::Ipv4Addr;
use std::time::SystemTime;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use axum::serve::ListenerExt as _;
use tokio::sync::oneshot;

use json::Json;
use place::{Input, Placed};
use shop::Shop;

thread_local! {
    static SHOP: OnceCell<RefCell<Shop>> = const { OnceCell::new() };
    static WAITING: RefCell<Vec<Waiting>> = const { RefCell::new(Vec::new()) };
}

/// An order that waits for the next transaction.
struct Waiting {
    input: Input,
    reply: oneshot::Sender<Placed>,
}

/// Serves until standard input ends: it goes when the one that started it does.
pub fn serve(database: &str, port: u16) -> std::io::Result<()> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    SHOP.with(|shop| _ = shop.get_or_init(|| RefCell::new(Shop::open(database))));
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let app = Router::new()
            .route("/health/live", get(|| async { "ok" }))
            .route("/customers/{id}", get(customer))
            .route("/customers", get(customers))
            .route("/orders", get(latest_orders).post(create_order))
            .route("/products", get(products));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let listener = listener.tap_io(|stream| {
            // It would be slower without, not wrong.
            let _ = stream.set_nodelay(true);
        });
        axum::serve(listener, app).await
    })
}

async fn customer(Path(id): Path<String>) -> Response<Body> {
    match id.strip_prefix("cus_").and_then(|key| key.parse().ok()) {
        Some(key) => ok(with_shop(|shop| shop.customer(key))),
        None => failure(StatusCode::BAD_REQUEST),
    }
}

async fn customers() -> Response<Body> {
    ok(with_shop(|shop| shop.customers()))
}

async fn latest_orders() -> Response<Body> {
    ok(with_shop(|shop| shop.latest_orders()))
}

async fn products() -> Response<Body> {
    ok(with_shop(|shop| shop.products()))
}

async fn create_order(body: Bytes) -> Response<Body> {
    let Ok(input) = serde_json::from_slice(&body) else { return failure(StatusCode::BAD_REQUEST) };
    let (reply, placed) = oneshot::channel();
    let first = WAITING.with_borrow_mut(|waiting| {
        waiting.push(Waiting { input, reply });
        waiting.len() == 1
    });
    if first {
        // A task of its own: it goes on when this client goes away.
        tokio::spawn(place_waiting());
    }
    match placed.await {
        Ok(placed) => ok(place::answer(&placed)),
        Err(_) => failure(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn place_waiting() {
    // Every request that can be read by now joins the transaction.
    tokio::task::yield_now().await;
    let waiting = WAITING.take();
    let outcomes = with_shop(|shop| shop.place_all(waiting.iter().map(|one| &one.input), now()));
    for (one, outcome) in waiting.into_iter().zip(outcomes) {
        // The client may have gone.
        let _ = one.reply.send(outcome);
    }
}

fn with_shop<R>(work: impl FnOnce(&mut Shop) -> R) -> R {
    SHOP.with(|shop| work(&mut shop.get().expect("the thread that serves").borrow_mut()))
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
