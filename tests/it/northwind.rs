//! The Northwind data, imported by the command and queried over HTTP.

use serde_json::{Value, json};

use crate::client::Client;
use crate::command::{Place, assert_consistent};
use crate::kinds::{On, on_each_database};
use crate::process::Process;

const NORTHWIND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/northwind");

/// Starts a server on the imported data.
fn northwind(on: On) -> (Place, Process) {
    let place = Place::on(on);
    place.succeed(&["import", NORTHWIND]);
    let server = Process::serve(place.store.argument());
    (place, server)
}

on_each_database! {
    async fn reports_match_the_northwind_totals;
    async fn partially_reserved_order_waits_for_stock;
}

async fn reports_match_the_northwind_totals(on: On) {
    let (_place, server) = northwind(on);
    let document = "{
        ordersAggregate { count sum { totalAmount } average { totalAmount } min { totalAmount } max { totalAmount } }
        topCustomers(limit: 3) { customer { email } orderCount totalAmount }
        dearest: topCustomers(limit: 1, by: TOTAL_AMOUNT) { customer { email } }
        topProducts(limit: 1) { product { name } unitsSold }
        customers { totalCount }
        products { totalCount }
        orderItems { totalCount }
    }";
    let customer = |email: &str, orders: i32, total: &str| {
        json!({
            "customer": {"email": format!("{email}@northwind.example")},
            "orderCount": orders,
            "totalAmount": total,
        })
    };
    let expected = json!({
        "ordersAggregate": {
            "count": 830,
            "sum": {"totalAmount": "1265811.86"},
            "average": {"totalAmount": "1525.07"},
            "min": {"totalAmount": "12.50"},
            "max": {"totalAmount": "16387.80"},
        },
        "topCustomers": [customer("savea", 31, "104364.25"), customer("ernsh", 30, "104877.90"), customer("quick", 28, "110279.66")],
        "dearest": [{"customer": {"email": "quick@northwind.example"}}],
        "topProducts": [{"product": {"name": "Camembert Pierrot"}, "unitsSold": 1577}],
        "customers": {"totalCount": 91},
        "products": {"totalCount": 77},
        "orderItems": {"totalCount": 2155},
    });
    assert_eq!(server.client().run(document, json!({})).await, expected);
}

async fn partially_reserved_order_waits_for_stock(on: On) {
    let (place, server) = northwind(on);
    let client = server.client();
    // 70 units of NW-028 are ordered, 26 are on hand.
    let before = order(&client).await;
    assert_eq!(before["status"], "PENDING");
    assert!(lines(&before).any(|line| line["productSku"] == "NW-028" && line["quantityReserved"] == 26));

    let refused = process(&client, &before["id"]).await;
    assert_eq!(refused["order"], Value::Null);
    assert_eq!(refused["errors"][0]["code"], "INSUFFICIENT_STOCK");
    assert_eq!(refused["errors"][0]["path"], json!(["id"]));
    let shortages = refused["errors"][0]["shortages"].as_array().unwrap();
    let missing: Vec<(&Value, i64)> = lines(&before)
        .map(|line| (&line["productSku"], units(&line["quantity"]) - units(&line["quantityReserved"])))
        .filter(|(_, units)| *units > 0)
        .collect();
    let mut named: Vec<(&Value, i64)> =
        shortages.iter().map(|short| (&short["product"]["sku"], units(&short["requested"]))).collect();
    named.sort_by_key(|(sku, _)| sku.to_string());
    assert_eq!(named, missing);
    assert_eq!(order(&client).await, before);

    for short in shortages {
        let restocked = client
            .run(
                "mutation($sku: String!, $units: Int!) {
                    restockInventory(input: { inventory: { sku: $sku }, quantity: $units }) { errors { message } }
                }",
                json!({
                    "sku": short["product"]["sku"],
                    "units": units(&short["requested"]) - units(&short["available"]),
                }),
            )
            .await;
        assert_eq!(restocked["restockInventory"], json!({"errors": []}));
    }
    let processed = process(&client, &before["id"]).await;
    assert_eq!(processed["errors"], json!([]));
    assert_eq!(processed["order"]["status"], "PROCESSING");
    assert!(lines(&processed["order"]).all(|line| line["quantityReserved"] == line["quantity"]));
    assert_consistent(&mut place.conn());
}

const ORDER: &str = "fragment Order on Order {
    id status version items { nodes { productSku quantity quantityReserved version } }
}";

async fn order(client: &Client) -> Value {
    let document = format!("{{ order(by: {{ reference: \"11008\" }}) {{ ...Order }} }} {ORDER}");
    client.run(&document, json!({})).await["order"].clone()
}

async fn process(client: &Client, id: &Value) -> Value {
    let document = format!(
        "mutation($id: ID!) {{
            processOrder(input: {{ id: $id }}) {{
                order {{ ...Order }}
                errors {{
                    code path
                    ... on InsufficientStockError {{ shortages {{ requested available product {{ sku }} }} }}
                }}
            }}
        }} {ORDER}"
    );
    client.run(&document, json!({"id": id})).await["processOrder"].clone()
}

fn lines(order: &Value) -> impl Iterator<Item = &Value> {
    order["items"]["nodes"].as_array().unwrap().iter()
}

fn units(value: &Value) -> i64 {
    value.as_i64().unwrap()
}
