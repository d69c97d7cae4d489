//! Imports of the counters of order items.

use super::{CUSTOMERS, PRODUCTS, counted, files, problems};
use crate::books::assert_balanced;
use crate::command::{Place, number};
use crate::kinds::{On, on_each_database};

on_each_database! {
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
