//! Concurrent shipments, cancellations and returns of units of orders.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{LAST_FIFTY, STOCK, place};
use crate::books::assert_balanced;
use crate::client::Client;
use crate::command::number;
use crate::kinds::{On, on_each_database};
use crate::shop::Shop;

on_each_database! {
    async fn concurrent_shipments_and_cancellations_never_exceed_the_quantity;
    async fn concurrent_orders_ship_and_return_in_parts;
}

const PROCESS: &str = "mutation Process($input: ProcessOrderInput!) {
  processOrder(input: $input) { order { id items { nodes { id } } } errors { code } }
}";
const COUNTERS: &str = "query Counters($id: ID!) {
  order(by: { id: $id }) {
    status
    items { nodes { quantityOpen quantityReserved quantityShipped quantityCancelled quantityReturned } }
  }
}";

/// Runs one of the mutations with some units of an item.
async fn units(client: &Client, mutation: &str, order: &Value, item: &Value, quantity: u32) -> Value {
    let (first, rest) = mutation.split_at(1);
    let query = format!(
        "mutation Units($input: {}{rest}Input!) {{
           {mutation}(input: $input) {{ order {{ status }} errors {{ code path }} }}
         }}",
        first.to_uppercase()
    );
    let input = json!({"id": order, "items": [{"itemId": item, "quantity": quantity}]});
    client.run(&query, json!({"input": input})).await[mutation].clone()
}

/// Places an order and starts to process it. Returns its id, and the id of its item.
async fn processing(client: &Client, quantity: u32) -> (Value, Value) {
    let placed = place(client, "cus_1", LAST_FIFTY, quantity, None).await;
    let done = client.run(PROCESS, json!({"input": {"id": placed["order"]["id"]}})).await;
    let order = &done["processOrder"]["order"];
    (order["id"].clone(), order["items"]["nodes"][0]["id"].clone())
}

async fn concurrent_shipments_and_cancellations_never_exceed_the_quantity(on: On) {
    let shop = Shop::open_on(on).await;
    let (order, item) = processing(&shop, 50).await;
    let mut callers = JoinSet::new();
    for caller in 0..80 {
        let (client, order, item) = (shop.client(), order.clone(), item.clone());
        let mutation = if caller % 3 == 0 { "cancelOrder" } else { "shipOrder" };
        callers.spawn(async move { (mutation, units(&client, mutation, &order, &item, 1).await) });
    }
    let outcomes = callers.join_all().await;
    let done = |name: &str| {
        let done =
            outcomes.iter().filter(|(mutation, outcome)| *mutation == name && outcome["errors"] == json!([]));
        done.count()
    };
    let (shipped, cancelled) = (done("shipOrder"), done("cancelOrder"));
    assert_eq!(shipped + cancelled, 50, "{outcomes:#?}");
    let too_late = json!({"order": null, "errors": [{"code": "INVALID_TRANSITION", "path": ["id"]}]});
    assert_eq!(outcomes.iter().filter(|(_, outcome)| *outcome == too_late).count(), 30, "{outcomes:#?}");
    let counters = shop.run(COUNTERS, json!({"id": order})).await["order"].clone();
    let expected = json!({"status": "SHIPPED", "items": {"nodes": [{
        "quantityOpen": 0, "quantityReserved": 0, "quantityShipped": shipped, "quantityCancelled": cancelled,
        "quantityReturned": 0,
    }]}});
    assert_eq!(counters, expected);
    let stock = shop.run(STOCK, json!({"id": LAST_FIFTY})).await;
    let left = 50 - shipped;
    assert_eq!(stock["inventory"], json!({"quantity": left, "reserved": 0, "available": left}));

    // Each unit comes back once.
    let mut callers = JoinSet::new();
    for _ in 0..80 {
        let (client, order, item) = (shop.client(), order.clone(), item.clone());
        callers.spawn(async move { units(&client, "returnOrder", &order, &item, 1).await });
    }
    let outcomes = callers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome["errors"] == json!([])).count(), shipped);
    assert_eq!(shop.run(COUNTERS, json!({"id": order})).await["order"]["status"], "RETURNED");
    let stock = shop.run(STOCK, json!({"id": LAST_FIFTY})).await;
    assert_eq!(stock["inventory"], json!({"quantity": 50, "reserved": 0, "available": 50}));
    assert_balanced(&shop.close().await);
}

async fn concurrent_orders_ship_and_return_in_parts(on: On) {
    let shop = Shop::open_on(on).await;
    let mut callers = JoinSet::new();
    for caller in 0..10_u32 {
        let client = shop.client();
        callers.spawn(async move {
            let (order, item) = processing(&client, 5).await;
            let mutations =
                ["shipOrder", "cancelOrder", "shipOrder", "returnOrder", "shipOrder", "returnOrder"];
            for (n, mutation) in mutations.into_iter().enumerate() {
                let outcome = units(&client, mutation, &order, &item, 1 + (caller + n as u32) % 2).await;
                let codes: Vec<&Value> =
                    outcome["errors"].as_array().unwrap().iter().map(|error| &error["code"]).collect();
                assert!(codes.iter().all(|code| *code == "INVALID_INPUT" || *code == "INVALID_TRANSITION"));
            }
        });
    }
    callers.join_all().await;
    let store = shop.close().await;
    let conn = &mut store.conn();
    // Every unit is still there, except those with the customers.
    let away = "SELECT sum(quantity_shipped - quantity_returned) FROM order_items WHERE product_id = 6";
    assert_eq!(number(conn, "SELECT quantity FROM inventory WHERE product_id = 6"), 50 - number(conn, away));
    assert_balanced(&store);
}
