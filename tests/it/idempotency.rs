//! Idempotency keys: concurrent repeats, repeats after a crash, lost clients, headers, and the retention.

use std::time::{Duration, Instant};

use hyper::Method;
use oms::config::limits::Limits;
use oms::http::Settings;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::books::{assert_balanced, assert_balanced_at};
use crate::client::{Answer, Client};
use crate::command::{end_of, number, oms};
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::say;
use crate::shop::Shop;
use crate::store::Store;

/// The number of requests with one key.
const REPEATS: usize = 200;
/// The maximum time for a response or a change.
const PATIENCE: Duration = Duration::from_secs(60);
const CLIENTS: usize = 6;
const MIN_ROUNDS: usize = 10;
const MAX_ROUNDS: usize = 80;

const PLACE: &str = "mutation Place($input: CreateOrderInput!) {
  createOrder(input: $input) { order { id notes items { nodes { quantity } } } errors { code } }
}";
const RESTOCK: &str = r#"mutation {
  restockInventory(input: { inventory: { sku: "TEA-100" }, quantity: 1 }) { inventory { quantity } errors { code } }
}"#;

on_each_database! {
    async fn concurrent_requests_with_one_key_place_one_order;
    async fn the_last_unit_is_ordered_by_all_repeats;
    async fn concurrent_bulk_changes_with_one_key_run_once;
    async fn repeats_after_sigkill_place_no_order_twice;
    async fn a_lost_client_finds_its_order;
    async fn expired_keys_are_deleted;
    async fn a_repeat_after_a_copy_finds_its_order;
}

/// Returns the variables of an order of the sampler box, which `notes` identifies.
fn order(quantity: i32, notes: &str) -> Value {
    let items = json!([{"product": {"sku": "BOX-600"}, "quantity": quantity}]);
    json!({"input": {"customer": {"id": "cus_1"}, "notes": notes, "items": items}})
}

/// Sends a request with an idempotency key in its header. Returns `None` if there is no response.
async fn try_send(client: &Client, key: &str, query: &str, variables: &Value) -> Option<Answer> {
    let body = json!({"query": query, "variables": variables}).to_string();
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    client.send_with(Method::POST, "/graphql", headers, body).await.ok()
}

async fn send(client: &Client, key: &str, query: &str, variables: &Value) -> Answer {
    try_send(client, key, query, variables).await.expect("there is no response")
}

fn is_replayed(answer: &Answer) -> bool {
    let header = answer.headers.get("idempotent-replayed").map(|value| value.to_str().unwrap());
    let body = answer.json();
    let replayed = &body["extensions"]["idempotency"][0]["replayed"];
    assert_eq!(header == Some("true"), *replayed == true, "{header:?}: {body}");
    header.is_some()
}

/// Sends one order many times with one key, and asserts that it is placed once.
async fn place_many_times(clients: &[Client], quantity: i32) {
    let mut requests = JoinSet::new();
    for n in 0..REPEATS {
        let client = clients[n % clients.len()].clone();
        requests.spawn(async move { send(&client, "one", PLACE, &order(quantity, "one")).await });
    }
    let answers = requests.join_all().await;
    let payload = answers[0].json()["data"]["createOrder"].clone();
    assert_eq!(payload["order"]["items"]["nodes"], json!([{"quantity": quantity}]));
    for answer in &answers {
        assert_eq!(answer.json()["data"]["createOrder"], payload);
    }
    assert_eq!(answers.iter().filter(|answer| !is_replayed(answer)).count(), 1);
}

async fn concurrent_requests_with_one_key_place_one_order(on: On) {
    let shop = Shop::open_on(on).await;
    place_many_times(&[shop.client()], 1).await;
    let store = shop.close().await;
    assert_eq!(number(&mut store.conn(), "SELECT count(*) FROM orders WHERE notes = 'one'"), 1);
    assert_eq!(number(&mut store.conn(), "SELECT reserved FROM inventory WHERE product_id = 6"), 1);
    assert_eq!(number(&mut store.conn(), "SELECT count(*) FROM idempotency"), 1);
    assert_balanced(&store);
}

/// A repeat that looked at the stock before it looked at the key would be refused.
async fn the_last_unit_is_ordered_by_all_repeats(on: On) {
    let shop = Shop::open_on(on).await;
    place_many_times(&[shop.client()], 50).await;
    assert_balanced(&shop.close().await);
}

/// Bulk changes read one snapshot, which does not have the key of a concurrent request.
async fn concurrent_bulk_changes_with_one_key_run_once(on: On) {
    const RAISE: &str = r#"mutation {
      updateProducts(input: { where: { sku: { in: ["BOX-600", "SPN-400"] } }, set: { price: 5 } }) { count errors { code } }
    }"#;
    let shop = Shop::open_on(on).await;
    let mut requests = JoinSet::new();
    for _ in 0..40 {
        let client = shop.client();
        requests.spawn(async move { send(&client, "bulk", RAISE, &json!({})).await });
    }
    let answers = requests.join_all().await;
    for answer in &answers {
        assert_eq!(answer.json()["data"]["updateProducts"], json!({"count": 2, "errors": []}));
    }
    assert_eq!(answers.iter().filter(|answer| !is_replayed(answer)).count(), 1);
    let store = shop.close().await;
    assert_eq!(number(&mut store.conn(), "SELECT sum(version) FROM products WHERE id IN (4, 6)"), 4);
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn concurrent_requests_to_two_instances_place_one_order() {
    let store = Store::filled(On::Postgres);
    let instances = [Process::serve(store.argument()), Process::serve(store.argument())];
    place_many_times(&instances.each_ref().map(Process::client), 50).await;
    assert_eq!(number(&mut store.conn(), "SELECT count(*) FROM orders WHERE notes = 'one'"), 1);
    for instance in instances {
        assert!(instance.signal("TERM").success());
    }
    assert_balanced_at(&store.address());
}

/// Kills the server under load, until it was killed between the commit and the response of several requests.
async fn repeats_after_sigkill_place_no_order_twice(on: On) {
    let store = Store::filled(on);
    let mut process = Process::serve(store.argument());
    let stock = r#"mutation {
      restockInventory(input: { inventory: { sku: "BOX-600" }, quantity: 1000000 }) { errors { code } }
    }"#;
    assert_eq!(process.client().run(stock, json!({})).await["restockInventory"]["errors"], json!([]));
    let (mut sent, mut committed_unanswered, mut rounds) = (0, 0, 0);
    while rounds < MIN_ROUNDS || committed_unanswered < 3 {
        assert!(rounds < MAX_ROUNDS, "never killed between a commit and its response");
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            clients.spawn(place_until_dead(process.client(), format!("{rounds}-{client}")));
        }
        tokio::time::sleep(Duration::from_millis(150 + (rounds as u64) * 37 % 100)).await;
        process.kill();
        let unanswered = timeout(PATIENCE, clients.join_all()).await.expect("the clients do not end");
        process = Process::serve(store.argument());
        let client = process.client();
        for (count, key) in unanswered {
            sent += count;
            let answer = send(&client, &key, PLACE, &order(1, &key)).await;
            assert_eq!(answer.json()["data"]["createOrder"]["errors"], json!([]), "{key}");
            committed_unanswered += usize::from(is_replayed(&answer));
            assert!(is_replayed(&send(&client, &key, PLACE, &order(1, &key)).await));
        }
        rounds += 1;
    }
    let conn = &mut store.conn();
    assert_eq!(number(conn, "SELECT count(*) FROM orders WHERE notes LIKE '%-%'"), sent);
    assert_eq!(number(conn, "SELECT count(DISTINCT notes) FROM orders WHERE notes LIKE '%-%'"), sent);
    drop(process);
    assert_balanced_at(&store.address());
    say(&format!(
        "{on:?}: killed {rounds} times, {sent} orders; {committed_unanswered} repeats found their order"
    ));
}

/// Places orders with a key each. Returns their number and the key of the last, which has no response.
async fn place_until_dead(client: Client, name: String) -> (i64, String) {
    let mut count = 0;
    loop {
        let key = format!("{name}-{count}");
        count += 1;
        match try_send(&client, &key, PLACE, &order(1, &key)).await {
            Some(answer) => assert_eq!(answer.json()["data"]["createOrder"]["order"]["notes"], *key),
            None => return (count, key),
        }
    }
}

async fn a_lost_client_finds_its_order(on: On) {
    let shop = Shop::open_on(on).await;
    for n in 0..20 {
        let key = format!("lost-{n}");
        let body = json!({"query": PLACE, "variables": order(1, &key)}).to_string();
        let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
        let length = body.len();
        let request = format!("{head}\r\nidempotency-key: {key}\r\ncontent-length: {length}\r\n\r\n{body}");
        let mut connection = TcpStream::connect(shop.address()).await.unwrap();
        connection.write_all(request.as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2 * n)).await;
        drop(connection);
        let answer = send(&shop, &key, PLACE, &order(1, &key)).await;
        assert_eq!(answer.json()["data"]["createOrder"]["order"]["notes"], *key);
    }
    let store = shop.close().await;
    assert_eq!(number(&mut store.conn(), "SELECT count(*) FROM orders WHERE notes LIKE 'lost-%'"), 20);
    assert_balanced(&store);
}

async fn expired_keys_are_deleted(on: On) {
    let store = Store::filled(on);
    let process = Process::serve_with(store.argument(), &["--idempotency-retention", "2"]);
    let client = process.client();
    assert!(!is_replayed(&send(&client, "\"k\"", RESTOCK, &json!({})).await));
    assert!(is_replayed(&send(&client, "k", RESTOCK, &json!({})).await));
    let started = Instant::now();
    while number(&mut store.conn(), "SELECT count(*) FROM idempotency") > 0 {
        assert!(started.elapsed() < PATIENCE, "the key is not deleted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(started.elapsed() > Duration::from_millis(1_500), "deleted after {:?}", started.elapsed());
    let again = send(&client, "k", RESTOCK, &json!({})).await;
    assert!(!is_replayed(&again));
    assert_eq!(again.json()["data"]["restockInventory"]["inventory"]["quantity"], 102);
    assert!(process.signal("TERM").success());
}

/// The parameter is the kind of the target.
async fn a_repeat_after_a_copy_finds_its_order(on: On) {
    let (source, target) = (Store::filled(On::Sqlite), Store::empty(on));
    let process = Process::serve(source.argument());
    let first = send(&process.client(), "k", PLACE, &order(1, "k")).await;
    assert!(process.signal("TERM").success());
    let said = end_of(oms().args(["copy", "--from", &source.argument(), "--to", &target.argument()]));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let process = Process::serve(target.argument());
    let again = send(&process.client(), "k", PLACE, &order(1, "k")).await;
    assert!(is_replayed(&again));
    assert_eq!(again.json()["data"], first.json()["data"]);
}

#[tokio::test]
async fn an_expired_key_that_is_not_deleted_can_be_used_again() {
    let store = Store::filled(On::Sqlite);
    let process = Process::serve(store.argument());
    let client = process.client();
    assert!(!is_replayed(&send(&client, "k", RESTOCK, &json!({})).await));
    let age = |seconds: i64| format!("UPDATE idempotency SET at = at - {seconds} * 1000000");
    diesel::RunQueryDsl::execute(diesel::sql_query(age(86_000)), &mut store.writer()).unwrap();
    assert!(is_replayed(&send(&client, "k", RESTOCK, &json!({})).await));
    diesel::RunQueryDsl::execute(diesel::sql_query(age(500)), &mut store.writer()).unwrap();
    assert!(!is_replayed(&send(&client, "k", RESTOCK, &json!({})).await));
    assert!(is_replayed(&send(&client, "k", RESTOCK, &json!({})).await));
    assert_eq!(number(&mut store.conn(), "SELECT quantity FROM inventory WHERE product_id = 1"), 102);
}

#[tokio::test]
async fn an_invalid_header_is_refused() {
    let limits = Limits { max_batch: Some(3), ..Limits::default() };
    let shop = Shop::open_with(Settings { limits, ..Settings::default() }).await;
    let one = json!({"query": RESTOCK});
    let with_key = |key: &str| json!({"query": RESTOCK, "extensions": {"idempotencyKey": key}});
    let long = "k".repeat(256);
    for (keys, body, message) in [
        (&[""][..], one.clone(), "must have 1 to 255 characters, but has 0"),
        (&[&long], one.clone(), "must have 1 to 255 characters, but has 256"),
        (&["é"], one.clone(), "must have printable ASCII characters only"),
        (&["\"k"], one.clone(), "is not a quoted string"),
        (&["k", "k"], one.clone(), "occurs twice"),
        (&["k"], json!([one, one]), "cannot be used with a batch"),
        (&["k"], with_key("l"), "have different keys"),
    ] {
        let keys = keys.iter().map(|key| ("idempotency-key", *key));
        let headers = keys.chain([("content-type", "application/json")]);
        let answer = shop.send_with(Method::POST, "/graphql", headers, body.to_string()).await.unwrap();
        assert_eq!(answer.status, 400, "{message}");
        let error = &answer.json()["errors"][0];
        assert_eq!(error["extensions"]["code"], "BAD_REQUEST");
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
    }
    let accepted = [("content-type", "application/json"), ("idempotency-key", "\"k\"")];
    let answer = shop.send_with(Method::POST, "/graphql", accepted, with_key("k").to_string()).await.unwrap();
    assert_eq!(answer.json()["data"]["restockInventory"]["inventory"]["quantity"], 101);
    // Each request of a batch has its own key.
    let batch = json!([with_key("k"), with_key("l"), {"query": "{ __typename }"}]).to_string();
    let answer = shop.post(Some("application/json"), batch).await;
    assert_eq!(answer.headers["idempotent-replayed"], "true");
    let extensions =
        answer.json().as_array().unwrap().iter().map(|one| one["extensions"].clone()).collect::<Vec<_>>();
    let of = |replayed| json!({"idempotency": [{"field": "restockInventory", "replayed": replayed}]});
    assert_eq!(extensions, [of(true), of(false), Value::Null]);
    // The header has no effect on queries.
    let answer = shop
        .send_with(Method::GET, "/graphql?query={__typename}", [("idempotency-key", "k")], "")
        .await
        .unwrap();
    assert_eq!(answer.json(), json!({"data": {"__typename": "Query"}}));
}
