//! What only PostgreSQL has: several instances, a primary that goes away and comes back, a replica,
//! and the many ways in which it cannot be reached.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use oms::clock::Clock;
use oms::db::address::Server;
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

/// How long something that mends itself may take to.
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
async fn four_hundred_orders_through_two_instances_for_the_last_fifty_units() {
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
async fn a_primary_that_restarts_under_load_loses_no_acknowledged_order() {
    // What it says is on the disk has to be there.
    let cluster = Cluster::start("");
    cluster.query("postgres", "CREATE DATABASE shop TEMPLATE template0");
    store::fill_server(&cluster, "shop");
    cluster.query("shop", "UPDATE inventory SET quantity = 1000000 WHERE product_id = 6");
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
        // It says that it is away, and keeps its place.
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

/// Places one order after another, until one fails; the references of those that were acknowledged.
async fn place_until_refused(client: Client, name: String) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let reference = format!("{name}-{}", acknowledged.len());
        let Ok(answer) = client.try_run(PLACE, order("prd_6", &reference)).await else { return acknowledged };
        let answer = answer.json();
        if answer["data"]["createOrder"]["order"]["reference"] != reference.as_str() {
            // Refused as a whole: no refusal of ours, and nothing of the inside.
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

/// A server with the database `shop`, and its replica.
fn shop_with_replica() -> (Cluster, Cluster) {
    let primary = Cluster::start(HASTY);
    primary.query("postgres", "CREATE DATABASE shop TEMPLATE template0");
    store::fill_server(&primary, "shop");
    let replica = primary.replicate();
    (primary, replica)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn a_replica_is_read_from_while_it_is_there() {
    let (primary, replica) = shop_with_replica();
    let server = Process::serve_with(
        replica.url_of_primary(&primary, "shop"),
        &["--read-database", &replica.url("shop")],
    );
    let client = server.client();
    let name = "query { customer(by: { id: \"cus_1\" }) { name } }";
    // When a server last did something there.
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

    // The replica gets nothing from here on: what a request reads after it has written is on the primary.
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
    // Not even the first request afterwards fails: its connection is seen to be dead before it reads.
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
async fn a_read_that_a_replica_takes_back_can_be_tried_again() {
    let (primary, replica) = shop_with_replica();
    // It does not wait for whoever reads.
    replica.query("postgres", "ALTER SYSTEM SET max_standby_streaming_delay = 0");
    replica.query("postgres", "SELECT pg_reload_conf()");
    let read_url = Some(replica.url("shop").parse().unwrap());
    let server = Server { read_url, ..Server::new(replica.url_of_primary(&primary, "shop")) };
    let db = Db::open(Address::Server(server), Clock::System).unwrap();
    let name = |conn: &mut Conn| customers::table.find(1_i64).select(customers::name).first::<String>(conn);
    let session = db.session();
    let read = tokio::spawn(async move {
        let long = "SELECT id, pg_sleep(30) FROM customers";
        let outcome = session.read(move |conn| diesel::sql_query(long).execute(conn)).await;
        // What else the request reads would be of another moment.
        (outcome, session.look_up(name).await, session.read(name).await)
    });
    let reads =
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT id, pg_sleep%' AND state = 'active'";
    eventually("the replica reads", async || replica.query("shop", reads) == "1").await;
    // For this nobody may be using the table.
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
    assert_eq!(db.session().read(name).await.unwrap(), "Ada Lovelace");
    db.close().await;
}

#[tokio::test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn a_read_that_takes_too_long_is_ended_by_the_server() {
    let store = Store::filled(On::Postgres);
    let db = Db::open(store.address(), Clock::System).unwrap();
    let started = Instant::now();
    let session = db.session().until(started + Duration::from_millis(200));
    let sleep = |conn: &mut Conn| diesel::sql_query("SELECT pg_sleep(20)").execute(conn);
    let outcome = session.read(sleep).await;
    assert!(matches!(outcome, Err(InternalError::DeadlineExceeded)), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    drop(session);
    // The next request has a time of its own.
    let nap = |conn: &mut Conn| diesel::sql_query("SELECT pg_sleep(0.3)").execute(conn);
    assert!(db.session().read(nap).await.is_ok());
    db.close().await;
}

#[tokio::test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn a_transaction_may_wait_as_long_as_its_request() {
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
        let session = db.session().until(Instant::now() + Duration::from_secs(left));
        let sql =
            format!("SELECT (extract(epoch FROM current_setting('{name}')::interval))::bigint AS seconds");
        let setting = session.read(move |conn| diesel::sql_query(sql).get_result::<Setting>(conn)).await;
        let seconds = setting.unwrap().seconds;
        assert!(range.contains(&seconds), "{name} is {seconds} s, with {left} s left");
    }
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn a_reader_that_gives_up_leaves_no_transaction_behind() {
    let store = Store::filled(On::Postgres);
    let Address::Server(server) = store.address() else { panic!("it is no server") };
    // The one who writes gets the connection of the one who gave up.
    let address = Address::Server(Server { connections: 1, ..server });
    let db = Db::open(address, Clock::System).unwrap();
    for round in 0..150_u64 {
        let session = db.session().until(Instant::now() + Duration::from_secs(5));
        let look = |conn: &mut Conn| customers::table.count().get_result::<i64>(conn);
        let _ = tokio::time::timeout(Duration::from_micros(round * 20), session.look_up(look)).await;
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
fn a_database_that_cannot_be_reached_is_told_in_a_sentence() {
    // A port that is free now. The socket's name has it too.
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
fn a_database_that_is_behind_is_refused_where_it_must_not_be_changed() {
    let store = Store::empty(On::Postgres);
    let said = end_of(oms().args(["serve", "--no-migrate", "--port", "0", "--database", &store.argument()]));
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("has not had the migration 2026-11-22-000000_shop"), "{}", said.err);
    assert!(said.err.contains("`oms migrate up`"), "{}", said.err);
}

#[test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
fn a_database_that_is_not_in_utf8_is_refused() {
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
