//! Full load of queries, mutations, invalid requests and clients that disconnect: all responses are correct, memory
//! stays flat, and no resource leaks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::wait_for;
use crate::client::Client;
use crate::command::Place;
use crate::process::Process;
use crate::say;

const JSON: Option<&str> = Some("application/json");
const CLIENTS: u64 = 16;
/// The permitted growth of memory after the caches are full: a fraction, and MiB.
const MORE: f64 = 0.15;
const MORE_MIB: f64 = 16.0;

/// The result of a load test.
struct Soaked {
    requests: u64,
    seconds: f64,
    warm_mib: f64,
    end_mib: f64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_mixed_load_leaks_nothing() {
    soak(Duration::from_secs(2), Duration::from_secs(3)).await;
}

/// `make soak`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes more than a minute"]
async fn a_minute_of_mixed_load_leaks_nothing() {
    let Soaked { requests, seconds, warm_mib, end_mib } =
        soak(Duration::from_secs(20), Duration::from_secs(60)).await;
    say(&format!(
        "{requests} requests in {seconds:.0} s ({:.0} a second); memory {warm_mib:.1} MiB when warm, {end_mib:.1} MiB at the end",
        requests as f64 / seconds
    ));
}

async fn soak(warm_up: Duration, time: Duration) -> Soaked {
    let place = Place::new();
    place.succeed(&["seed", "--customers", "300", "--products", "200", "--orders", "2000"]);
    let process = Process::serve_with(place.database(), &["--log", "oms=warn"]);
    load(&process, warm_up, 0).await;
    let warm = figures(&process.client()).await;
    let started = Instant::now();
    let requests = load(&process, time, 1_000_000_000).await;
    let seconds = started.elapsed().as_secs_f64();
    let end = wait_for("a server with nothing to do", async || {
        let figures = figures(&process.client()).await;
        let idle = figures.under_way == 0.0 && figures.in_use == 0.0 && figures.queue == 0.0;
        idle.then_some(figures)
    });
    let end = end.await;
    assert_eq!(end.failed, 0.0, "{}", process.said());
    let most = warm.mib * (1.0 + MORE) + MORE_MIB;
    assert!(end.mib <= most, "{:.1} MiB when warm, {:.1} MiB at the end", warm.mib, end.mib);
    assert!(end.files <= warm.files + CLIENTS as f64 + 8.0, "{} files, then {}", warm.files, end.files);
    let said = process.said();
    assert!(!said.contains("ERROR"), "{said}");
    assert!(process.signal("TERM").success());
    crate::books::assert_balanced(&place.store);
    Soaked { requests, seconds, warm_mib: warm.mib, end_mib: end.mib }
}

struct Figures {
    mib: f64,
    files: f64,
    under_way: f64,
    in_use: f64,
    queue: f64,
    /// Requests that failed or timed out.
    failed: f64,
}

async fn figures(client: &Client) -> Figures {
    let text = String::from_utf8(client.get("/metrics").await.body.to_vec()).unwrap();
    let sum = |is: &dyn Fn(&str) -> bool| -> f64 {
        let samples = text.lines().filter(|line| !line.starts_with('#') && is(line));
        samples.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
    };
    let named = |name: &str| sum(&|line| line.starts_with(name));
    Figures {
        mib: named("process_resident_memory_bytes ") / 1024.0 / 1024.0,
        files: named("process_open_fds "),
        under_way: named("oms_requests_under_way "),
        in_use: named("oms_pool_connections_in_use{"),
        queue: named("oms_writer_queue "),
        failed: sum(&|line| {
            line.starts_with("oms_requests_total{")
                && (line.contains(r#"outcome="failed""#) || line.contains(r#"outcome="timed_out""#))
        }),
    }
}

/// Runs all clients for this time and returns the number of requests.
async fn load(process: &Process, time: Duration, first: u64) -> u64 {
    let until = Instant::now() + time;
    let next = Arc::new(AtomicU64::new(first));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (client, next) = (process.client(), next.clone());
        clients.spawn(async move {
            while Instant::now() < until {
                one(&client, next.fetch_add(1, Ordering::Relaxed)).await;
            }
        });
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    next.load(Ordering::Relaxed) - first
}

/// Sends request number `n`; the number determines its kind.
async fn one(client: &Client, n: u64) {
    let customer = json!({ "id": format!("cus_{}", n % 300 + 1) });
    match n % 16 {
        0..5 => {
            let query = "query Customer($id: ID!) { customer(by: {id: $id}) { id name email } }";
            assert!(client.run(query, customer).await["customer"]["id"].is_string());
        }
        5..7 => {
            let query = "query Nested { customers(first: 10) { nodes { id orders(first: 5) { nodes { id
                items(first: 3) { nodes { id product { name } } } } } } } }";
            assert_eq!(rows(&client.run(query, json!({})).await, "customers"), 10);
        }
        7 => {
            let query = "query Page { orders(first: 20, orderBy: [{field: ORDER_DATE, direction: DESC}])
                { nodes { id customer { name } } } }";
            assert_eq!(rows(&client.run(query, json!({})).await, "orders"), 20);
        }
        8 => order(client, n).await,
        9 => {
            let change = "mutation Rename($id: ID!, $name: String!) {
                updateCustomer(input: {id: $id, name: $name}) { errors { code } } }";
            let variables = json!({"id": customer["id"], "name": format!("Customer {n}")});
            assert_eq!(client.run(change, variables).await["updateCustomer"]["errors"], json!([]));
        }
        // New documents and operation names.
        10 => {
            let query =
                format!("query New{n} {{ a{n}: __typename products(first: 2) {{ nodes {{ sku }} }} }}");
            assert_eq!(rows(&client.run(&query, json!({})).await, "products"), 2);
        }
        11 => {
            let broken =
                ["{", "{ nothing }", "query($id: ID!) { node(id: $id) { id } }", "fragment F on F { f }"];
            let query = broken[(n / 16) as usize % broken.len()];
            let answer = client.try_run(query, json!({})).await.unwrap().json();
            assert!(answer["errors"][0]["extensions"]["code"].is_string() && answer.get("data").is_none());
        }
        12 => {
            let (content_type, body, status) = match n / 16 % 4 {
                0 => (JSON, "{\"query\":".to_owned(), 400),
                1 => (Some("text/plain"), "{ __typename }".to_owned(), 415),
                2 => (JSON, "[]".to_owned(), 400),
                _ => (JSON, " ".repeat(1_000_001), 413),
            };
            assert_eq!(client.post(content_type, body).await.status, status);
        }
        13..15 => hang_up(client, n).await,
        _ => {
            let path = ["/health/ready", "/health/live", "/metrics"][(n / 16) as usize % 3];
            assert_eq!(client.get(path).await.status, 200);
        }
    }
}

fn rows(data: &Value, list: &str) -> usize {
    data[list]["nodes"].as_array().map_or(0, Vec::len)
}

/// Places an order, unless stock is insufficient, and deletes it, so that the database does not grow.
async fn order(client: &Client, n: u64) {
    let place = "mutation Place($input: CreateOrderInput!) {
        createOrder(input: $input) { order { id } errors { code } } }";
    let item = |n: u64| json!({"product": {"id": format!("prd_{}", n % 200 + 1)}, "quantity": 1});
    let input = json!({"customer": {"id": format!("cus_{}", n % 300 + 1)}, "items": [item(n), item(n + 7)]});
    let placed = client.run(place, json!({ "input": input })).await["createOrder"].clone();
    let Some(id) = placed["order"]["id"].as_str() else {
        assert_eq!(placed["errors"][0]["code"], "INSUFFICIENT_STOCK", "{placed}");
        return;
    };
    let delete = "mutation Delete($id: ID!) { deleteOrder(input: {id: $id}) { errors { code } } }";
    assert_eq!(client.run(delete, json!({ "id": id })).await["deleteOrder"]["errors"], json!([]));
}

/// Sends a request, or a part of it, and disconnects.
async fn hang_up(client: &Client, n: u64) {
    let body =
        json!({"query": "query Left { customers(first: 100) { nodes { id orders { nodes { id } } } } }"});
    let body = body.to_string();
    let text = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let sent = if n.is_multiple_of(2) { text.len() } else { (n / 16) as usize % text.len() };
    let mut stream = TcpStream::connect(client.address()).await.unwrap();
    stream.write_all(&text.as_bytes()[..sent]).await.unwrap();
    if n % 4 < 2 {
        tokio::time::sleep(Duration::from_millis(n % 5)).await;
    }
}
