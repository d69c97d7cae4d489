//! `@dryRun`: every mutation answers as it does without the directive, and leaves nothing.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::books::assert_balanced;
use crate::client::Client;
use crate::command::{dump, number};
use crate::kinds::{On, on_each_database};
use crate::shop::Shop;

on_each_database! {
    async fn a_dry_run_answers_as_the_mutation_does;
    async fn dry_runs_and_orders_run_concurrently;
    async fn a_dry_run_without_a_client_blocks_no_write;
}

/// A mutation of every kind, and a selection that reads what it changed. It has no ids, because PostgreSQL does not reuse
/// those of a dry run.
const FIELDS: [&str; 10] = [
    r#"createCustomer(input: { name: "Eve", email: "eve@example.com" }) {
        customer { name version orders { totalCount } } errors { code } }"#,
    r#"updateCustomers(input: { where: { name: { startsWith: "a" } }, set: { notes: "A" } }) { count errors { code } }"#,
    r#"deleteCustomer(input: { id: "cus_4" }) { deletedId errors { code } }"#,
    r#"updateProduct(input: { id: "prd_1", name: "Black tea" }) {
        product { name version inventory { available } orderItems(first: 2) { totalCount } } errors { code } }"#,
    r#"adjustInventory(input: { inventory: { sku: "TEA-100" }, delta: -7, reason: "Broken" }) {
        inventory { quantity available product { name } } adjustment { delta reason createdAt } errors { code } }"#,
    r#"createOrder(input: { customer: { id: "cus_1" }, items: [{ product: { sku: "BOX-600" }, quantity: 3 }] }) {
        order { status totalAmount customer { ordersAggregate { count } }
                items { nodes { subtotal product { inventory { reserved } } } } } errors { code } }"#,
    r#"shipOrder(input: { id: "ord_102", items: [{ itemId: "itm_1003", quantity: 1 }] }) {
        order { status items { nodes { quantityShipped product { inventory { quantity reserved } } } } } errors { code } }"#,
    r#"cancelOrder(input: { id: "ord_101" }) { order { status totalAmount nextStatuses } errors { code } }"#,
    r#"removeOrderItem(input: { id: "itm_1001" }) { deletedId order { items { totalCount } } errors { code } }"#,
    r#"createOrder(input: { customer: { id: "cus_1" }, items: [{ product: { sku: "SPN-400" }, quantity: 3 }] }) {
        order { status } errors { code ... on InsufficientStockError { shortages { product { name } available } } } }"#,
];

fn operation(directives: &str) -> String {
    let fields: Vec<String> = FIELDS.iter().enumerate().map(|(n, field)| format!("f{n}: {field}")).collect();
    format!("mutation {directives} {{ {} }}", fields.join(" "))
}

async fn a_dry_run_answers_as_the_mutation_does(on: On) {
    let shop = Shop::open_on(on).await;
    let before = dump(&mut shop.store().conn());
    let mut dry = Vec::new();
    for field in FIELDS {
        dry.push(shop.run(&format!("mutation @dryRun {{ {field} }}"), json!({})).await);
        let with_key = format!("mutation @dryRun @atomic {{ {field} }}");
        let extensions = json!({"idempotencyKey": "k"});
        let answer = shop.try_run_with(&with_key, json!({}), extensions).await.unwrap().json();
        assert_eq!(answer["data"], dry[dry.len() - 1], "{field}");
        assert_eq!(dump(&mut shop.store().conn()), before, "{field}");
    }
    let all_dry = shop.run(&operation("@dryRun"), json!({})).await;
    assert_eq!(dump(&mut shop.store().conn()), before);
    let wet = shop.run(&operation(""), json!({})).await;
    assert_eq!(all_dry, wet);
    // Independent fields have the same responses alone.
    assert_eq!(dry[0]["createCustomer"], wet["f0"]);
    assert_balanced(&shop.close().await);
}

async fn dry_runs_and_orders_run_concurrently(on: On) {
    const ORDER: &str = r#"createOrder(input: { customer: { id: "cus_1" }, items: [{ product: { sku: "BOX-600" }, quantity: 1 }] }) {
        order { items { nodes { product { inventory { quantity reserved available } } } } } errors { code } }"#;
    let shop = Shop::open_on(on).await;
    let mut requests = JoinSet::new();
    for n in 0..60 {
        let client = shop.client();
        let directive = if n % 2 == 0 { "@dryRun" } else { "" };
        requests.spawn(
            async move { client.run(&format!("mutation {directive} {{ {ORDER} }}"), json!({})).await },
        );
    }
    for data in requests.join_all().await {
        let payload = &data["createOrder"];
        assert_eq!(payload["errors"], json!([]), "{data}");
        let stock = &payload["order"]["items"]["nodes"][0]["product"]["inventory"];
        let [quantity, reserved, available] =
            ["quantity", "reserved", "available"].map(|field| stock[field].as_i64().unwrap());
        assert!(reserved >= 1 && available == quantity - reserved, "{stock}");
    }
    let store = shop.close().await;
    assert_eq!(number(&mut store.conn(), "SELECT reserved FROM inventory WHERE product_id = 6"), 30);
    assert_balanced(&store);
}

async fn a_dry_run_without_a_client_blocks_no_write(on: On) {
    let shop = Shop::open_on(on).await;
    let body = json!({"query": operation("@dryRun")}).to_string();
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
    let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    for n in 0..20_u64 {
        let mut connection = TcpStream::connect(shop.address()).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(n)).await;
        drop(connection);
        let started = Instant::now();
        restock(&shop).await;
        assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    }
    let store = shop.close().await;
    assert_eq!(number(&mut store.conn(), "SELECT quantity FROM inventory WHERE product_id = 4"), 20);
    assert_eq!(number(&mut store.conn(), "SELECT count(*) FROM customers WHERE name = 'Eve'"), 0);
    assert_balanced(&store);
}

async fn restock(client: &Client) {
    let query = r#"mutation { restockInventory(input: { inventory: { sku: "SPN-400" }, quantity: 1 }) { errors { code } } }"#;
    let data: Value = client.run(query, json!({})).await;
    assert_eq!(data["restockInventory"]["errors"], json!([]));
}
