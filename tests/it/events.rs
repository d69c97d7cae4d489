//! The event log: a reader that follows it misses nothing, whatever happens to the writers, and old events can be removed.

mod prune;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::books::{assert_audited, assert_balanced};
use crate::client::Client;
use crate::command::{dump, number};
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::shop::Shop;
use crate::store::Store;
use crate::{say, variable};

on_each_database! {
    async fn reader_of_the_log_misses_and_repeats_nothing;
    async fn events_of_acknowledged_changes_survive_sigkill;
    async fn events_have_the_id_of_the_request_and_no_personal_data;
}

/// The number of concurrent writers.
const WRITERS: usize = 8;
/// The number of changes of each writer, unless `EVENT_CHANGES` sets it.
const CHANGES: usize = 40;

const LOG: &str = "query Log($after: String) {
  eventLog(after: $after) {
    entries { cursor event {
      id type
      ... on OrderEvent { orderId version }
      ... on StockMovement { productId quantityDelta reservedDelta quantity reserved }
    } }
    endCursor hasMore
  }
}";

/// A reader that follows the log from the beginning.
#[derive(Default)]
struct Reader {
    after: Option<String>,
    entries: Vec<Value>,
}

impl Reader {
    /// Reads a page. Returns whether there are more.
    async fn read(&mut self, client: &Client) -> bool {
        let data = client.run(LOG, json!({"after": self.after})).await;
        let page = &data["eventLog"];
        self.entries.extend(page["entries"].as_array().unwrap().iter().cloned());
        self.after = Some(page["endCursor"].as_str().unwrap().to_owned());
        page["hasMore"].as_bool().unwrap()
    }

    async fn read_all(&mut self, client: &Client) {
        while self.read(client).await {}
    }

    /// Asserts that each event was read once, at contiguous positions, and that the events of each order and each product
    /// follow from each other.
    fn assert_complete(&self, events: i64) {
        let mut ids = HashSet::new();
        let (mut versions, mut stock) = (BTreeMap::new(), BTreeMap::new());
        for (n, entry) in self.entries.iter().enumerate() {
            assert_eq!(position(entry["cursor"].as_str().unwrap()), n as i64 + 1, "{entry}");
            let event = &entry["event"];
            assert!(ids.insert(event["id"].as_str().unwrap()), "twice: {entry}");
            let int = |field: &str| event[field].as_i64().unwrap();
            if let Some(order) = event["orderId"].as_str() {
                let before = versions.insert(order, int("version"));
                assert!(
                    before.is_none_or(|before| int("version") == before + 1),
                    "after {before:?}: {entry}"
                );
            }
            if let Some(product) = event["productId"].as_str() {
                let after = (int("quantity"), int("reserved"));
                let before = stock.insert(product, after).unwrap_or_default();
                let expected = (before.0 + int("quantityDelta"), before.1 + int("reservedDelta"));
                assert_eq!(after, expected, "after {before:?}: {entry}");
            }
        }
        assert_eq!(self.entries.len() as i64, events);
    }

    /// Returns the number of events of this type.
    fn count(&self, kind: &str) -> usize {
        self.entries.iter().filter(|entry| entry["event"]["type"] == kind).count()
    }
}

/// Returns the position in a cursor.
fn position(cursor: &str) -> i64 {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).unwrap()).unwrap();
    text.split_once(':').unwrap().1.parse().unwrap()
}

/// Makes changes of every kind, one after the other.
async fn write(client: Client, writer: usize, changes: usize) {
    const PLACE: &str = "mutation Place($input: CreateOrderInput!) { createOrder(input: $input) { order { id } errors { code } } }";
    const ADVANCE: &str = "mutation Advance($id: ID!) {
      processOrder(input: { id: $id }) { errors { code } }
      shipOrder(input: { id: $id }) { errors { code } }
    }";
    const CANCEL: &str = "mutation Cancel($id: ID!) {
      updateOrder(input: { id: $id, notes: \"n\" }) { errors { code } }
      cancelOrder(input: { id: $id }) { errors { code } }
    }";
    const STOCK: &str = r#"mutation {
      restockInventory(input: { inventory: { productId: "prd_1" }, quantity: 3 }) { errors { code } }
      adjustInventory(input: { inventory: { productId: "prd_6" }, delta: 1, reason: "Found" }) { errors { code } }
    }"#;
    const CUSTOMERS: &str = r#"mutation {
      updateCustomers(input: { where: { id: { in: ["cus_3", "cus_4"] } }, set: { notes: "x" } }) { errors { code } }
    }"#;
    let mut order = Value::Null;
    for change in 0..changes {
        let done = match change % 5 {
            0 | 3 => {
                let customer = format!("cus_{}", 1 + writer % 5);
                let line = |product: &str| json!({"product": {"id": product}, "quantity": 1});
                let items = [line("prd_1"), line(if change % 2 == 0 { "prd_2" } else { "prd_6" })];
                let input = json!({"customer": {"id": customer}, "items": items});
                let done = client.run(PLACE, json!({"input": input})).await;
                order = done["createOrder"]["order"]["id"].clone();
                done
            }
            1 if !order.is_null() => client.run(ADVANCE, json!({"id": order})).await,
            4 if !order.is_null() => client.run(CANCEL, json!({"id": order})).await,
            2 if writer.is_multiple_of(4) => client.run(CUSTOMERS, json!({})).await,
            _ => client.run(STOCK, json!({})).await,
        };
        for payload in done.as_object().unwrap().values() {
            let codes: Vec<&Value> =
                payload["errors"].as_array().unwrap().iter().map(|e| &e["code"]).collect();
            assert!(codes.iter().all(|code| **code == "INSUFFICIENT_STOCK"), "{done}");
        }
    }
}

/// Runs the writers, spread over the clients, beside a reader of the first one.
async fn follow(clients: &[Client], changes: usize) -> Reader {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(clients[writer % clients.len()].clone(), writer, changes));
    }
    let ended = Arc::new(AtomicBool::new(false));
    let (client, done) = (clients[0].clone(), ended.clone());
    let reader = tokio::spawn(async move {
        let (mut reader, mut pages) = (Reader::default(), 0);
        while !done.load(Ordering::SeqCst) {
            reader.read(&client).await;
            pages += 1;
        }
        reader.read_all(&client).await;
        (reader, pages)
    });
    writers.join_all().await;
    ended.store(true, Ordering::SeqCst);
    let (reader, pages) = reader.await.unwrap();
    say(&format!("{} events in {pages} pages beside {WRITERS} writers", reader.entries.len()));
    reader
}

async fn reader_of_the_log_misses_and_repeats_nothing(on: On) {
    let changes = variable("EVENT_CHANGES").map_or(CHANGES, |changes| changes.parse().unwrap());
    let shop = Shop::open_on(on).await;
    let reader = follow(&[shop.client()], changes).await;
    // A reader that starts now sees the same log.
    let mut later = Reader::default();
    later.read_all(&shop).await;
    assert_eq!(later.entries, reader.entries);
    assert_audited(&shop).await;
    let store = shop.close().await;
    reader.assert_complete(number(&mut store.conn(), "SELECT count(*) FROM events"));
    assert!(reader.count("ORDER_PLACED") > WRITERS && reader.count("CUSTOMER_UPDATED") > 2);
    assert_balanced(&store);
}

async fn events_of_acknowledged_changes_survive_sigkill(on: On) {
    let store = Store::filled(on);
    let mut reader = Reader::default();
    for round in 0..10 {
        let process = Process::serve(store.argument());
        let client = process.client();
        reader.read_all(&client).await;
        let stock = r#"mutation {
          createOrder(input: { customer: { id: "cus_1" }, items: [{ product: { id: "prd_1" }, quantity: 1 }] }) { errors { code } }
        }"#;
        let placed = client.run(stock, json!({})).await;
        // Killed after the commit, and on PostgreSQL before or while the event gets its position.
        process.kill();
        assert_eq!(placed["createOrder"]["errors"], json!([]));
        assert_eq!(reader.count("ORDER_PLACED"), round);
    }
    let process = Process::serve(store.argument());
    reader.read_all(&process.client()).await;
    assert_eq!(reader.count("ORDER_PLACED"), 10);
    assert!(process.signal("TERM").success());
    reader.assert_complete(number(&mut store.conn(), "SELECT count(*) FROM events"));
    assert_balanced(&store);
}

async fn events_have_the_id_of_the_request_and_no_personal_data(on: On) {
    let shop = Shop::open_on(on).await;
    let mutation = r#"mutation {
      createCustomer(input: { name: "Xaver Quux", email: "Quux@example.com", phone: "0815", address: "Gasse 7", notes: "shy" }) { errors { code } }
      updateCustomer(input: { id: "cus_6", name: "Quux Xaver", email: "quux2@example.com", phone: "4711", company: "Quux Ltd" }) { errors { code } }
      updateCustomers(input: { where: { id: { eq: "cus_6" } }, set: { address: "Quuxgasse 8" } }) { count }
      deleteCustomer(input: { id: "cus_6" }) { errors { code } }
    }"#;
    let body = json!({"query": mutation}).to_string();
    let headers = [("content-type", "application/json"), ("x-request-id", "req-7")];
    let answer = shop.send_with(hyper::Method::POST, "/graphql", headers, body).await.unwrap().json();
    assert!(answer.get("errors").is_none(), "{answer}");
    let data = shop.run("{ eventLog { entries { event { type requestId actor } } } }", json!({})).await;
    let events = data["eventLog"]["entries"].as_array().unwrap();
    let of_request = |kind: &str| json!({"event": {"type": kind, "requestId": "req-7", "actor": null}});
    let kinds = ["CUSTOMER_CREATED", "CUSTOMER_UPDATED", "CUSTOMER_UPDATED", "CUSTOMER_DELETED"];
    assert_eq!(events[5..], kinds.map(of_request));
    assert_eq!(events[0]["event"]["requestId"], Value::Null);
    let dump = dump(&mut shop.close().await.conn());
    let rows: Vec<&str> = dump.lines().filter(|line| line.starts_with("events ")).collect();
    assert!(rows.len() == 9 && rows.iter().any(|row| row.contains("company")), "{rows:#?}");
    for secret in ["uux", "0815", "4711", "asse", "shy"] {
        assert!(!rows.iter().any(|row| row.contains(secret)), "{secret}: {rows:#?}");
    }
}

#[cfg(feature = "postgres")]
mod with_several_transactions {
    use std::time::{Duration, Instant};

    use diesel::connection::SimpleConnection;

    use super::*;

    const CHANGE: &str =
        r#"mutation { updateCustomer(input: { id: "cus_1", notes: "x" }) { errors { code } } }"#;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
    async fn open_transaction_delays_no_event_of_others() {
        let shop = Shop::open_on(On::Postgres).await;
        let mut reader = Reader::default();
        reader.read_all(&shop).await;
        let mut slow = shop.store().writer();
        let insert =
            "BEGIN; INSERT INTO events (kind, at, customer_id, version) VALUES ('CUSTOMER_CREATED', 0, 9, 1)";
        slow.batch_execute(insert).unwrap();
        let started = Instant::now();
        let mut latest = Duration::ZERO;
        for change in 1.. {
            let sent = Instant::now();
            shop.run(CHANGE, json!({})).await;
            reader.read_all(&shop).await;
            latest = latest.max(sent.elapsed());
            assert_eq!(reader.count("CUSTOMER_UPDATED"), change, "the event waits for another transaction");
            if started.elapsed() > Duration::from_secs(5) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(reader.count("CUSTOMER_CREATED"), 0);
        slow.batch_execute("COMMIT").unwrap();
        reader.read_all(&shop).await;
        assert_eq!(reader.count("CUSTOMER_CREATED"), 1);
        assert_eq!(reader.entries.last().unwrap()["event"]["type"], "CUSTOMER_CREATED");
        say(&format!("beside an open transaction: a change and its event within {latest:?}"));
        assert!(latest < Duration::from_secs(4), "{latest:?}");
        let store = shop.close().await;
        reader.assert_complete(number(&mut store.conn(), "SELECT count(*) FROM events"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
    async fn two_instances_write_one_log() {
        let store = Store::filled(On::Postgres);
        let processes = [Process::serve(store.argument()), Process::serve(store.argument())];
        let clients = processes.each_ref().map(Process::client);
        let reader = follow(&clients, 20).await;
        let mut other = Reader::default();
        other.read_all(&clients[1]).await;
        assert_eq!(other.entries, reader.entries);
        for process in processes {
            assert!(process.signal("TERM").success());
        }
        reader.assert_complete(number(&mut store.conn(), "SELECT count(*) FROM events"));
        assert_balanced(&store);
    }

    /// Events of an instance that was killed between the commit and the position.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
    async fn events_without_a_position_get_one_from_another_instance() {
        let store = Store::filled(On::Postgres);
        let process = Process::serve(store.argument());
        let insert = "INSERT INTO events (kind, at, customer_id, version)
            SELECT 'CUSTOMER_UPDATED', 0, 1, n FROM generate_series(2, 2501) AS n";
        store.writer().batch_execute(insert).unwrap();
        // Without a request: the instance looks at the log each second.
        let unnumbered = "SELECT count(*) FROM events WHERE position IS NULL";
        let started = Instant::now();
        while number(&mut store.conn(), unnumbered) > 0 {
            assert!(started.elapsed() < Duration::from_secs(30), "the events have no position");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mut reader = Reader::default();
        reader.read_all(&process.client()).await;
        reader.assert_complete(2_505);
        let ids: Vec<i64> = reader
            .entries
            .iter()
            .map(|entry| entry["event"]["id"].as_str().unwrap().trim_start_matches("evt_").parse().unwrap())
            .collect();
        assert!(ids.is_sorted(), "in the order of ids");
    }
}
