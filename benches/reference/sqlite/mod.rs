//! The reference server for SQLite, which uses the C API on a single thread.

#[allow(unsafe_code, reason = "calls the C API of SQLite")]
mod api;
mod place;
mod shop;

use std::cell::{OnceCell, RefCell};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use tokio::sync::oneshot;

use super::order::{self, Input, Placed};
use super::{failure, now, ok};
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

pub fn router(file: &str) -> Router {
    SHOP.with(|shop| _ = shop.get_or_init(|| RefCell::new(Shop::open(file))));
    Router::new()
        .route("/customers/{id}", get(customer))
        .route("/customers", get(customers))
        .route("/orders", get(latest_orders).post(create_order))
        .route("/products", get(products))
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
        // A separate task completes the order even if the client disconnects.
        tokio::spawn(place_waiting());
    }
    match placed.await {
        Ok(placed) => ok(order::answer(&placed)),
        Err(_) => failure(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn place_waiting() {
    // Yielding lets every request that is readable now join the transaction.
    tokio::task::yield_now().await;
    let waiting = WAITING.take();
    let outcomes = with_shop(|shop| shop.place_all(waiting.iter().map(|one| &one.input), now()));
    for (one, outcome) in waiting.into_iter().zip(outcomes) {
        // Sending fails if the client has disconnected.
        let _ = one.reply.send(outcome);
    }
}

fn with_shop<R>(work: impl FnOnce(&mut Shop) -> R) -> R {
    SHOP.with(|shop| work(&mut shop.get().expect("the thread that serves").borrow_mut()))
}
