//! `oms seed`.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use diesel::prelude::*;
use oms::db::schema::customers;

use oms::orders::status::OrderStatus;

use crate::books::assert_balanced;
use crate::command::{Place, assert_consistent, counts, number, oms};
use crate::kinds::{On, on_each_database};

const SMALL: [&str; 7] = ["seed", "--customers", "40", "--products", "30", "--orders", "400"];

on_each_database! {
    fn same_seed_generates_the_same_data;
    fn generated_data_is_consistent_and_plausible;
    fn generates_small_databases;
    fn rejects_a_database_with_rows;
    fn killed_seed_leaves_the_database_empty_and_can_be_repeated;
}

fn same_seed_generates_the_same_data(on: On) {
    let (one, other, third) = (Place::on(on), Place::on(on), Place::on(on));
    let out = one.succeed(&SMALL);
    assert!(out.contains("created 40 customers, 30 products and 400 orders with "), "{out}");
    other.succeed(&SMALL);
    third.succeed(&[&SMALL[..], &["--seed", "2"]].concat());
    assert!(one.dump() == other.dump());
    assert!(one.dump() != third.dump());
}

fn generated_data_is_consistent_and_plausible(on: On) {
    let place = Place::on(on);
    place.succeed(&["seed", "--customers", "300", "--products", "200", "--orders", "10500"]);
    let conn = &mut place.conn();
    assert_consistent(conn);
    assert_eq!(counts(conn)[..4], [300, 200, 200, 10_500]);
    for (rule, broken) in [
        (
            "an open order holds all of its units",
            "SELECT count(*) FROM order_items l JOIN orders o ON o.id = l.order_id
             WHERE status IN ('PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED')
                 AND quantity_reserved <> quantity - quantity_cancelled - quantity_shipped",
        ),
        (
            "lines are of distinct products",
            "SELECT count(*) FROM (SELECT 1 FROM order_items GROUP BY order_id, product_id HAVING count(*) > 1) AS twice",
        ),
        (
            "an order has at most five lines",
            "SELECT count(*) FROM (SELECT 1 FROM order_items GROUP BY order_id HAVING count(*) > 5) AS large",
        ),
        (
            "lines are as their products",
            "SELECT count(*) FROM order_items l JOIN products p ON p.id = l.product_id
             WHERE (l.product_name, l.product_sku, l.unit_price) <> (p.name, p.sku, p.price)",
        ),
        (
            "nobody orders before they are a customer",
            "SELECT count(*) FROM orders JOIN customers c ON c.id = customer_id WHERE c.created_at > order_date",
        ),
        (
            "e-mail addresses are kept as they are compared",
            "SELECT count(*) FROM customers WHERE email <> email_key",
        ),
        (
            "no order is changed after the end of the period",
            "SELECT count(*) FROM orders WHERE updated_at > 1782777600000000",
        ),
        ("nothing is changed before it is made", "SELECT count(*) FROM orders WHERE updated_at < created_at"),
    ] {
        assert_eq!(number(conn, broken), 0, "{rule}");
    }
    for status in OrderStatus::ALL {
        let some = number(conn, &format!("SELECT count(*) FROM orders WHERE status = '{status}'"));
        assert!(some > 0, "no order is {status}");
    }
    for some in [
        "status = 'DELIVERED' AND returned_amount > 0",
        "status <> 'CANCELLED' AND cancel_reason IS NOT NULL",
        "return_reason IS NOT NULL",
        "tracking_number IS NOT NULL",
    ] {
        assert!(number(conn, &format!("SELECT count(*) FROM orders WHERE {some}")) > 0, "{some}");
    }
    assert_balanced(&place.store);
    assert!(number(conn, "SELECT count(*) FROM inventory WHERE quantity - reserved <= reorder_level") > 0);
    assert!(number(conn, "SELECT count(*) FROM orders WHERE reference IS NULL") > 0);
    let emails: Vec<String> = customers::table.select(customers::email).load(conn).unwrap();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "@.-".contains(c);
    assert!(emails.iter().all(|email| email.chars().all(plain)));
}

fn generates_small_databases(on: On) {
    for (customers, products, orders) in [("0", "0", "0"), ("5", "0", "0"), ("0", "5", "0"), ("1", "1", "30")]
    {
        let place = Place::on(on);
        place.succeed(&["seed", "--customers", customers, "--products", products, "--orders", orders]);
        let conn = &mut place.conn();
        assert_consistent(conn);
        assert_eq!(counts(conn).map(|n| n.to_string())[..4], [customers, products, products, orders]);
    }
}

fn rejects_a_database_with_rows(on: On) {
    let place = Place::on(on);
    place.succeed(&SMALL);
    let before = place.dump();
    let said = place.run(&SMALL);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("is not empty: `oms seed` requires an empty database"), "{}", said.err);
    assert!(before == place.dump());
}

fn killed_seed_leaves_the_database_empty_and_can_be_repeated(on: On) {
    let place = Place::on(on);
    place.succeed(&["migrate", "up"]);
    let mut seed = oms();
    seed.args(["seed", "--orders", "1000000", "--database"]).arg(place.store.argument());
    let mut child = seed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !place.store.is_being_written() {
        assert!(child.try_wait().unwrap().is_none());
    }
    thread::sleep(Duration::from_millis(500));
    assert!(place.store.is_being_written(), "it was too fast to be killed");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(counts(&mut place.conn()), [0; 5]);
    place.succeed(&SMALL);
    assert_consistent(&mut place.conn());
}
