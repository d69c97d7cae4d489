//! Slow requests are logged with their statements and query plans.

use serde_json::{Value, json};

use super::wait_for;
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::store::Store;

on_each_database! {
    async fn a_slow_request_is_logged_with_its_statements_and_their_plans;
    async fn a_slow_mutation_is_logged_with_its_statements;
}

/// Returns the lines about slow requests.
fn slow(said: &str) -> Vec<Value> {
    let lines = said.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.filter(|line| line["target"] == "oms::slow").collect()
}

async fn slow_line(process: &Process) -> Value {
    wait_for("a slow request", async || slow(&process.said()).into_iter().next()).await
}

fn serve(store: &Store, seconds: &str) -> Process {
    Process::serve_with(store.argument(), &["--log-format", "json", "--slow", seconds])
}

async fn a_slow_request_is_logged_with_its_statements_and_their_plans(on: On) {
    let store = Store::filled(on);
    let process = serve(&store, "0");
    let query = "query Slow($by: CustomerBy!) { customer(by: $by) { name orders { nodes { id } } } }";
    process.client().run(query, json!({"by": {"email": "zoe@example.com"}})).await;
    let line = slow_line(&process).await;
    assert_eq!(
        (&line["level"], &line["operation"], &line["statements"]),
        (&json!("WARN"), &json!("Slow"), &json!(2))
    );
    let ran = line["ran"].as_str().unwrap();
    assert_eq!(ran.matches("1 × ").count(), 2, "{ran}");
    assert!(ran.contains("customers") && ran.contains("orders"), "{ran}");
    assert!(!ran.contains("zoe@") && !ran.contains("no plan"), "{ran}");
    let step = match on {
        On::Sqlite => "SEARCH customers USING",
        #[cfg(feature = "postgres")]
        On::Postgres => " on customers ",
    };
    assert!(ran.contains(step), "{ran}");
}

async fn a_slow_mutation_is_logged_with_its_statements(on: On) {
    let store = Store::filled(on);
    let process = serve(&store, "0");
    let change = r#"mutation Rename($name: String!) {
        updateCustomer(input: {id: "cus_3", name: $name}) { errors { code } } }"#;
    process.client().run(change, json!({"name": "Hush"})).await;
    let line = slow_line(&process).await;
    assert_eq!((&line["operation"], &line["kind"]), (&json!("Rename"), &json!("mutation")));
    let ran = line["ran"].as_str().unwrap();
    assert!(ran.contains("UPDATE") && !ran.contains("Hush") && !ran.contains("no plan"), "{ran}");
}

#[tokio::test]
async fn fast_requests_are_not_logged_as_slow() {
    let store = Store::filled(On::Sqlite);
    let process = serve(&store, "30");
    process.client().run("query Fast { customers { nodes { id } } }", json!({})).await;
    wait_for("its line", async || process.said().contains("\"Fast\"").then_some(())).await;
    assert_eq!(slow(&process.said()), Vec::<Value>::new());
}
