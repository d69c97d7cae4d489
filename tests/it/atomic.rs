//! `@atomic`: failing lists, panics, lost clients and deadlocks leave all changes of an operation or none.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::Variables;
use oms::clock::Clock;
use oms::config::limits::Limits;
use oms::db::Db;
use oms::db::statements::ObservedStatement;
use oms::graphql::Engine;
use oms::graphql::request::Request;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::books::assert_balanced;
use crate::client::Client;
use crate::command::{dump, number};
use crate::kinds::{On, on_each_database};
use crate::shop::{NOW, Shop};
use crate::store::Store;

/// A statement with this text panics.
const PANICS: &str = "panics@example.com";

on_each_database! {
    async fn every_prefix_of_a_failing_list_leaves_nothing;
    async fn a_panic_in_any_field_leaves_nothing;
    async fn a_lost_client_leaves_all_fields_or_none;
    async fn opposite_product_orders_are_both_placed;
}

/// Mutations that succeed together, in this order.
const STEPS: [&str; 6] = [
    r#"customer: createCustomer(input: { name: "Eve", email: "eve@example.com" }) { errors { ...E } }"#,
    r#"product: createProduct(input: { sku: "NEW", name: "New", price: 2, inventory: { quantity: 9 } }) { errors { ...E } }"#,
    r#"order: createOrder(input: { customer: { email: "eve@example.com" }, reference: "R-1",
        items: [{ product: { sku: "NEW" }, quantity: 2 }, { product: { sku: "TEA-100" }, quantity: 3 }] }) { errors { ...E } }"#,
    r#"adjustment: adjustInventory(input: { inventory: { sku: "TEA-100" }, delta: -5, reason: "Broken" }) { errors { ...E } }"#,
    r#"ship: shipOrder(input: { id: "ord_102" }) { errors { ...E } }"#,
    r#"bulk: updateProducts(input: { where: { price: { lte: "5" } }, set: { description: "Cheap" } }) { errors { ...E } }"#,
];
/// A mutation that fails.
const FAILS: &str = r#"fails: createOrder(input: { customer: { id: "cus_1" }, items: [{ product: { sku: "SPN-400" }, quantity: 1 }] }) { errors { ...E } }"#;

fn operation(fields: &[&str]) -> String {
    let fragment = "fragment E on MutationError { code ... on RolledBackError { because } }";
    format!("mutation @atomic {{ {} }} {fragment}", fields.join(" "))
}

async fn every_prefix_of_a_failing_list_leaves_nothing(on: On) {
    let shop = Shop::open_on(on).await;
    let before = dump(&mut shop.store().conn());
    for at in 0..=STEPS.len() {
        let mut fields = STEPS.to_vec();
        fields.insert(at, FAILS);
        let extensions = json!({"idempotencyKey": "the key"});
        let answer = shop.try_run_with(&operation(&fields), json!({}), extensions).await.unwrap().json();
        let payloads = answer["data"].as_object().unwrap();
        assert_eq!(payloads.len(), STEPS.len() + 1, "{answer}");
        for (field, payload) in payloads {
            let expected = match field.as_str() {
                "fails" => json!([{"code": "INSUFFICIENT_STOCK"}]),
                _ => json!([{"code": "ROLLED_BACK", "because": "fails"}]),
            };
            assert_eq!(payload["errors"], expected, "{field}");
        }
        assert_eq!(
            dump(&mut shop.store().conn()),
            before,
            "the list that fails at {at} has changed something"
        );
    }
    // Without the mutation that fails, all of them succeed with the same key.
    let extensions = json!({"idempotencyKey": "the key"});
    let answer = shop.try_run_with(&operation(&STEPS), json!({}), extensions).await.unwrap().json();
    for (field, payload) in answer["data"].as_object().unwrap() {
        assert_eq!(payload["errors"], json!([]), "{field}");
    }
    let store = shop.close().await;
    assert_eq!(number(&mut store.conn(), "SELECT count(*) FROM idempotency"), STEPS.len() as i64);
    assert_balanced(&store);
}

async fn a_panic_in_any_field_leaves_nothing(on: On) {
    let store = Store::filled(on);
    let observer = Arc::new(|seen: ObservedStatement<'_>| {
        if matches!(seen, ObservedStatement::Executed(statement) if statement.contains(PANICS)) {
            panic!("a statement panics")
        }
    });
    let clock = Clock::Fixed(NOW.parse().unwrap());
    let db = Db::open_observed(store.address(), clock, observer).unwrap();
    let engine = Engine::new(db.clone(), &Limits::default());
    let before = dump(&mut store.conn());
    let panics = format!(
        r#"panics: createCustomer(input: {{ name: "Eve", email: "{PANICS}" }}) {{ errors {{ code }} }}"#
    );
    for at in 0..=STEPS.len() {
        let mut fields = STEPS.to_vec();
        fields.insert(at, &panics);
        let (engine, request) = (engine.clone(), Request::new(operation(&fields)));
        let ended = tokio::spawn(async move { engine.execute(request).await }).await;
        assert!(ended.is_err_and(|error| error.is_panic()), "the panic at {at} is lost");
        assert_eq!(dump(&mut store.conn()), before, "the panic at {at} has changed something");
    }
    let request = Request::new(operation(&STEPS)).variables(Variables::default());
    let answer: Value = serde_json::from_slice(&engine.execute(request).await.body).unwrap();
    assert_eq!(answer["data"]["order"]["errors"], json!([]), "{answer}");
    db.close().await;
    assert_balanced(&store);
}

async fn a_lost_client_leaves_all_fields_or_none(on: On) {
    let shop = Shop::open_on(on).await;
    for n in 0..24_u64 {
        let query = format!(
            r#"mutation @atomic {{
              customer: createCustomer(input: {{ name: "Lost", email: "lost-{n}@example.com" }}) {{ errors {{ code }} }}
              order: createOrder(input: {{ customer: {{ email: "lost-{n}@example.com" }}, reference: "lost-{n}",
                items: [{{ product: {{ sku: "BOX-600" }}, quantity: 1 }}] }}) {{ errors {{ code }} }}
            }}"#
        );
        let body = json!({"query": query}).to_string();
        let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
        let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let mut connection = TcpStream::connect(shop.address()).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(3 * n)).await;
    }
    let store = shop.close().await;
    let conn = &mut store.conn();
    let customers = number(conn, "SELECT count(*) FROM customers WHERE name = 'Lost'");
    assert!(customers > 0, "no operation was carried out");
    let together =
        "SELECT count(*) FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.name = 'Lost'";
    assert_eq!(number(conn, together), customers);
    assert_eq!(number(conn, "SELECT count(*) FROM orders WHERE reference LIKE 'lost-%'"), customers);
    assert_eq!(number(conn, "SELECT reserved FROM inventory WHERE product_id = 6"), customers);
    assert_balanced(&store);
}

/// Pairs of operations lock the same rows in opposite orders. PostgreSQL detects the deadlock, and one of them is retried.
async fn opposite_product_orders_are_both_placed(on: On) {
    const PAIRS: i64 = 6;
    let shop = Shop::open_on(on).await;
    let mut requests = JoinSet::new();
    for pair in 0..PAIRS {
        for skus in [["TEA-100", "BOX-600"], ["BOX-600", "TEA-100"]] {
            let client = shop.client();
            requests.spawn(async move { place_both(&client, pair, skus).await });
        }
    }
    for payloads in requests.join_all().await {
        assert_eq!(payloads, json!({"one": {"errors": []}, "two": {"errors": []}}));
    }
    let store = shop.close().await;
    let conn = &mut store.conn();
    assert_eq!(number(conn, "SELECT count(*) FROM orders WHERE notes LIKE 'pair %'"), 4 * PAIRS);
    assert_eq!(number(conn, "SELECT reserved FROM inventory WHERE product_id = 1"), 10 + 2 * PAIRS);
    assert_eq!(number(conn, "SELECT reserved FROM inventory WHERE product_id = 6"), 2 * PAIRS);
    assert_balanced(&store);
}

async fn place_both(client: &Client, pair: i64, [first, second]: [&str; 2]) -> Value {
    let field = |alias: &str, sku: &str| {
        format!(
            r#"{alias}: createOrder(input: {{ customer: {{ id: "cus_1" }}, notes: "pair {pair}",
                items: [{{ product: {{ sku: "{sku}" }}, quantity: 1 }}] }}) {{ errors {{ code }} }}"#
        )
    };
    client
        .run(&format!("mutation @atomic {{ {} {} }}", field("one", first), field("two", second)), json!({}))
        .await
}
