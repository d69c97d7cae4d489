//! The SQL of important requests, and the query plans of SQLite: `tests/plans/<name>.sql`. A plan must not
//! scan or sort a whole table, unless the case gives a reason.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use oms::clock::Clock;
use oms::config::limits::Limits;
use oms::customers::Customer;
use oms::db::{Conn, Db, Purpose};
use oms::entity::Entity;
use oms::graphql::Engine;
use oms::graphql::request::Request;
use oms::inventory::Inventory;
use oms::orders::{Order, OrderItem};
use oms::products::Product;
use serde_json::Value;

use crate::command::number;
use crate::kinds::On;
use crate::say;
use crate::scenarios::{compare, updating};
use crate::shop::NOW;
use crate::store::Store;
use crate::watch::Statements;

/// The tables that grow with the data. `one` is the alias of the page of one parent in a batch query.
const BIG: [&str; 7] = ["customers", "products", "orders", "order_items", "inventory", "events", "one"];

/// Requests, and the exceptions that they are allowed.
struct Case {
    name: String,
    /// Sent one after the other. `AFTER` is replaced by the `endCursor` of the previous response.
    requests: Vec<String>,
    /// The reason why the case may scan or sort a whole table.
    whole: Option<&'static str>,
}

fn case(name: &str, requests: &[&str]) -> Case {
    Case { name: name.to_owned(), requests: requests.iter().map(ToString::to_string).collect(), whole: None }
}

fn whole(why: &'static str, name: &str, requests: &[&str]) -> Case {
    Case { whole: Some(why), ..case(name, requests) }
}

/// Pages of a list in both directions, with and without a cursor.
fn sorted(list: &str, field: &str, whole: Option<&'static str>) -> Case {
    let page = |direction: &str, after: &str| {
        format!(
            "{{ {list}(first: 2{after}, orderBy: {{field: {field}, direction: {direction}}}) \
             {{ nodes {{ id }} pageInfo {{ endCursor }} }} }}"
        )
    };
    let after = ", after: \"AFTER\"";
    Case {
        name: format!("{list}_by_{}", field.to_lowercase()),
        requests: vec![page("ASC", ""), page("ASC", after), page("DESC", ""), page("DESC", after)],
        whole,
    }
}

const NO_INDEX: Option<&str> = Some("there is no index for this order");
const UNINDEXED: &str = "there is no index for this condition";
const ANY_CASE: &str = "no index knows upper from lower case; with `ignoreCase: false` it is found at once";
const REPORT: &str = "a report over all of them";

fn cases() -> Vec<Case> {
    let mut cases = vec![
        case(
            "customer",
            &[
                r#"{ customer(by: {id: "cus_1"}) { id } }"#,
                r#"{ customer(by: {email: "Ada@example.com"}) { id } }"#,
            ],
        ),
        case(
            "product",
            &[r#"{ product(by: {id: "prd_1"}) { id } }"#, r#"{ product(by: {sku: "TEA-100"}) { id } }"#],
        ),
        case(
            "order",
            &[r#"{ order(by: {id: "ord_101"}) { id } }"#, r#"{ order(by: {reference: "A-101"}) { id } }"#],
        ),
        case("order_item", &[r#"{ orderItem(id: "itm_1001") { id } }"#]),
        case(
            "inventory",
            &[
                r#"{ inventory(by: {id: "inv_11"}) { id } }"#,
                r#"{ inventory(by: {productId: "prd_1"}) { id } }"#,
                r#"{ inventory(by: {sku: "TEA-100"}) { id } }"#,
            ],
        ),
        case("nodes", &[r#"{ nodes(ids: ["cus_1", "prd_1", "ord_101", "itm_1001", "inv_11"]) { id } }"#]),
        case(
            "customer_orders",
            &[
                "{ customers(first: 2) { nodes { orders { nodes { id } pageInfo { endCursor } } } } }",
                r#"{ customers(first: 2) { nodes { orders(first: 1, after: "AFTER") { nodes { id } } } } }"#,
                "{ customers(first: 2) { nodes { orders(last: 1) { nodes { id } } } } }",
                "{ customers(first: 2) { nodes { orders(first: 1, orderBy: {field: ORDER_DATE, direction: DESC}) { nodes { id } } } } }",
                "{ customers(first: 2) { nodes { orders(where: {status: {eq: PENDING}}) { nodes { id } } } } }",
                "{ customers(first: 2) { nodes { orders { nodes { id } totalCount } } } }",
            ],
        ),
        case(
            "order_items_of_orders",
            &[
                "{ orders(first: 2) { nodes { items { nodes { id } pageInfo { endCursor } } } } }",
                r#"{ orders(first: 2) { nodes { items(first: 1, after: "AFTER") { nodes { id } pageInfo { hasPreviousPage } } } } }"#,
            ],
        ),
        case(
            "order_items_of_products",
            &[
                "{ products(first: 2) { nodes { orderItems { nodes { id } pageInfo { endCursor } } } } }",
                r#"{ products(first: 2) { nodes { orderItems(first: 1, after: "AFTER") { nodes { id } } } } }"#,
            ],
        ),
        case(
            "order_events",
            &[
                "{ orders(first: 2) { nodes { events { nodes { id } pageInfo { endCursor } } } } }",
                "{ orders(first: 2) { nodes { events(last: 1) { nodes { items { itemId } order { id } } } } } }",
            ],
        ),
        case(
            "inventory_movements",
            &[
                "{ inventories(first: 2) { nodes { movements { nodes { id } pageInfo { endCursor } } } } }",
                r#"{ inventories(first: 2) { nodes { movements(last: 1, before: "AFTER") { nodes { product { id } } } } } }"#,
                r#"{ inventories(first: 2) { nodes { quantityAt(at: "2026-01-01T00:00:00Z") { quantity } } } }"#,
            ],
        ),
        case(
            "event_log",
            &[
                "{ eventLog(first: 2) { endCursor } }",
                r#"{ eventLog(first: 2, after: "AFTER", where: { types: [STOCK_OPENED], productId: "prd_1" }) { endCursor } }"#,
            ],
        ),
        whole(
            "movements are found among the other events, in the order of ids",
            "stock_movements",
            &["{ stockMovements(first: 2, orderBy: [{ field: ID, direction: DESC }]) { nodes { id } } }"],
        ),
        case("stock_audit", &["{ stockAudit { productId } }"]),
        case(
            "the_way_down",
            &[
                "{ customers { nodes { orders { nodes { items { nodes { product { inventory { id } } } } } } } } }",
            ],
        ),
        case(
            "the_way_back",
            &["{ inventories { nodes { product { orderItems { nodes { order { customer { id } } } } } } } }"],
        ),
        case(
            "customers_by_email_address",
            &[
                r#"{ customers(where: {email: {eq: "Ada@example.com"}}) { nodes { id } } }"#,
                r#"{ customers(where: {email: {in: ["ada@example.com", "zoe@example.com"]}}) { nodes { id } } }"#,
            ],
        ),
        whole(
            "all that start so are found, and sorted by their ids",
            "customers_whose_email_address_starts",
            &[r#"{ customers(where: {email: {startsWith: "Ada"}}) { nodes { id } } }"#],
        ),
        case(
            "customers_with_large_orders",
            &[r#"{ customers(where: {orders: {some: {totalAmount: {gte: "1000.00"}}}}) { nodes { id } } }"#],
        ),
        whole(
            UNINDEXED,
            "customers_without_large_orders",
            &[r#"{ customers(where: {orders: {none: {totalAmount: {gte: "1000.00"}}}}) { nodes { id } } }"#],
        ),
        whole(
            UNINDEXED,
            "customers_by_order_count",
            &["{ customers(where: {orderCount: {gte: 2}}) { nodes { id } } }"],
        ),
        whole(
            UNINDEXED,
            "customers_whose_name_contains",
            &[r#"{ customers(where: {name: {contains: "love"}}) { nodes { id } } }"#],
        ),
        case(
            "products_with_a_sku",
            &[r#"{ products(where: {sku: {eq: "TEA-100", ignoreCase: false}}) { nodes { id } } }"#],
        ),
        whole(
            ANY_CASE,
            "products_with_a_sku_in_any_case",
            &[r#"{ products(where: {sku: {eq: "tea-100"}}) { nodes { id } } }"#],
        ),
        case(
            "products_in_a_price_range",
            &[
                r#"{ products(where: {price: {gte: "5.00", lt: "20.00"}}, orderBy: {field: PRICE}) { nodes { id } } }"#,
            ],
        ),
        case(
            "orders_with_a_reference",
            &[r#"{ orders(where: {reference: {eq: "A-101", ignoreCase: false}}) { nodes { id } } }"#],
        ),
        whole(
            ANY_CASE,
            "orders_with_a_reference_in_any_case",
            &[r#"{ orders(where: {reference: {eq: "a-101"}}) { nodes { id } } }"#],
        ),
        case(
            "orders_in_a_state",
            &[
                "{ orders(where: {status: {eq: PENDING}}) { nodes { id } } }",
                "{ orders(where: {status: {in: [PENDING, PROCESSING]}}) { nodes { id } } }",
                "{ orders(where: {status: {eq: PENDING}}) { nodes { id } totalCount } }",
            ],
        ),
        case(
            "orders_of_some_days",
            &[
                r#"{ orders(where: {orderDate: {gte: "2026-01-01T00:00:00Z", lt: "2026-02-01T00:00:00Z"}}, orderBy: {field: ORDER_DATE, direction: DESC}) { nodes { id } totalCount } }"#,
            ],
        ),
        case(
            "orders_above_an_amount",
            &[
                r#"{ orders(where: {totalAmount: {gte: "100.00"}}, orderBy: {field: TOTAL_AMOUNT, direction: DESC}) { nodes { id } totalCount } }"#,
            ],
        ),
        case(
            "orders_of_a_customer",
            &[
                r#"{ orders(where: {customer: {id: {eq: "cus_1"}}}) { nodes { id } } }"#,
                r#"{ orders(where: {customer: {email: {eq: "ada@example.com"}}}) { nodes { id } } }"#,
            ],
        ),
        case(
            "orders_with_a_product",
            &[r#"{ orders(where: {items: {some: {product: {id: {eq: "prd_1"}}}}}) { nodes { id } } }"#],
        ),
        whole(
            "stock is one row a product: there is no index to keep up with every change of it",
            "low_stock",
            &["{ lowStock { nodes { id } } }", "{ lowStock(threshold: 5) { nodes { id } } }"],
        ),
        whole(
            "counts all of them",
            "total_counts",
            &[
                "{ customers { totalCount } products { totalCount } orders { totalCount } orderItems { totalCount } inventories { totalCount } }",
            ],
        ),
        case(
            "page_info",
            &[
                "{ orders(first: 2) { pageInfo { hasNextPage endCursor } } }",
                r#"{ orders(first: 2, after: "AFTER") { pageInfo { hasPreviousPage hasNextPage } } }"#,
            ],
        ),
        case(
            "figures_of_a_customer",
            &["{ customers(first: 2) { nodes { ordersAggregate { count sum { totalAmount } } } } }"],
        ),
        whole(REPORT, "figures_of_all_orders", &["{ ordersAggregate { count sum { totalAmount } } }"]),
        whole(
            REPORT,
            "top_customers",
            &[
                "{ topCustomers(limit: 3) { customer { id } orderCount } }",
                "{ topCustomers(limit: 3, by: TOTAL_AMOUNT) { customer { id } totalAmount } }",
            ],
        ),
        whole(
            REPORT,
            "top_products",
            &[
                "{ topProducts(limit: 3) { product { id } unitsSold } }",
                "{ topProducts(limit: 3, by: REVENUE) { product { id } revenue } }",
            ],
        ),
        case(
            "create_order",
            &[r#"mutation { createOrder(input: {customer: {id: "cus_1"}, reference: "N-1", items: [
                {product: {id: "prd_1"}, quantity: 1}, {product: {id: "prd_2"}, quantity: 1},
                {product: {sku: "BOX-600"}, quantity: 2}]}) { order { id } errors { code } } }"#],
        ),
        case(
            "cancel_order",
            &[r#"mutation { cancelOrder(input: {id: "ord_101"}) { order { id } errors { code } } }"#],
        ),
        case(
            "process_order",
            &[r#"mutation { processOrder(input: {id: "ord_101"}) { order { id } errors { code } } }"#],
        ),
        case(
            "ship_order",
            &[r#"mutation { shipOrder(input: {id: "ord_102"}) { order { id } errors { code } } }"#],
        ),
        case(
            "ship_cancel_and_return_units",
            &[
                r#"mutation { shipOrder(input: {id: "ord_102", items: [{itemId: "itm_1003", quantity: 1}, {itemId: "itm_1004", quantity: 2}]}) { order { id } errors { code } } }"#,
                r#"mutation { cancelOrder(input: {id: "ord_102", items: [{itemId: "itm_1004", quantity: 1}]}) { order { id } errors { code } } }"#,
                r#"mutation { returnOrder(input: {id: "ord_102", items: [{itemId: "itm_1004", quantity: 1}]}) { order { id } errors { code } } }"#,
            ],
        ),
        case(
            "delete_order",
            &[r#"mutation { deleteOrder(input: {id: "ord_101"}) { deletedId errors { code } } }"#],
        ),
        case(
            "add_order_item",
            &[
                r#"mutation { addOrderItem(input: {orderId: "ord_101", product: {id: "prd_2"}, quantity: 1}) { order { id } errors { code } } }"#,
            ],
        ),
        case(
            "update_customer",
            &[
                r#"mutation { updateCustomer(input: {id: "cus_1", phone: null}) { customer { id } errors { code } } }"#,
            ],
        ),
        case(
            "delete_customer",
            &[
                r#"mutation { deleteCustomer(input: {id: "cus_4"}) { deletedId errors { code } } }"#,
                r#"mutation { deleteCustomer(input: {id: "cus_1"}) { deletedId errors { code } } }"#,
            ],
        ),
        case(
            "delete_product",
            &[r#"mutation { deleteProduct(input: {id: "prd_1"}) { deletedId errors { code } } }"#],
        ),
        case(
            "restock_inventory",
            &[
                r#"mutation { restockInventory(input: {inventory: {sku: "TEA-100"}, quantity: 5}) { inventory { id } errors { code } } }"#,
            ],
        ),
    ];
    for (list, keys) in [
        ("customers", Customer::sort_keys()),
        ("products", Product::sort_keys()),
        ("orders", Order::sort_keys()),
        ("orderItems", OrderItem::sort_keys()),
        ("inventories", Inventory::sort_keys()),
    ] {
        // An exception that is not needed is an error, so a key is indexed exactly if its description says so.
        for key in keys {
            cases.push(sorted(list, &key.name, if key.is_indexed { None } else { NO_INDEX }));
        }
    }
    cases
}

#[tokio::test]
async fn plans_match_snapshots_and_avoid_full_scans() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans");
    let update = updating();
    let cases = cases();
    let mut wrong = Vec::new();
    let mut files = BTreeSet::new();
    for case in &cases {
        let snapshot = folder.join(format!("{}.sql", case.name));
        assert!(files.insert(snapshot.clone()), "two cases are called {}", case.name);
        let (text, faults) = run(case).await;
        let faults = match case.whole {
            None => faults,
            Some(_) if faults.is_empty() => vec!["it needs no exception".to_owned()],
            Some(_) => Vec::new(),
        };
        let compared = compare(&snapshot, &text, update).err();
        wrong.extend(faults.into_iter().chain(compared).map(|why| format!("{}: {why}", case.name)));
    }
    let found: BTreeSet<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    wrong.extend(found.difference(&files).map(|file| format!("{}: there is no such case", file.display())));

    say(&format!("plans: {} looked at, {} wrong", cases.len(), wrong.len()));
    assert!(wrong.is_empty(), "\n\n{}\nUPDATE_SNAPSHOTS=1 writes what the plans are now.", wrong.join("\n"));
}

#[test]
fn plans_do_not_depend_on_values() {
    let conn = &mut Store::filled(On::Sqlite).conn();
    for option in ["ENABLE_QPSG", "THREADSAFE=2"] {
        let sql = format!("SELECT count(*) FROM pragma_compile_options WHERE compile_options = '{option}'");
        assert_eq!(number(conn, &sql), 1, "SQLite was not built as .cargo/config.toml says: {option}");
    }
}

/// Returns the snapshot of a case, and the rules that it breaks.
async fn run(case: &Case) -> (String, Vec<String>) {
    let file = Store::filled(On::Sqlite);
    let seen = Statements::default();
    let clock = Clock::Fixed(NOW.parse().unwrap());
    let db = Db::open_observed(file.path(), clock, seen.watch()).unwrap();
    let engine = Engine::new(db.clone(), &Limits::default());
    let mut text = String::new();
    if let Some(why) = case.whole {
        let _ = writeln!(text, "-- Reads or sorts much: {why}.\n");
    }
    let mut faults = Vec::new();
    let mut cursor = String::new();
    for request in &case.requests {
        let request = request.replace("AFTER", &cursor);
        let answer = engine.execute(Request::new(&request)).await;
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert!(body.get("errors").is_none(), "{}: {request}: {body}", case.name);
        cursor = end_cursor(&body).unwrap_or_default();
        let _ = writeln!(text, "-- {}", request.split_whitespace().collect::<Vec<_>>().join(" "));
        let mut known: Vec<String> = Vec::new();
        for sql in seen.take() {
            let is_about_rows = ["SELECT", "INSERT", "UPDATE", "DELETE"].iter().any(|w| sql.starts_with(w));
            if !is_about_rows || known.contains(&sql) {
                continue;
            }
            let plan = explain(&file.path(), &sql);
            faults.extend(breaches(&sql, &plan));
            let _ = writeln!(text, "{};", in_lines(&sql));
            if !seen.is_kept(&sql) {
                text.push_str("--   prepared anew each time\n");
            }
            for step in &plan {
                let _ = writeln!(text, "--   {}{}", "  ".repeat(depth(&plan, step)), step.detail);
            }
            known.push(sql);
        }
        text.push('\n');
    }
    db.close().await;
    (format!("{}\n", text.trim_end()), faults)
}

fn end_cursor(body: &Value) -> Option<String> {
    match body {
        Value::Object(fields) => match fields.get("endCursor") {
            Some(Value::String(cursor)) => Some(cursor.clone()),
            _ => fields.values().find_map(end_cursor),
        },
        Value::Array(values) => values.iter().find_map(end_cursor),
        _ => None,
    }
}

fn in_lines(sql: &str) -> String {
    let breaks = [
        " FROM ",
        " WHERE ",
        " GROUP BY ",
        " ORDER BY ",
        " LIMIT ",
        " CROSS JOIN ",
        " VALUES ",
        " SET ",
        " RETURNING ",
    ];
    breaks.iter().fold(sql.to_owned(), |sql, word| sql.replace(word, &format!("\n{}", &word[1..])))
}

/// A step of a query plan.
#[derive(Debug, QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    id: i32,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    parent: i32,
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

fn explain(path: &Path, sql: &str) -> Vec<Step> {
    let conn = &mut Conn::open(&path.into(), Purpose::Read).unwrap();
    diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(conn).unwrap()
}

fn depth(plan: &[Step], step: &Step) -> usize {
    let parent = plan.iter().find(|other| other.id == step.parent);
    parent.map_or(0, |parent| 1 + depth(plan, parent))
}

/// Returns the rules that a statement breaks.
fn breaches(sql: &str, plan: &[Step]) -> Vec<String> {
    let mut found = Vec::new();
    for step in plan {
        let beside = || plan.iter().filter(|other| other.parent == step.parent);
        if table(step, "SCAN ").is_some() {
            // Reads the first rows in index order, and stops at the limit.
            let stops = step.parent == 0
                && sql.ends_with("LIMIT ?")
                && !sql.contains(" WHERE ")
                && !beside().any(|other| other.detail.starts_with("USE TEMP B-TREE"));
            if !stops {
                found.push(format!("reads a whole table ({}): {sql}", step.detail));
            }
        }
        let sorts = step.detail.starts_with("USE TEMP B-TREE") && step.detail.ends_with("ORDER BY");
        let many = |other: &Step| table(other, "SEARCH ").is_some() && other.detail.contains(['<', '>']);
        if sorts && beside().any(many) {
            found.push(format!("sorts what a range has found: {sql}"));
        }
    }
    found
}

/// Returns the growing table that a step reads in this way.
fn table<'a>(step: &'a Step, way: &str) -> Option<&'a str> {
    let name = step.detail.strip_prefix(way)?.split(' ').next()?;
    BIG.contains(&name).then_some(name)
}

#[test]
fn each_rule_detects_a_violation() {
    let step = |id, parent, detail: &str| Step { id, parent, detail: detail.to_owned() };
    let by_name = "SELECT id FROM customers ORDER BY name LIMIT ?";
    let scan = || step(1, 0, "SCAN customers USING INDEX customers_name");
    let sort = || step(2, 0, "USE TEMP B-TREE FOR ORDER BY");
    assert_eq!(breaches(by_name, &[scan()]).len(), 0);
    assert_eq!(breaches(by_name, &[scan(), sort()]).len(), 1);
    assert_eq!(breaches("SELECT id FROM customers", &[scan()]).len(), 1);
    assert_eq!(breaches("SELECT id FROM customers WHERE phone = ? LIMIT ?", &[scan()]).len(), 1);
    assert_eq!(breaches(by_name, &[step(1, 0, "LIST SUBQUERY 1"), step(2, 1, "SCAN orders")]).len(), 1);
    let equal = step(1, 0, "SEARCH orders USING INDEX orders_customer_id (customer_id=?)");
    assert_eq!(breaches(by_name, &[equal, sort()]).len(), 0);
    let range = step(1, 0, "SEARCH orders USING INDEX orders_order_date (order_date>?)");
    assert_eq!(breaches(by_name, &[range, sort()]).len(), 1);
}
