//! The commands that a request sends to PostgreSQL, each of which is a round trip, and reads without a transaction.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use oms::clock::Clock;
use oms::db::address::ServerAddress;
use oms::db::schema::customers;
use oms::db::{Address, Conn, Db};
use oms::error::InternalError;
use serde_json::json;

use crate::client::Client;
use crate::cluster::{Cluster, HASTY};
use crate::kinds::On;
use crate::process::Process;
use crate::store::{self, Store};

const POINT: &str = "{ customer(by: { id: \"cus_1\" }) { id name email } }";

/// Returns a server whose log has every command, with the database `shop`, and an instance on it.
fn logged() -> (Cluster, Process) {
    let cluster = Cluster::start(HASTY);
    cluster.query("postgres", "CREATE DATABASE shop TEMPLATE template0");
    store::fill_server(&cluster, "shop");
    cluster.query("shop", "UPDATE inventory SET quantity = 1000000 WHERE product_id IN (1, 2, 6)");
    cluster.query("postgres", "ALTER SYSTEM SET log_statement = 'all'");
    cluster.query("postgres", "SELECT pg_reload_conf()");
    let server = Process::serve(cluster.url("shop"));
    (cluster, server)
}

/// Returns the commands of one request, in order, after requests that prepare its statements and set the timeout of its
/// connection. On a slow machine, a request may have so little time left that it sets another timeout; then the request
/// is repeated.
async fn commands(cluster: &Cluster, client: &Client, document: &str) -> Vec<String> {
    client.run(document, json!({})).await;
    let mut commands = Vec::new();
    for _ in 0..10 {
        // The end of a transaction that only reads is not waited for.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let before = cluster.log().len();
        client.run(document, json!({})).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let log = cluster.log().split_off(before);
        let lines = log.lines().filter_map(|line| line.split_once("] oms LOG:  ").map(|(_, said)| said));
        commands = lines.filter_map(|said| said.split_once(": ")).map(|(_, sql)| sql.to_owned()).collect();
        if !commands.iter().any(|sql| sql.starts_with("SET statement_timeout")) {
            break;
        }
    }
    commands
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn single_statement_takes_one_round_trip() {
    let (cluster, server) = logged();
    let client = server.client();
    for (document, table) in [
        (POINT, "customers"),
        ("{ node(id: \"ord_101\") { id ... on Order { status } } }", "orders"),
        ("{ product(by: { sku: \"TEA-100\" }) { price } }", "products"),
        ("{ orders(first: 3, orderBy: [{ field: ORDER_DATE }]) { edges { cursor node { id } } } }", "orders"),
    ] {
        let commands = commands(&cluster, &client, document).await;
        assert_eq!(commands.len(), 1, "{document}: {commands:#?}");
        assert!(commands[0].starts_with("SELECT ") && commands[0].contains(&format!("\"{table}\"")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn several_statements_read_one_snapshot() {
    let (cluster, server) = logged();
    let client = server.client();
    for document in [
        "{ customer(by: { id: \"cus_1\" }) { name orders { nodes { id } } } }",
        "{ a: customer(by: { id: \"cus_1\" }) { name } b: customer(by: { id: \"cus_2\" }) { name } }",
        "{ customers(first: 2) { nodes { name } totalCount } }",
    ] {
        let commands = commands(&cluster, &client, document).await;
        let [begin, reads @ .., commit] = commands.as_slice() else { panic!("{commands:?}") };
        assert_eq!(begin, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        assert_eq!(commit, "COMMIT");
        assert_eq!(reads.len(), 2, "{commands:#?}");
        assert!(reads.iter().all(|sql| sql.starts_with("SELECT ")), "{commands:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn create_order_takes_a_bounded_number_of_round_trips() {
    let (cluster, server) = logged();
    let document = r#"mutation { createOrder(input: { customer: { id: "cus_1" }, items: [
        { product: { id: "prd_1" }, quantity: 1 }, { product: { id: "prd_2" }, quantity: 1 },
        { product: { id: "prd_6" }, quantity: 1 }] }) { order { id totalAmount } errors { message } } }"#;
    let commands = commands(&cluster, &server.client(), document).await;
    let [begin, statements @ .., commit] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!((begin.as_str(), commit.as_str()), ("BEGIN", "COMMIT"), "{commands:#?}");
    assert!(statements.len() <= MAX_STATEMENTS, "{commands:#?}");
    let controls = ["BEGIN", "COMMIT", "SET", "SAVEPOINT", "ROLLBACK"];
    let is_control = |sql: &String| controls.iter().any(|control| sql.starts_with(control));
    assert!(!statements.iter().any(is_control), "{commands:#?}");
}

/// The statements of an order of three items, without BEGIN and COMMIT.
const MAX_STATEMENTS: usize = 11;

/// The server closes all connections, as it does when it restarts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn single_statement_uses_no_closed_connection() {
    let (cluster, server) = logged();
    let client = server.client();
    for _ in 0..10 {
        assert_eq!(client.run(POINT, json!({})).await["customer"]["name"], "Ada Lovelace");
        let sql = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE application_name = 'oms'";
        assert_ne!(cluster.query("shop", sql), "0");
    }
    cluster.down("fast");
    cluster.up();
    assert_eq!(client.run(POINT, json!({})).await["customer"]["name"], "Ada Lovelace");
}

#[tokio::test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn single_statement_is_canceled_at_the_deadline() {
    let store = Store::filled(On::Postgres);
    let Address::Server(server) = store.address() else { panic!("it is no server") };
    let db = Db::open(Address::Server(ServerAddress { connections: 1, ..server }), Clock::System).unwrap();
    let sleep = |conn: &mut Conn| diesel::sql_query("SELECT pg_sleep(20)").execute(conn);
    for round in 0..4 {
        let started = Instant::now();
        let deadline = started + Duration::from_millis(200);
        let session = db.session().with_single_statement(true).with_deadline(deadline);
        let outcome = match round % 2 {
            0 => session.read_blocking(sleep).await,
            _ => session.read_inline(sleep).await,
        };
        assert!(matches!(outcome, Err(InternalError::DeadlineExceeded)), "{outcome:?}");
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
        // The same connection serves the next request, which has a timeout of its own.
        let session = db.session().with_single_statement(true);
        let nap = |conn: &mut Conn| diesel::sql_query("SELECT pg_sleep(0.4)").execute(conn);
        session.read_blocking(nap).await.unwrap();
    }
    let failing = |conn: &mut Conn| diesel::sql_query("SELECT 1 / 0").execute(conn);
    let outcome = db.session().with_single_statement(true).read_inline(failing).await;
    assert!(matches!(outcome, Err(InternalError::Database(_))), "{outcome:?}");
    assert_eq!(db.stats().pools[0].open, 1);
    let name = |conn: &mut Conn| customers::table.find(1_i64).select(customers::name).first::<String>(conn);
    assert_eq!(db.session().with_single_statement(true).read_inline(name).await.unwrap(), "Ada Lovelace");
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
async fn canceled_single_statement_leaves_a_usable_database() {
    let store = Store::filled(On::Postgres);
    let Address::Server(server) = store.address() else { panic!("it is no server") };
    let db = Db::open(Address::Server(ServerAddress { connections: 1, ..server }), Clock::System).unwrap();
    for round in 0..100_u64 {
        let deadline = Instant::now() + Duration::from_secs(5);
        let session = db.session().with_deadline(deadline).with_single_statement(true);
        let look = |conn: &mut Conn| customers::table.count().get_result::<i64>(conn);
        let patience = Duration::from_micros(round * 20);
        let _ = match round % 2 {
            0 => tokio::time::timeout(patience, session.read_inline(look)).await,
            _ => tokio::time::timeout(patience, session.read_blocking(look)).await,
        };
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
