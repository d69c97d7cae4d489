//! Imports of the counters of order items.

use serde_json::{Value, json};

use super::{CUSTOMERS, PRODUCTS, counted, files, problems};
use crate::books::assert_balanced;
use crate::command::{Place, number};
use crate::kinds::{On, on_each_database};
use crate::process::Process;

on_each_database! {
    async fn imported_orders_are_fulfilled_in_part;
    fn imports_orders_fulfilled_in_part;
    fn counters_follow_from_the_status_when_they_are_missing;
    fn rejects_counters_that_contradict_the_quantity_or_the_status;
    fn compares_counters_with_existing_records;
}

const HEADER: &str = "reference,customer_email,order_date,status\n";
const ITEMS: &str =
    "order_reference,sku,quantity,unit_price,quantity_shipped,quantity_cancelled,quantity_returned\n";

fn orders(statuses: &[&str]) -> String {
    let row = |(n, status)| format!("R{n},ada@x.example,2020-01-01T00:00:00Z,{status}\n");
    HEADER.to_owned() + &statuses.iter().enumerate().map(row).collect::<String>()
}

fn folder(place: &Place, statuses: &[&str], items: &str) -> String {
    files(place, CUSTOMERS.as_bytes(), PRODUCTS, &orders(statuses), items)
}

fn item(place: &Place, order: usize) -> [i64; 6] {
    let of = |column: &str| {
        let sql = format!(
            "SELECT {column} FROM orders o JOIN order_items i ON i.order_id = o.id WHERE reference = 'R{order}'"
        );
        number(&mut place.conn(), &sql)
    };
    [
        "quantity_cancelled",
        "quantity_shipped",
        "quantity_returned",
        "quantity_reserved",
        "total_amount",
        "returned_amount",
    ]
    .map(of)
}

fn imports_orders_fulfilled_in_part(on: On) {
    let place = Place::on(on);
    let items = format!(
        "{ITEMS}R0,S1,9,1.00,3,2,1\nR1,S1,4,1.00,3,1,0\nR2,S1,4,1.00,,1,\nR3,S1,4,1.00,0,1,0\nR4,S1,3,1.00,2,1,2\n"
    );
    let statuses = ["PARTIALLY_SHIPPED", "DELIVERED", "SHIPPED", "PENDING", "RETURNED"];
    let folder = folder(&place, &statuses, &items);
    let out = place.succeed(&["import", &folder]);
    // The stock of 5 covers the 4 open units of the first order, and 1 of 3 of the fourth.
    assert!(out.contains("\n  order R3, S1: 3 open, 1 reserved\n") && !out.contains("order R0"), "{out}");
    let found = [0, 1, 2, 3, 4].map(|order| item(&place, order));
    assert_eq!(
        found,
        [
            [2, 3, 1, 4, 700, 100],
            [1, 3, 0, 0, 300, 0],
            [1, 3, 0, 0, 300, 0],
            [1, 0, 0, 1, 300, 0],
            [1, 2, 2, 0, 200, 200],
        ]
    );
    assert_balanced(&place.store);
}

fn counters_follow_from_the_status_when_they_are_missing(on: On) {
    let place = Place::on(on);
    let statuses = ["PENDING", "PROCESSING", "SHIPPED", "DELIVERED", "RETURNED", "CANCELLED"];
    let items: String = (0..statuses.len()).map(|n| format!("R{n},S1,2,1.00\n")).collect();
    let folder = folder(&place, &statuses, &format!("order_reference,sku,quantity,unit_price\n{items}"));
    place.succeed(&["import", &folder]);
    let found = [0, 1, 2, 3, 4, 5].map(|order| item(&place, order));
    assert_eq!(
        found,
        [
            [0, 0, 0, 2, 200, 0],
            [0, 0, 0, 2, 200, 0],
            [0, 2, 0, 0, 200, 0],
            [0, 2, 0, 0, 200, 0],
            [0, 2, 2, 0, 200, 200],
            [2, 0, 0, 0, 0, 0],
        ]
    );
    assert_balanced(&place.store);
}

fn rejects_counters_that_contradict_the_quantity_or_the_status(on: On) {
    let place = Place::on(on);
    let items = format!(
        "{ITEMS}R0,S1,3,1.00,4,,\nR0,S1,3,1.00,,4,\nR0,S1,3,1.00,2,2,\nR0,S1,3,1.00,2,,3\nR0,S1,3,1.00,-1,x,0\n\
         R1,S1,3,1.00,,,1\n"
    );
    assert_eq!(
        problems(&place, &folder(&place, &["PARTIALLY_SHIPPED", "PENDING"], &items)),
        [
            "order_items.csv:2:quantity_shipped: must be at most 3, the units that are not cancelled, but was 4",
            "order_items.csv:3:quantity_cancelled: must be at most 3, the units that are ordered, but was 4",
            "order_items.csv:4:quantity_shipped: must be at most 1, the units that are not cancelled, but was 2",
            "order_items.csv:5:quantity_returned: must be at most 2, the units that are shipped, but was 3",
            "order_items.csv:6:quantity_cancelled: must be an integer, but was \"x\"",
            "order_items.csv:7:quantity_returned: must be at most 0, the units that are shipped, but was 1",
        ]
    );
    let items = format!(
        "{ITEMS}R0,S1,3,1.00,,,\nR1,S1,3,1.00,1,,\nR2,S1,3,1.00,1,,\nR3,S1,3,1.00,3,,3\nR4,S1,3,1.00,3,,1\n\
         R5,S1,3,1.00,1,2,\nR6,S1,3,1.00,,3,\n"
    );
    let statuses =
        ["PARTIALLY_SHIPPED", "PENDING", "SHIPPED", "DELIVERED", "RETURNED", "CANCELLED", "PROCESSING"];
    let units = [(3, 0, 0), (2, 1, 0), (2, 1, 0), (0, 3, 3), (0, 3, 1), (0, 1, 0), (0, 0, 0)];
    let expected: Vec<String> = statuses
        .iter()
        .zip(units)
        .enumerate()
        .map(|(n, (status, (open, shipped, returned)))| {
            format!(
                "orders.csv:{}:status: an order that is {status} cannot have {open} open, {shipped} shipped and \
                 {returned} returned units; correct the status, or quantity_cancelled, quantity_shipped, \
                 quantity_returned in order_items.csv",
                n + 2
            )
        })
        .collect();
    assert_eq!(problems(&place, &folder(&place, &statuses, &items)), expected);
}

fn compares_counters_with_existing_records(on: On) {
    let place = Place::on(on);
    let statuses = ["PARTIALLY_SHIPPED"];
    let items = |counters: &str| format!("{ITEMS}R0,S1,5,1.00,{counters}\n");
    let import = |counters: &str| folder(&place, &statuses, &items(counters));
    place.succeed(&["import", &import("2,1,1")]);
    let before = place.dump();
    for equal in ["2,1,1", ",,", "2,,"] {
        let out = place.succeed(&["import", &import(equal)]);
        assert!(out.contains(&counted("order items", [0, 0, 0, 1])), "{equal}: {out}");
    }
    let said = place.run(&["import", &import("3,0,1")]);
    let expected = "oms: nothing was imported because of 2 errors:\n\
        order_items.csv:2:quantity_cancelled: 0 in the file, 1 in the database\n\
        order_items.csv:2:quantity_shipped: 3 in the file, 2 in the database\n";
    assert!(said.err.starts_with(expected), "{}", said.err);
    let out = place.succeed(&["import", &import("3,0,1"), "--keep"]);
    assert!(out.contains(&counted("order items", [0, 0, 1, 0])), "{out}");
    assert!(place.dump() == before);
}

async fn imported_orders_are_fulfilled_in_part(on: On) {
    let place = Place::on(on);
    // Of 5 units, 3 are reserved for the first order, and 2 of 4 for the second.
    let items = "order_reference,sku,quantity,unit_price\nR0,S1,3,9\nR1,S1,4,9\nR2,S1,2147483647,0\n\
        R2,S1,2147483647,0\n";
    place.succeed(&["import", &folder(&place, &["PENDING", "PROCESSING", "SHIPPED"], items)]);
    let server = Process::serve(place.store.argument());
    let client = server.client();
    let result = "{ order { status items { nodes { quantityOpen quantityReserved } } }
        errors { code path ... on InsufficientStockError { shortages { requested available } } } }";
    let run = async |mutation: &str| {
        let done = client.run(&format!("mutation {{ done: {mutation} {result} }}"), Value::Null).await;
        done["done"].clone()
    };
    let order = |status: &str, open: i32, reserved: i32| {
        let items = json!({"nodes": [{"quantityOpen": open, "quantityReserved": reserved}]});
        json!({"order": {"status": status, "items": items}, "errors": []})
    };
    let refused = |error: Value| json!({"order": null, "errors": [error]});

    // Reserved units ship first; then there is none left, and the rest is cancelled without releasing any.
    let ship = "shipOrder(input: { id: \"ord_2\", items: [{ itemId: \"itm_2\", quantity: 1 }] })";
    assert_eq!(run(ship).await, order("PARTIALLY_SHIPPED", 3, 1));
    assert_eq!(run(ship).await, order("PARTIALLY_SHIPPED", 2, 0));
    let shortage = json!({"requested": 1, "available": 0});
    let short = refused(json!({"code": "INSUFFICIENT_STOCK", "path": ["items"], "shortages": [shortage]}));
    assert_eq!(run(ship).await, short);
    let cancel = "cancelOrder(input: { id: \"ord_2\", items: [{ itemId: \"itm_2\", quantity: 1 }] })";
    assert_eq!(run(cancel).await, order("PARTIALLY_SHIPPED", 1, 0));
    assert_eq!(run("cancelOrder(input: { id: \"ord_2\" })").await, order("SHIPPED", 0, 0));

    // More units than an inventory can hold are returned without restocking only.
    let back = |items: &str| format!("returnOrder(input: {{ id: \"ord_3\", items: [{items}] }})");
    let (one, other) =
        ("{ itemId: \"itm_3\", quantity: 2147483647 }", "{ itemId: \"itm_4\", quantity: 2147483647 }");
    let too_many = |path: Value| refused(json!({"code": "INVALID_INPUT", "path": path}));
    assert_eq!(run(&back(&format!("{one} {other}"))).await, too_many(json!(["items"])));
    assert_eq!(run(&back(one)).await, too_many(json!(["items", "0", "quantity"])));
    let written_off =
        format!("returnOrder(input: {{ id: \"ord_3\", restock: false, items: [{one} {other}] }})");
    assert_eq!(run(&written_off).await["order"]["status"], "RETURNED");
    assert_eq!(number(&mut place.conn(), "SELECT quantity FROM inventory"), 3);
    assert_balanced(&place.store);
}
