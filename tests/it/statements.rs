//! The number of SQL statements of a request: it depends on the depth of the selection set, not on page
//! sizes.

use async_graphql::Variables;
use oms::clock::Clock;
use oms::config::limits::Limits;
use oms::db::Db;
use oms::graphql::Engine;
use oms::graphql::request::Request;
use serde_json::{Value, json};

use crate::command::Place;
use crate::kinds::{On, on_each_database};
use crate::shop::NOW;
use crate::store::Store;
use crate::watch::Statements;

const SEED: [&str; 7] = ["seed", "--customers", "150", "--products", "120", "--orders", "1500"];
const PAGE_SIZES: [usize; 3] = [1, 20, 100];

fn clock() -> Clock {
    Clock::Fixed(NOW.parse().unwrap())
}

/// Returns the response, and the number of its SQL statements.
async fn ask(engine: &Engine, text: &str, variables: Value) -> (Value, u64) {
    let answer = engine.execute(Request::new(text).variables(Variables::from_json(variables))).await;
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    assert!(body.get("errors").is_none(), "{text}: {body}");
    (body["data"].clone(), answer.statements)
}

on_each_database! {
    async fn number_of_statements_is_independent_of_page_size;
    async fn ids_are_loaded_with_one_statement_per_type;
    async fn total_count_alone_loads_no_page;
}

async fn number_of_statements_is_independent_of_page_size(on: On) {
    let place = Place::on(on);
    place.succeed(&SEED);
    let db = Db::open(place.store.address(), clock()).unwrap();
    let engine = Engine::new(db.clone(), &Limits { max_cost: u64::MAX, ..Limits::default() });
    for (what, list, text, statements) in [
        (
            "the way down",
            "customers",
            "query($n: Int) { customers(first: $n) { nodes { id orders(first: $n) { nodes { id
                 items(first: $n) { nodes { id product { id inventory { id } } } } } } } } }",
            5,
        ),
        (
            "the way back",
            "inventories",
            "query($n: Int) { inventories(first: $n) { nodes { id product { id orderItems(first: $n) { nodes { id
                 order { id customer { id } } } } } } } }",
            5,
        ),
        (
            "everything about a page and the pages in it",
            "customers",
            "query($n: Int) { customers(first: $n) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
                 nodes { id } edges { cursor node { id orders(first: $n) { totalCount nodes { id } edges { cursor } } } } } }",
            4,
        ),
        (
            "one relation under several names",
            "orders",
            "query($n: Int) { orders(first: $n) { nodes { id customer { id } buyer: customer { name }
                 items(first: 2) { nodes { id } } last: items(last: 1) { nodes { id } } } } }",
            5,
        ),
        (
            "figures of each",
            "customers",
            "query($n: Int) { customers(first: $n) { nodes { id ordersAggregate { count sum { totalAmount } } } } }",
            2,
        ),
    ] {
        for n in PAGE_SIZES {
            let (data, took) = ask(&engine, text, json!({ "n": n })).await;
            let rows = data[list]["nodes"].as_array().unwrap().len();
            assert_eq!((rows, took), (n, statements), "{what}, pages of {n}");
        }
    }
    db.close().await;
}

async fn ids_are_loaded_with_one_statement_per_type(on: On) {
    let place = Place::on(on);
    place.succeed(&SEED);
    let db = Db::open(place.store.address(), clock()).unwrap();
    let engine = Engine::new(db.clone(), &Limits { max_cost: u64::MAX, ..Limits::default() });
    let text = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    for (kinds, statements) in [(&["cus"][..], 1), (&["cus", "prd", "ord", "itm", "inv"], 5)] {
        for n in PAGE_SIZES {
            let ids: Vec<String> =
                (0..n).map(|n| format!("{}_{}", kinds[n % kinds.len()], 1 + n / kinds.len())).collect();
            let (data, took) = ask(&engine, text, json!({ "ids": ids })).await;
            let found = data["nodes"].as_array().unwrap().iter().filter(|node| !node.is_null()).count();
            assert_eq!((found, took), (n, statements.min(n as u64)), "{n} ids of {} kinds", kinds.len());
        }
    }
    db.close().await;
}

async fn total_count_alone_loads_no_page(on: On) {
    let place = Place::on(on);
    place.succeed(&SEED);
    let db = Db::open(place.store.address(), clock()).unwrap();
    let engine = Engine::new(db.clone(), &Limits::default());
    for (text, expected, statements) in [
        ("{ customers { totalCount } }", json!({ "totalCount": 150 }), 1),
        ("{ customers { ... on CustomerConnection { n: totalCount } } }", json!({ "n": 150 }), 1),
        ("{ customers { __typename } }", json!({ "__typename": "CustomerConnection" }), 0),
        (
            "query($yes: Boolean = true) { customers(first: 1) { totalCount pageInfo @include(if: $yes) { hasNextPage } } }",
            json!({ "totalCount": 150, "pageInfo": { "hasNextPage": true } }),
            2,
        ),
        (
            "{ customers(first: 2) { ...Both } } fragment Both on CustomerConnection { totalCount nodes { id } }",
            json!({ "totalCount": 150, "nodes": [{ "id": "cus_1" }, { "id": "cus_2" }] }),
            2,
        ),
    ] {
        let (data, took) = ask(&engine, text, json!({})).await;
        assert_eq!((&data["customers"], took), (&expected, statements), "{text}");
    }
    let text = "{ customers(first: 3) { nodes { orders { totalCount } } } }";
    let (data, took) = ask(&engine, text, json!({})).await;
    let counts = data["customers"]["nodes"].as_array().unwrap().iter();
    let counts: Vec<u64> = counts.filter_map(|node| node["orders"]["totalCount"].as_u64()).collect();
    assert_eq!((counts.len(), took), (3, 2), "{data}");
    assert!(counts.iter().sum::<u64>() > 0, "{data}");
    db.close().await;
}

#[tokio::test]
async fn create_order_with_three_items_needs_few_statements() {
    let file = Store::filled(On::Sqlite);
    let seen = Statements::default();
    let db = Db::open_observed(file.path(), clock(), seen.watch()).unwrap();
    let engine = Engine::new(db.clone(), &Limits { max_cost: u64::MAX, ..Limits::default() });
    let text = r#"mutation { createOrder(input: {customer: {id: "cus_1"}, reference: "N-1", items: [
        {product: {id: "prd_1"}, quantity: 1}, {product: {id: "prd_2"}, quantity: 1},
        {product: {id: "prd_6"}, quantity: 2}]}) { order { id totalAmount } errors { code } } }"#;
    let (data, _) = ask(&engine, text, json!({})).await;
    assert_eq!(data["createOrder"]["errors"], json!([]));
    let run = seen.take();
    db.close().await;

    let words = |sql: &String| sql.split_whitespace().take(3).collect::<Vec<_>>().join(" ").replace('`', "");
    let anew: Vec<&String> = run.iter().filter(|text| !seen.is_kept(text)).collect();
    assert_eq!(anew, Vec::<&String>::new(), "these are prepared anew for each order");
    let expected = [
        "BEGIN IMMEDIATE",
        "SAVEPOINT job",
        "SELECT customers.id, customers.name,",
        "SELECT products.id, products.sku,",
        "SELECT orders.id, orders.reference,",
        "UPDATE inventory SET",
        "UPDATE inventory SET",
        "UPDATE inventory SET",
        "SELECT inventory.product_id, inventory.version,",
        "INSERT INTO orders",
        "SELECT last_insert_rowid()",
        "INSERT INTO order_items",
        "INSERT INTO order_items",
        "INSERT INTO order_items",
        "INSERT INTO events",
        "UPDATE event_log SET",
        "RELEASE job",
        "COMMIT",
    ];
    assert_eq!(run.iter().map(words).collect::<Vec<_>>(), expected);
}
