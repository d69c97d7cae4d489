//! The reference server for PostgreSQL: a connection pool of the same size as that of the product; each
//! connection has its own prepared statements and serves one request at a time.

mod place;
mod shop;

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use axum::routing::get;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::order::{self, Input};
use super::{failure, now, ok};
use crate::Result;
use shop::Shop;

const CONNECTIONS: usize = 16;

struct Shops {
    free: Mutex<Vec<Shop>>,
    places: Semaphore,
}

/// A connection that is checked out of the pool until it is dropped.
struct Taken<'a> {
    shop: Option<Shop>,
    shops: &'a Shops,
    _place: SemaphorePermit<'a>,
}

pub async fn router(url: &str) -> Result<Router> {
    let mut free = Vec::new();
    for _ in 0..CONNECTIONS {
        free.push(Shop::open(url).await?);
    }
    let shops = Shops { free: Mutex::new(free), places: Semaphore::new(CONNECTIONS) };
    Ok(Router::new()
        .route("/customers/{id}", get(customer))
        .route("/customers", get(customers))
        .route("/orders", get(latest_orders).post(create_order))
        .route("/products", get(products))
        .with_state(Arc::new(shops)))
}

async fn customer(State(shops): State<Arc<Shops>>, Path(id): Path<String>) -> Response<Body> {
    match id.strip_prefix("cus_").and_then(|key| key.parse().ok()) {
        Some(key) => ok(shops.take().await.shop().customer(key).await),
        None => failure(StatusCode::BAD_REQUEST),
    }
}

async fn customers(State(shops): State<Arc<Shops>>) -> Response<Body> {
    ok(shops.take().await.shop().customers().await)
}

async fn latest_orders(State(shops): State<Arc<Shops>>) -> Response<Body> {
    ok(shops.take().await.shop().latest_orders().await)
}

async fn products(State(shops): State<Arc<Shops>>) -> Response<Body> {
    ok(shops.take().await.shop().products().await)
}

async fn create_order(State(shops): State<Arc<Shops>>, body: Bytes) -> Response<Body> {
    let Ok(input) = serde_json::from_slice::<Input>(&body) else { return failure(StatusCode::BAD_REQUEST) };
    // A separate task completes the order even if the client disconnects.
    let task = tokio::spawn(async move { shops.take().await.shop().place(&input, now()).await });
    match task.await {
        Ok(placed) => ok(order::answer(&placed)),
        Err(_) => failure(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

impl Shops {
    async fn take(&self) -> Taken<'_> {
        let place = self.places.acquire().await.expect("never closed");
        Taken { shop: self.free().pop(), shops: self, _place: place }
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Shop>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken<'_> {
    fn shop(&self) -> &Shop {
        self.shop.as_ref().expect("there are as many as places")
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.shops.free().extend(self.shop.take());
    }
}
