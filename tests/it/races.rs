//! Concurrent clients over HTTP: the responses are consistent with each other, and no read returns an
//! inconsistent state.

mod units;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::books::{assert_audited, assert_balanced};
use crate::client::Client;
use crate::command::number;
use crate::kinds::{On, on_each_database};
use crate::shop::Shop;

/// The sampler box: 50 units on hand, no orders.
const LAST_FIFTY: &str = "prd_6";

const PLACE: &str = "mutation Place($input: CreateOrderInput!) {
  createOrder(input: $input) {
    order { id items { nodes { quantity } } }
    errors { __typename }
  }
}";
const CANCEL: &str = "mutation Cancel($input: CancelOrderInput!) {
  cancelOrder(input: $input) { order { status } errors { __typename } }
}";
const STOCK: &str =
    "query Stock($id: ID!) { inventory(by: { productId: $id }) { quantity reserved available } }";
const LATEST: &str = "query Latest($id: ID!) {
  inventory(by: { productId: $id }) { quantity reserved available }
  orders(last: 20) { nodes { id items(first: 1) { nodes { quantity } } } }
}";

on_each_database! {
    async fn stock_is_never_oversold_by_concurrent_orders;
    async fn concurrent_cancellations_release_stock_once;
    async fn concurrent_orders_and_cancellations_stay_consistent;
    async fn disconnected_client_leaves_no_partial_order;
}

async fn stock_is_never_oversold_by_concurrent_orders(on: On) {
    let shop = Shop::open_on(on).await;
    let over = Arc::new(AtomicBool::new(false));
    let reader = tokio::spawn(watch(shop.client(), over.clone()));

    let mut buyers = JoinSet::new();
    for buyer in 0..200 {
        let client = shop.client();
        // Four customers, so that the orders conflict on the stock alone.
        let customer = format!("cus_{}", 1 + buyer % 4);
        buyers.spawn(async move { place(&client, &customer, LAST_FIFTY, 1, None).await });
    }
    let outcomes = buyers.join_all().await;
    over.store(true, Ordering::Relaxed);

    let placed: Vec<&Value> = outcomes.iter().filter(|outcome| !outcome["order"].is_null()).collect();
    assert_eq!(placed.len(), 50);
    for outcome in placed {
        assert_eq!(outcome["order"]["items"]["nodes"], json!([{"quantity": 1}]));
        assert_eq!(outcome["errors"], json!([]));
    }
    let short = json!({"order": null, "errors": [{"__typename": "InsufficientStockError"}]});
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == short).count(), 150);

    let stock = shop.run(STOCK, json!({"id": LAST_FIFTY})).await;
    assert_eq!(stock["inventory"], json!({"quantity": 50, "reserved": 50, "available": 0}));
    assert!(reader.await.unwrap() > 0, "nobody read in between");
    assert_audited(&shop).await;
    assert_balanced(&shop.close().await);
}

/// Repeatedly reads values that must always be consistent. Returns the number of reads.
async fn watch(client: Client, over: Arc<AtomicBool>) -> u64 {
    let mut reads = 0;
    while !over.load(Ordering::Relaxed) {
        let data = client.run(LATEST, json!({"id": LAST_FIFTY})).await;
        let stock = &data["inventory"];
        let [quantity, reserved, available] =
            ["quantity", "reserved", "available"].map(|field| stock[field].as_i64().unwrap());
        assert!(available >= 0 && available == quantity - reserved, "{stock}");
        for order in data["orders"]["nodes"].as_array().unwrap() {
            assert_ne!(order["items"]["nodes"], json!([]), "{order}");
        }
        reads += 1;
    }
    reads
}

async fn concurrent_cancellations_release_stock_once(on: On) {
    let shop = Shop::open_on(on).await;
    let placed = place(&shop, "cus_1", LAST_FIFTY, 7, None).await;
    let order = placed["order"]["id"].clone();
    assert_eq!(reserved(&shop, LAST_FIFTY).await, 7);

    let mut callers = JoinSet::new();
    for _ in 0..20 {
        let (client, input) = (shop.client(), json!({"input": {"id": order}}));
        callers.spawn(async move { client.run(CANCEL, input).await["cancelOrder"].clone() });
    }
    let outcomes = callers.join_all().await;

    let done = json!({"order": {"status": "CANCELLED"}, "errors": []});
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == done).count(), 1, "{outcomes:#?}");
    let too_late = outcomes
        .iter()
        .filter(|outcome| outcome["errors"] == json!([{"__typename": "InvalidTransitionError"}]))
        .count();
    assert_eq!(too_late, 19, "{outcomes:#?}");
    assert_eq!(reserved(&shop, LAST_FIFTY).await, 0);
    assert_audited(&shop).await;
    assert_balanced(&shop.close().await);
}

async fn concurrent_orders_and_cancellations_stay_consistent(on: On) {
    let shop = Shop::open_on(on).await;
    let mut callers = JoinSet::new();
    for caller in 0..16 {
        let client = shop.client();
        callers.spawn(async move {
            for _ in 0..10 {
                let placed = place(&client, "cus_2", LAST_FIFTY, 1 + caller % 5, None).await;
                let id = placed["order"]["id"].clone();
                if !id.is_null() && caller % 2 == 0 {
                    client.run(CANCEL, json!({"input": {"id": id}})).await;
                }
            }
        });
    }
    callers.join_all().await;
    assert_audited(&shop).await;
    assert_balanced(&shop.close().await);
}

async fn disconnected_client_leaves_no_partial_order(on: On) {
    let shop = Shop::open_on(on).await;
    for n in 0..20 {
        let half = |request: &str| request.len() * (n + 1) / 21;
        hang_up_after(shop.address(), &format!("half-{n}"), half, Duration::ZERO).await;
        // A request whose client is gone before it writes may be dropped. With a little time, some are not.
        let delay = Duration::from_millis(5 * n as u64);
        hang_up_after(shop.address(), &format!("whole-{n}"), str::len, delay).await;
    }

    // No lock is left: the next order succeeds immediately.
    let started = Instant::now();
    let placed = place(&shop, "cus_1", LAST_FIFTY, 1, Some("after")).await;
    assert_eq!(placed["errors"], json!([]));
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());

    // A server that has stopped has completed all its requests.
    let store = shop.close().await;
    let conn = &mut store.conn();
    let orders = |like: &str| format!("SELECT count(*) FROM orders WHERE reference LIKE '{like}'");
    assert_eq!(number(conn, &orders("half-%")), 0, "half a request was carried out");
    let whole = number(conn, &orders("whole-%"));
    assert!(whole > 0, "no order of those who hung up was carried out");
    let of_one_unit = "SELECT count(*) FROM orders o JOIN order_items i ON i.order_id = o.id
         WHERE reference LIKE 'whole-%' AND quantity = 1";
    assert_eq!(number(conn, of_one_unit), whole);
    assert_eq!(number(conn, "SELECT reserved FROM inventory WHERE product_id = 6"), whole + 1);
    assert_balanced(&store);
}

/// Sends the first bytes of a `createOrder` request and closes the connection after the delay, without reading
/// the response.
async fn hang_up_after(
    address: SocketAddr,
    reference: &str,
    length: impl Fn(&str) -> usize,
    delay: Duration,
) {
    let body =
        json!({"query": PLACE, "variables": order("cus_3", LAST_FIFTY, 1, Some(reference))}).to_string();
    let request = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(&request.as_bytes()[..length(&request)]).await.unwrap();
    tokio::time::sleep(delay).await;
}

async fn place(
    client: &Client,
    customer: &str,
    product: &str,
    quantity: u32,
    reference: Option<&str>,
) -> Value {
    client.run(PLACE, order(customer, product, quantity, reference)).await["createOrder"].clone()
}

fn order(customer: &str, product: &str, quantity: u32, reference: Option<&str>) -> Value {
    let items = json!([{"product": {"id": product}, "quantity": quantity}]);
    json!({"input": {"customer": {"id": customer}, "items": items, "reference": reference}})
}

async fn reserved(client: &Client, product: &str) -> i64 {
    client.run(STOCK, json!({"id": product})).await["inventory"]["reserved"].as_i64().unwrap()
}
