//! The server is killed under load. Acknowledged orders are in the database afterwards; the others are there
//! in full or not at all.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::books::{assert_audited, assert_balanced};
use crate::client::Client;
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::store::Store;

const ROUNDS: u64 = 20;
const CLIENTS: u64 = 6;
/// The number of orders that are acknowledged in a round before the server is killed. The time that they take
/// depends on the load of the machine.
const ORDERS: usize = 8;
/// The maximum time for them.
const PATIENCE: Duration = Duration::from_secs(60);

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
        let (count, mut counted) = watch::channel(0);
        for client in 0..CLIENTS {
            clients.spawn(place_until_dead(process.client(), format!("{round}-{client}"), count.clone()));
        }
        drop(count);
        let kill_time = async {
            counted.wait_for(|orders| *orders >= ORDERS).await?;
            tokio::time::sleep(Duration::from_millis(round * 67 % 150)).await;
            // The kill follows a response immediately: an acknowledged order must be on disk by then.
            counted.mark_unchanged();
            counted.changed().await
        };
        // Fails if every client has ended, with a panic that is shown when they are joined.
        let _ = timeout(PATIENCE, kill_time).await.expect("the orders are not acknowledged");
        process.kill();
        let references = clients.join_all().await.concat();

        process = Process::serve(file.argument());
        acknowledged += references.len();
        for some in references.chunks(100) {
            assert_all_there(&process.client(), some).await;
        }
        assert_balanced(&file);
        assert_audited(&process.client()).await;
    }
    assert!(acknowledged > ORDERS * ROUNDS as usize, "only {acknowledged} orders in {ROUNDS} rounds");
    crate::say(&format!("{on:?}: killed {ROUNDS} times; all {acknowledged} acknowledged orders were there"));
}

/// Creates orders one after the other. Returns the references of the acknowledged ones.
async fn place_until_dead(client: Client, name: String, count: watch::Sender<usize>) -> Vec<String> {
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
        count.send_modify(|orders| *orders += 1);
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
