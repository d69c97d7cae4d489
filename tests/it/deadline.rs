//! Requests that exceed the timeout or the response size are aborted, also when the CPU is busy.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use oms::cli::seed;
use oms::clock::Clock;
use oms::config::Seed;
use oms::config::limits::Limits;
use oms::db::{Address, Conn, Db, Purpose, migrate};
use oms::graphql::deadline::Deadline;
use oms::graphql::request::Request;
use oms::graphql::{Engine, ExecutionResult, ExecutionStatus};
use serde_json::Value;
use tempfile::TempDir;

use crate::kinds::On;
use crate::limits::assert_refused;
use crate::say;
use crate::shop::NOW;
use crate::store::Store;

/// Limits that allow a response of some hundred thousand rows from a few thousand.
const LARGE: &str =
    "{ customers(first: 100) { nodes { id orders(first: 100) { nodes { id items(first: 100) { nodes { id
    product { id orderItems(first: 100) { nodes { id quantity order { id notes } } } } } } } } } } }";

fn wide() -> Limits {
    Limits {
        max_cost: u64::MAX,
        max_answer: usize::MAX,
        timeout: Duration::from_secs(600),
        ..Limits::default()
    }
}

fn json(answer: &ExecutionResult) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn seeded() -> (TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let mut conn = Conn::open(&Address::File(path.clone()), Purpose::Write).unwrap();
    migrate::up(&mut conn).unwrap();
    let size = Seed { customers: 100, products: 20, orders: 1_500, number: 1 };
    seed::fill(&mut conn, size, &ProgressBar::hidden()).unwrap().unwrap();
    (folder, Db::open(Address::File(path), Clock::System).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn aborts_a_request_that_exceeds_the_timeout() {
    let (_folder, db) = seeded();
    let engine = Engine::new(db, &wide());
    let started = Instant::now();
    let answer = engine.execute(Request::new(LARGE)).await;
    let whole = started.elapsed();
    assert_eq!(answer.outcome, ExecutionStatus::Complete);
    say(&format!("deadline: {} MB take {whole:?}", answer.body.len() / 1_000_000));

    // A small part of the time that the full response takes, also on a busy machine.
    for patience in [5, 50].map(Duration::from_millis) {
        let request = Request { deadline: Some(Deadline::after(patience)), ..Request::new(LARGE) };
        let started = Instant::now();
        let answer = engine.execute(request).await;
        let took = started.elapsed();
        say(&format!("deadline: of {patience:?}, given up after {took:?}"));
        assert_refused(&json(&answer), "REQUEST_TIMEOUT", "exceeded its time limit");
        assert_eq!(answer.outcome, ExecutionStatus::Aborted);
        assert!(took < whole, "{took:?} of {whole:?}");
    }
    // The connections are still usable.
    let answer = engine.execute(Request::new("{ customers { totalCount } }")).await;
    assert_eq!(json(&answer)["data"]["customers"]["totalCount"], 100);
}

#[tokio::test]
async fn request_after_its_deadline_is_not_executed() {
    let file = Store::filled(On::Sqlite);
    let db = Db::open(file.address(), Clock::Fixed(NOW.parse().unwrap())).unwrap();
    let engine = Engine::new(db, &Limits::default());
    let late = || Some(Deadline::at(Instant::now()));
    let query = Request { deadline: late(), ..Request::new("{ customers { totalCount nodes { id } } }") };
    let answer = engine.execute(query).await;
    assert_refused(&json(&answer), "REQUEST_TIMEOUT", "exceeded its time limit");
    assert_eq!(answer.statements, 0);

    let text = "mutation { createCustomer(input: {name: \"Late\", email: \"late@example.com\"}) { customer { id } } }";
    let answer = engine.execute(Request { deadline: late(), ..Request::new(text) }).await;
    assert_refused(&json(&answer), "REQUEST_TIMEOUT", "may have been changed");
    let look = "{ customer(by: {email: \"late@example.com\"}) { id } }";
    assert_eq!(json(&engine.execute(Request::new(look)).await)["data"]["customer"], Value::Null);
}

#[tokio::test]
async fn aborts_a_response_that_exceeds_the_size_limit() {
    let (_folder, db) = seeded();
    let query = "{ orders(first: 100) { nodes { id notes customer { name } items { nodes { id } } } } }";
    let engine = Engine::new(db.clone(), &Limits::default());
    let length = engine.execute(Request::new(query)).await.body.len();
    let engine = Engine::new(db.clone(), &Limits { max_answer: 20 * length, ..Limits::default() });
    assert_eq!(engine.execute(Request::new(query)).await.outcome, ExecutionStatus::Complete);
    let engine = Engine::new(db, &Limits { max_answer: length / 2, ..Limits::default() });
    let answer = engine.execute(Request::new(query)).await;
    assert_refused(&json(&answer), "ANSWER_TOO_LARGE", &format!("more than {} bytes", length / 2));
    assert_eq!(answer.outcome, ExecutionStatus::Aborted);
}
