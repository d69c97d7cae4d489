//! `/metrics`: the values match the requests that were sent.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use oms::config::http::Http;
use oms::config::limits::Limits;
use oms::config::observe::Observe;
use oms::http::Settings;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::wait_for;
use crate::client::Client;
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::shop::Shop;
use crate::store::Store;

const JSON: Option<&str> = Some("application/json");

on_each_database! {
    async fn database_metrics_are_exported;
}

/// Returns all samples by their names with labels.
async fn samples(client: &Client) -> BTreeMap<String, f64> {
    let answer = client.get("/metrics").await;
    assert_eq!(answer.status, 200);
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    assert!(text.ends_with("# EOF\n"), "{text}");
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        })
        .collect()
}

fn requests(operation: &str, kind: &str, outcome: &str) -> String {
    format!(r#"oms_requests_total{{operation="{operation}",kind="{kind}",outcome="{outcome}"}}"#)
}

#[tokio::test]
async fn requests_are_counted_by_operation_and_outcome() {
    let limits = Limits { max_batch: Some(5), ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let page = "query Page { customers(first: 3) { nodes { id orders { nodes { id } } } } }";
    for _ in 0..3 {
        shop.run(page, json!({})).await;
    }
    shop.run(r#"{ customer(by: {id: "cus_1"}) { id } }"#, json!({})).await;
    shop.run(r#"mutation M { deleteCustomer(input: {id: "cus_999"}) { errors { code } } }"#, json!({})).await;
    shop.try_run(r#"query Half { customer(by: {id: "nobody"}) { id } }"#, json!({})).await.unwrap();
    let deep = format!(
        "{{ customers {{ nodes {} }} }}",
        "{ orders { nodes { customer ".repeat(6) + "{ id }" + &"} } }".repeat(6)
    );
    shop.try_run(&deep, json!({})).await.unwrap();
    shop.post(JSON, "{").await;
    shop.post(None, "{}").await;
    let list = r#"[{"query": "query Page { __typename }"}, {"query": "{ __typename }"}]"#;
    assert_eq!(shop.post(JSON, list).await.status, 200);

    let seen = samples(&shop).await;
    for (name, value) in [
        (requests("Page", "query", "done"), 4.0),
        (requests("(none)", "query", "done"), 2.0),
        (requests("M", "mutation", "done"), 1.0),
        (requests("Half", "query", "partial"), 1.0),
        (requests("(none)", "none", "refused"), 3.0),
        (r#"oms_refused_total{reason="max-depth"}"#.to_owned(), 1.0),
        (r#"oms_refused_total{reason="MALFORMED_REQUEST"}"#.to_owned(), 1.0),
        (r#"oms_refused_total{reason="UNSUPPORTED_MEDIA_TYPE"}"#.to_owned(), 1.0),
        (r#"oms_refused_total{reason="BAD_USER_INPUT"}"#.to_owned(), 1.0),
        (r#"oms_request_duration_seconds_count{operation="Page",kind="query"}"#.to_owned(), 4.0),
        (r#"oms_request_duration_seconds_bucket{le="+Inf",operation="Page",kind="query"}"#.to_owned(), 4.0),
        // Three pages load the orders of three customers, in one batch each.
        ("oms_load_keys_count".to_owned(), 3.0),
        ("oms_load_keys_sum".to_owned(), 9.0),
        ("oms_batch_requests_count".to_owned(), 1.0),
        ("oms_batch_requests_sum".to_owned(), 2.0),
        // Two repetitions of `page`; all other documents are new.
        ("oms_document_cache_hits_total".to_owned(), 2.0),
        ("oms_document_cache_documents".to_owned(), 6.0),
        ("oms_requests_under_way".to_owned(), 0.0),
        ("oms_slow_requests_total".to_owned(), 0.0),
        (format!(r#"oms_build_info{{version="{}"}}"#, env!("CARGO_PKG_VERSION")), 1.0),
    ] {
        assert_eq!(seen.get(&name), Some(&value), "{name} in {seen:#?}");
    }
    assert_eq!(seen["oms_request_statements_count"], 9.0, "{seen:#?}");
    assert!(seen["oms_request_statements_sum"] >= 7.0, "{seen:#?}");
    assert!(seen["oms_answer_bytes_total"] > 500.0, "{seen:#?}");
}

async fn database_metrics_are_exported(on: On) {
    let shop = Shop::open_on(on).await;
    shop.run("{ customers { nodes { id } } }", json!({})).await;
    let change = r#"mutation { updateCustomer(input: {id: "cus_3", name: "Grace"}) { errors { code } } }"#;
    shop.run(change, json!({})).await;
    let seen = wait_for("a pool that is left alone", async || {
        let seen = samples(&shop).await;
        (seen[r#"oms_pool_connections_in_use{pool="primary"}"#] == 0.0).then_some(seen)
    });
    let seen = seen.await;
    assert_eq!(seen[r#"oms_pool_connections_max{pool="primary"}"#], 16.0);
    assert!(seen[r#"oms_pool_connections{pool="primary"}"#] >= 1.0, "{seen:#?}");
    assert_eq!(seen[r#"oms_pool_waiting{pool="primary"}"#], 0.0);
    match on {
        On::Sqlite => assert_eq!(seen["oms_writer_queue"], 0.0),
        #[cfg(feature = "postgres")]
        On::Postgres => {
            assert_eq!(seen["oms_transaction_retries_total"], 0.0);
            assert_eq!(seen["oms_transactions_under_way"], 0.0);
        }
    }
    if cfg!(target_os = "linux") {
        assert!(seen["process_resident_memory_bytes"] > 1e6, "{seen:#?}");
        assert!(seen["process_cpu_seconds_total"] > 0.0, "{seen:#?}");
        assert!(seen["process_open_fds"] > 3.0, "{seen:#?}");
    }
    assert!(seen["process_start_time_seconds"] > 1.7e9, "{seen:#?}");
}

#[tokio::test]
async fn the_number_of_operation_labels_is_limited() {
    let shop = Shop::open().await;
    for n in 0..150 {
        shop.run(&format!("query N{n} {{ __typename }}"), json!({})).await;
    }
    shop.run("query N7 { __typename }", json!({})).await;
    let seen = samples(&shop).await;
    let names = seen.keys().filter(|name| name.starts_with("oms_requests_total{")).count();
    assert_eq!(names, 101);
    assert_eq!(seen[&requests("N7", "query", "done")], 2.0);
    assert_eq!(seen[&requests("(other)", "query", "done")], 50.0);
}

#[tokio::test]
async fn disconnected_clients_are_not_counted_as_refused() {
    let file = Store::filled(On::Sqlite);
    let process = Process::serve(file.path());
    // Blocks all writes.
    let mut other = file.writer();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let body = r#"{"query": "mutation M { deleteCustomer(input: {id: \"cus_999\"}) { errors { code } } }"}"#;
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let mut stream = TcpStream::connect(process.client().address()).await.unwrap();
    let sent = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(sent.as_bytes()).await.unwrap();
    let client = process.client();
    wait_for("the request", async || (samples(&client).await["oms_requests_under_way"] > 0.0).then_some(()))
        .await;
    drop(stream);
    let ended = wait_for("the end of the request", async || {
        let seen = samples(&client).await;
        (seen["oms_requests_under_way"] == 0.0).then_some(seen)
    });
    let seen = ended.await;
    other.batch_execute("ROLLBACK").unwrap();
    // The labels depend on whether the operation was known when the client disconnected.
    let gone: f64 =
        seen.iter().filter(|(name, _)| name.contains("outcome=\"hung_up\"")).map(|(_, n)| n).sum();
    assert_eq!(gone, 1.0, "{seen:#?}");
    assert!(!seen.keys().any(|name| name.starts_with("oms_refused_total")), "{seen:#?}");
}

#[tokio::test]
async fn no_metrics_disables_the_endpoint() {
    let observe = Observe { no_metrics: true, ..Observe::default() };
    let shop = Shop::open_with(Settings { observe, ..Settings::default() }).await;
    assert_eq!(shop.get("/metrics").await.status, 404);
    shop.run("{ __typename }", json!({})).await;
}

#[tokio::test]
async fn closed_connections_are_counted_by_reason() {
    let request = "GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let half = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
        content-length: 10\r\n\r\n{";
    let short = Duration::from_secs(3);
    let (minute, forever) = (short * 20, short * 1_000);
    for (said, timeout, idle_timeout, reason) in [
        (request, minute, short, "idle"),
        ("GET / HTTP/1.1", short, forever, "slow"),
        (half, short, forever, "slow"),
    ] {
        let limits = Limits { timeout, ..Limits::default() };
        let http = Http { idle_timeout, ..Http::default() };
        let shop = Shop::open_with(Settings { http, limits, ..Settings::default() }).await;
        let mut stream = TcpStream::connect(shop.address()).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        let name = format!(r#"oms_connections_closed_total{{reason="{reason}"}}"#);
        let seen = wait_for(&name, async || {
            let seen = samples(&shop).await;
            seen.contains_key(&name).then_some(seen)
        });
        let seen = seen.await;
        assert!(seen[&name] >= 1.0, "{seen:#?}");
        let others =
            seen.keys().filter(|other| other.starts_with("oms_connections_closed") && **other != name);
        assert_eq!(others.count(), 0, "{seen:#?}");
    }
}
