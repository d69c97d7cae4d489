//! The server is killed under load. Acknowledged orders are in the database afterwards; the others are there
//! in full or not at all.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::books::assert_balanced;
use crate::client::Client;
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::store::Store;

const ROUNDS: u64 = 20;
const CLIENTS: u64 = 6;

const STOCK_UP: &str = r#"mutation {
  tea: restockInventory(input: { inventory: { productId: "prd_1" }, quantity: 1000000 }) { errors { code } }
  cups: restockInventory(input: { inventory: { productId: "prd_2" }, quantity: 1000000 }) { errors { code } }
}"#;
const PLACE: &str = "mutation Place($input: CreateOrderInput!) {
  createOrder(input: $input) { order { reference } errors { code } }
}";
const PLACED: &str = "query Placed($references: [String!]!) {
  orders(first: 100, where: { reference: { in: $references } }) {
    nodes { reference totalAmount items { nodes { quantity quantityReserved } } }
  }
}";

on_each_database! {
    async fn acknowledged_orders_survive_sigkill;
}

async fn acknowledged_orders_survive_sigkill(on: On) {
    let file = Store::filled(on);
    let mut process = Process::serve(file.argument());
    let stocked = process.client().run(STOCK_UP, json!({})).await;
    assert_eq!(stocked, json!({"tea": {"errors": []}, "cups": {"errors": []}}));

    let mut acknowledged = 0;
    for round in 0..ROUNDS {
        let mut clients = JoinSet::new();
        let news = Arc::new(Notify::new());
        for client in 0..CLIENTS {
            clients.spawn(place_until_dead(process.client(), format!("{round}-{client}"), news.clone()));
        }
        tokio::time::sleep(Duration::from_millis(150 + round * 67 % 150)).await;
        // The kill follows a response immediately: an acknowledged order must be on disk by then.
        timeout(Duration::from_secs(10), news.notified()).await.expect("no order is acknowledged");
        process.kill();
        let references = clients.join_all().await.concat();

        process = Process::serve(file.argument());
        acknowledged += references.len();
        for some in references.chunks(100) {
            assert_all_there(&process.client(), some).await;
        }
        assert_balanced(&file);
    }
    assert!(acknowledged > 5 * ROUNDS as usize, "only {acknowledged} orders in {ROUNDS} rounds: no load");
    crate::say(&format!("{on:?}: killed {ROUNDS} times; all {acknowledged} acknowledged orders were there"));
}

/// Creates orders one after the other. Returns the references of the acknowledged ones.
async fn place_until_dead(client: Client, name: String, news: Arc<Notify>) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let reference = format!("{name}-{}", acknowledged.len());
        let input = json!({
            "customer": {"id": "cus_1"},
            "reference": reference,
            "items": [
                {"product": {"id": "prd_1"}, "quantity": 1},
                {"product": {"id": "prd_2"}, "quantity": 2},
            ],
        });
        let Ok(answer) = client.try_run(PLACE, json!({"input": input})).await else { return acknowledged };
        news.notify_waiters();
        let placed = json!({"data": {"createOrder": {"order": {"reference": reference}, "errors": []}}});
        assert_eq!(answer.json(), placed);
        acknowledged.push(reference);
    }
}

async fn assert_all_there(client: &Client, references: &[String]) {
    let data = client.run(PLACED, json!({"references": references})).await;
    let orders = data["orders"]["nodes"].as_array().unwrap();
    let found: Vec<&str> = orders.iter().filter_map(|order| order["reference"].as_str()).collect();
    let lost: Vec<&String> = references.iter().filter(|sent| !found.contains(&sent.as_str())).collect();
    assert!(lost.is_empty(), "acknowledged, and gone: {lost:?}");
    assert_eq!(found.len(), references.len());
    let lines = json!([{"quantity": 1, "quantityReserved": 1}, {"quantity": 2, "quantityReserved": 2}]);
    let incomplete: Vec<&Value> = orders.iter().filter(|order| order["items"]["nodes"] != lines).collect();
    assert!(incomplete.is_empty(), "{incomplete:#?}");
}
