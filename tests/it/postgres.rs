//! Behaviour specific to PostgreSQL: several instances, a restarting primary, a replica, and connection
//! failures.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use oms::clock::Clock;
use oms::db::address::ServerAddress;
use oms::db::schema::customers;
use oms::db::{Address, Conn, Db};
use oms::error::InternalError;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::books::assert_balanced_at;
use crate::client::Client;
use crate::cluster::{Cluster, HASTY};
use crate::command::{end_of, number, oms};
use crate::kinds::On;
use crate::process::Process;
use crate::store::{self, Store};

const PLACE: &str = "mutation Place($input: CreateOrderInput!) {
  createOrder(input: $input) { order { id reference } errors { __typename } }
}";
const PLACED: &str = "query Placed($references: [String!]!) {
  orders(first: 100, where: { reference: { in: $references } }) { nodes { reference items { totalCount } } }
}";

fn order(product: &str, reference: &str) -> Value {
    let items = json!([{"product": {"id": product}, "quantity": 1}]);
    json!({"input": {"customer": {"id": "cus_1"}, "items": items, "reference": reference}})
}

/// The maximum time for a recovery.
const PATIENCE: Duration = Duration::from_secs(30);

async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !holds().await {
        assert!(started.elapsed() < PATIENCE, "{what}: not in time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn stock_is_never_oversold_by_two_instances() {
    let store = Store::filled(On::Postgres);
    let instances = [Process::serve(store.argument()), Process::serve(store.argument())];
    let mut buyers = JoinSet::new();
    for buyer in 0..400 {
        let client = instances[buyer % 2].client();
        buyers.spawn(async move {
            client.run(PLACE, order("prd_6", &format!("B-{buyer}"))).await["createOrder"].clone()
        });
    }
    let outcomes = buyers.join_all().await;
    let placed = outcomes.iter().filter(|outcome| !outcome["order"].is_null()).count();
    let short = json!({"order": null, "errors": [{"__typename": "InsufficientStockError"}]});
    assert_eq!(placed, 50);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == short).count(), 350);
    assert_eq!(
        number(&mut store.conn(), "SELECT quantity - reserved FROM inventory WHERE product_id = 6"),
        0
    );
    for instance in instances {
        assert!(instance.signal("TERM").success());
    }
    assert_balanced_at(&store.address());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn primary_restart_loses_no_acknowledged_order() {
    // Acknowledged orders must be on disk.
    let cluster = Cluster::start("");
    cluster.query("postgres", "CREATE DATABASE shop TEMPLATE template0");
    store::fill_server(&cluster, "shop");
    cluster.query("shop", "UPDATE inventory SET quantity = 1000000 WHERE product_id = 6");
    let opened = "UPDATE events SET quantity = 1000000, quantity_delta = 1000000 WHERE product_id = 6";
    cluster.query("shop", opened);
    let instances = [Process::serve(cluster.url("shop")), Process::serve(cluster.url("shop"))];
    let mut acknowledged = 0;
    for (round, mode) in ["immediate", "fast", "immediate", "fast", "immediate"].into_iter().enumerate() {
        let mut clients = JoinSet::new();
        for client in 0..6 {
            let name = format!("{round}-{client}");
            clients.spawn(place_until_refused(instances[client % 2].client(), name));
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
        cluster.down(mode);
        let references = clients.join_all().await.concat();
        // The server reports itself as not ready and keeps running.
        assert_eq!(instances[0].client().get("/health/ready").await.status, 503);
        cluster.up();
        for instance in &instances {
            let client = instance.client();
            eventually("the instances come back", async || client.get("/health/ready").await.status == 200)
                .await;
        }
        acknowledged += references.len();
        for some in references.chunks(100) {
            let data = instances[1].client().run(PLACED, json!({"references": some})).await;
            let found = data["orders"]["nodes"].as_array().unwrap();
            assert_eq!(found.len(), some.len(), "acknowledged, and gone");
            assert!(found.iter().all(|order| order["items"]["totalCount"] == 1));
        }
        assert_balanced_at(&store::at(&cluster.url("shop")));
    }
    assert!(acknowledged > 50, "only {acknowledged} orders: no load");
    crate::say(&format!("restarted 5 times; all {acknowledged} acknowledged orders were there"));
}

/// Creates orders one after the other until one fails. Returns the references of the acknowledged ones.
async fn place_until_refused(client: Client, name: String) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let reference = format!("{name}-{}", acknowledged.len());
        let Ok(answer) = client.try_run(PLACE, order("prd_6", &reference)).await else { return acknowledged };
        let answer = answer.json();
        if answer["data"]["createOrder"]["order"]["reference"] != reference.as_str() {
            // A failure of the whole request: not a domain error, and without internal details.
            let error = &answer["errors"][0];
            assert_eq!(answer["data"], Value::Null, "{answer}");
            assert!(
                ["OUTCOME_UNKNOWN", "SERVICE_UNAVAILABLE"]
                    .contains(&error["extensions"]["code"].as_str().unwrap())
            );
            return acknowledged;
        }
        acknowledged.push(reference);
    }
}

/// Starts a primary with the database `shop`, and its replica.
fn shop_with_replica() -> (Cluster, Cluster) {
    let primary = Cluster::start(HASTY);
    primary.query("postgres", "CREATE DATABASE shop TEMPLATE template0");
    store::fill_server(&primary, "shop");
    let replica = primary.replicate();
    (primary, replica)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn reads_use_the_replica_while_it_is_reachable() {
    let (primary, replica) = shop_with_replica();
    let server = Process::serve_with(
        replica.url_of_primary(&primary, "shop"),
        &["--read-database", &replica.url("shop")],
    );
    let client = server.client();
    let name = "query { customer(by: { id: \"cus_1\" }) { name } }";
    // The time of the last activity of a server on the replica.
    let last = |cluster: &Cluster| {
        let sql = "SELECT max(state_change) FROM pg_stat_activity WHERE datname = 'shop' AND application_name = 'oms'";
        cluster.query("shop", sql)
    };
    let before = last(&primary);
    assert_eq!(client.run(name, json!({})).await["customer"]["name"], "Ada Lovelace");
    let reads = |cluster: &Cluster| -> i64 {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'shop' AND application_name = 'oms'
             AND query NOT LIKE 'SET %'";
        cluster.query("shop", sql).parse().unwrap()
    };
    assert_eq!((last(&primary), reads(&replica)), (before, 1), "it is the replica that was asked");

    // The replica receives no more changes: reads after a write in the same request use the primary.
    replica.query("shop", "SELECT pg_wal_replay_pause()");
    let update = "mutation { updateCustomer(input: { id: \"cus_1\", name: \"Countess\" }) {
        customer { name orders(first: 1) { nodes { customer { name } } } } errors { message } } }";
    let changed = client.run(update, json!({})).await["updateCustomer"]["customer"].clone();
    assert_eq!(changed["name"], "Countess");
    assert_eq!(changed["orders"]["nodes"][0]["customer"]["name"], "Countess");
    assert_eq!(client.run(name, json!({})).await["customer"]["name"], "Ada Lovelace", "this is the replica");
    replica.query("shop", "SELECT pg_wal_replay_resume()");
    eventually("the replica follows", async || {
        client.run(name, json!({})).await["customer"]["name"] == "Countess"
    })
    .await;

    replica.down("immediate");
    let before = last(&primary);
    // The first request after the failure succeeds as well: the dead connection is detected before the read.
    assert_eq!(client.run(name, json!({})).await["customer"]["name"], "Countess");
    assert_ne!(last(&primary), before, "the primary was asked");
    replica.up();
    eventually("the replica is read from again", async || {
        client.run(name, json!({})).await;
        reads(&replica) > 0
    })
    .await;
}

#[tokio::test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn read_canceled_by_the_replica_is_retryable() {
    let (primary, replica) = shop_with_replica();
    // The replica does not wait for readers.
    replica.query("postgres", "ALTER SYSTEM SET max_standby_streaming_delay = 0");
    replica.query("postgres", "SELECT pg_reload_conf()");
    let read_url = Some(replica.url("shop").parse().unwrap());
    let server = ServerAddress { read_url, ..ServerAddress::new(replica.url_of_primary(&primary, "shop")) };
    let db = Db::open(Address::Server(server), Clock::System).unwrap();
    let name = |conn: &mut Conn| customers::table.find(1_i64).select(customers::name).first::<String>(conn);
    let session = db.session();
    let read = tokio::spawn(async move {
        let long = "SELECT id, pg_sleep(30) FROM customers";
        let outcome = session.read_blocking(move |conn| diesel::sql_query(long).execute(conn)).await;
        // The rest of the request would read another snapshot.
        (outcome, session.read_inline(name).await, session.read_blocking(name).await)
    });
    let reads =
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT id, pg_sleep%' AND state = 'active'";
    eventually("the replica reads", async || replica.query("shop", reads) == "1").await;
    // Requires an exclusive lock on the table.
    primary.query("shop", "ALTER TABLE customers ADD COLUMN more INTEGER");
    let outcome = read.await.unwrap();
    let (
        Err(InternalError::DatabaseUnavailable(_)),
        Err(InternalError::DatabaseUnavailable(_)),
        Err(InternalError::DatabaseUnavailable(_)),
    ) = outcome
    else {
        panic!("{outcome:?}");
    };
    assert_eq!(db.session().read_blocking(name).await.unwrap(), "Ada Lovelace");
    db.close().await;
}

#[tokio::test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn slow_read_is_canceled_by_the_server() {
    let store = Store::filled(On::Postgres);
    let db = Db::open(store.address(), Clock::System).unwrap();
    let started = Instant::now();
    let session = db.session().with_deadline(started + Duration::from_millis(200));
    let sleep = |conn: &mut Conn| diesel::sql_query("SELECT pg_sleep(20)").execute(conn);
    let outcome = session.read_blocking(sleep).await;
    assert!(matches!(outcome, Err(InternalError::DeadlineExceeded)), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    drop(session);
    // The next request has its own timeout.
    let nap = |conn: &mut Conn| diesel::sql_query("SELECT pg_sleep(0.3)").execute(conn);
    assert!(db.session().read_blocking(nap).await.is_ok());
    db.close().await;
}

#[tokio::test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn transaction_waits_for_locks_until_the_request_timeout() {
    #[derive(QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        seconds: i64,
    }
    let store = Store::filled(On::Postgres);
    let db = Db::open(store.address(), Clock::System).unwrap();
    for (name, left, range) in [
        ("statement_timeout", 10, 5..=10),
        ("statement_timeout", 300, 290..=300),
        ("idle_in_transaction_session_timeout", 10, 60..=60),
        ("idle_in_transaction_session_timeout", 300, 290..=300),
    ] {
        let session = db.session().with_deadline(Instant::now() + Duration::from_secs(left));
        let sql =
            format!("SELECT (extract(epoch FROM current_setting('{name}')::interval))::bigint AS seconds");
        let setting =
            session.read_blocking(move |conn| diesel::sql_query(sql).get_result::<Setting>(conn)).await;
        let seconds = setting.unwrap().seconds;
        assert!(range.contains(&seconds), "{name} is {seconds} s, with {left} s left");
    }
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn canceled_read_leaves_no_open_transaction() {
    let store = Store::filled(On::Postgres);
    let Address::Server(server) = store.address() else { panic!("it is no server") };
    // The write uses the connection of the canceled read.
    let address = Address::Server(ServerAddress { connections: 1, ..server });
    let db = Db::open(address, Clock::System).unwrap();
    for round in 0..150_u64 {
        let session = db.session().with_deadline(Instant::now() + Duration::from_secs(5));
        let look = |conn: &mut Conn| customers::table.count().get_result::<i64>(conn);
        let _ = tokio::time::timeout(Duration::from_micros(round * 20), session.read_inline(look)).await;
        drop(session);
        let note = format!("round {round}");
        db.write(move |conn, _| {
            let of = customers::table.find(1_i64);
            Ok(diesel::update(of).set(customers::notes.eq(&note)).execute(conn)?)
        })
        .await
        .map_err(|_| round)
        .unwrap();
    }
    db.close().await;
}

#[test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
fn unreachable_database_is_reported_in_one_line() {
    // A free port. The name of the socket contains it as well.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let cluster = Cluster::start_on(port, HASTY);
    cluster.query("postgres", "CREATE ROLE clerk LOGIN PASSWORD 'right'");
    cluster.let_in_with_password("clerk");
    let folder = cluster.url("postgres");
    let with_password =
        |password: &str| folder.replace("user=oms", &format!("user=clerk&password={password}"));
    for (url, part) in [
        (cluster.url("nowhere"), "database \"nowhere\" does not exist"),
        (with_password("secret"), "password authentication failed for user \"clerk\""),
        ("postgres://oms@localhost:1/shop".to_owned(), "Connection refused"),
        ("postgres://oms@no.such.host.invalid/shop".to_owned(), "could not translate host name"),
        (format!("postgres://oms@127.0.0.1:{port}/postgres?sslmode=require"), "SSL was required"),
        (folder.replace("host=", "target_session_attrs=standby&host="), "server is not in hot standby mode"),
        (folder.replace("host=", "colour=blue&host="), "invalid URI query parameter: \"colour\""),
        (with_password("right"), "permission denied for schema public"),
    ] {
        for command in [&["serve", "--port", "0"][..], &["migrate", "up"], &["seed"]] {
            let said = end_of(oms().args(command).args(["--database", &url]));
            assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{url}: {}", said.err);
            assert!(said.err.starts_with("oms: ") && said.err.lines().count() == 1, "{}", said.err);
            assert!(said.err.contains(part), "{url}: {}", said.err);
            assert!(!said.err.contains("secret") && !said.err.contains("panicked"), "{}", said.err);
        }
    }
}

#[test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
fn no_migrate_rejects_pending_migrations() {
    let store = Store::empty(On::Postgres);
    let said = end_of(oms().args(["serve", "--no-migrate", "--port", "0", "--database", &store.argument()]));
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("the migration 2026-11-22-000000_shop is pending"), "{}", said.err);
    assert!(said.err.contains("`oms migrate up`"), "{}", said.err);
}

#[test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
fn rejects_a_database_that_is_not_utf8() {
    let cluster = Cluster::shared();
    for encoding in ["LATIN1", "SQL_ASCII"] {
        let name = format!("in_{}", encoding.to_lowercase());
        cluster
            .query("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'"));
        let url = cluster.url(&name);
        for command in [
            &["serve", "--port", "0"][..],
            &["serve", "--no-migrate", "--port", "0"],
            &["migrate", "up"],
            &["migrate"],
            &["seed"],
        ] {
            let said = end_of(oms().args(command).args(["--database", &url]));
            assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
            let part =
                format!("/{name}: its encoding is {encoding}, but must be UTF8; create it with `createdb");
            assert!(said.err.contains(&part) && said.err.lines().count() == 1, "{}", said.err);
        }
        let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
        assert_eq!(cluster.query(&name, tables), "0");
    }
}
