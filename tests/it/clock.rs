//! Timestamps of writes when the clock is set back.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use oms::clock::Clock;
use oms::config::limits::Limits;
use oms::db::Db;
use oms::graphql::Engine;
use oms::graphql::request::Request;
use oms::types::Timestamp;
use serde_json::Value;

use crate::books::assert_balanced;
use crate::kinds::{On, on_each_database};
use crate::store::Store;

const HOUR: i64 = 3_600_000_000;
/// 2026-02-01T00:00:00Z, later than all timestamps of the fixture data.
const START: i64 = 1_769_904_000_000_000;

on_each_database! {
    async fn updated_at_never_decreases_when_the_clock_is_set_back;
    async fn restart_continues_after_the_latest_stored_time;
    async fn updated_at_never_decreases_with_different_clocks;
}

/// A server without HTTP, with an adjustable clock.
struct Instance {
    db: Db,
    engine: Engine,
    clock: Arc<AtomicI64>,
}

impl Instance {
    fn start(store: &Store, time: i64) -> Self {
        let clock = Arc::new(AtomicI64::new(time));
        let db = Db::open(store.address(), Clock::Manual(clock.clone())).unwrap();
        Self { engine: Engine::new(db.clone(), &Limits::default()), db, clock }
    }

    fn set(&self, time: i64) {
        self.clock.store(time, Ordering::SeqCst);
    }

    async fn run(&self, query: &str) -> Value {
        let answer = self.engine.execute(Request::new(query)).await;
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"].clone()
    }

    /// Changes an order, its items, their stock, a customer and a product, in ways that leave something to
    /// change. Returns the latest timestamp, after asserting that none is before `since`.
    async fn change(&self, since: Timestamp, quantity: u32) -> Timestamp {
        let answer = self.run(&r#"mutation {
            updateCustomer(input: { id: "cus_1", notes: "x" }) { customer { createdAt updatedAt } }
            updateProduct(input: { id: "prd_1", price: "5.00" }) { product { createdAt updatedAt } }
            updateOrderItem(input: { id: "itm_1001", quantity: QUANTITY }) { item { createdAt updatedAt } order { createdAt updatedAt } }
            adjustInventory(input: { inventory: { productId: "prd_1" }, delta: 1, reason: "x" }) { inventory { createdAt updatedAt } }
            createOrder(input: { customer: { id: "cus_1" }, items: [{ product: { id: "prd_6" }, quantity: 1 }] }) {
                order { createdAt updatedAt }
            }
            updateCustomers(input: { where: { id: { eq: "cus_2" } }, set: { notes: "y" } }) { count }
        }"#.replace("QUANTITY", &quantity.to_string())).await;
        let bulk = self.run(r#"{ customer(by: { id: "cus_2" }) { createdAt updatedAt } }"#).await;
        let mut updated = Vec::new();
        for answer in [answer, bulk] {
            times(&answer, &mut updated);
        }
        assert_eq!(updated.len(), 7);
        assert!(updated.iter().all(|time| *time > since), "{updated:?}, and {since} was before");
        updated.into_iter().max().unwrap()
    }
}

/// Collects every `updatedAt`, asserting that none is before its `createdAt`.
fn times(value: &Value, updated: &mut Vec<Timestamp>) {
    let Value::Object(fields) = value else { return };
    let time = |name: &str| Some(fields.get(name)?.as_str()?.parse::<Timestamp>().unwrap());
    if let (Some(at), Some(created)) = (time("updatedAt"), time("createdAt")) {
        assert!(at >= created, "{value}");
        updated.push(at);
    }
    for field in fields.values() {
        times(field, updated);
    }
}

async fn updated_at_never_decreases_when_the_clock_is_set_back(on: On) {
    let store = Store::filled(on);
    let instance = Instance::start(&store, START);
    let mut latest = instance.change(Timestamp(START - 1), 9).await;
    for (time, quantity) in [(START - HOUR, 8), (0, 7), (START - 1, 6)] {
        instance.set(time);
        latest = instance.change(latest, quantity).await;
    }
    assert!(latest < Timestamp(START + 1_000), "{latest}: it runs ahead of the clock");
    instance.set(START + HOUR);
    latest = instance.change(latest, 5).await;
    assert!(latest >= Timestamp(START + HOUR), "{latest}: it does not follow the clock");
    instance.db.close().await;
    assert_balanced(&store);
}

async fn restart_continues_after_the_latest_stored_time(on: On) {
    let store = Store::filled(on);
    let before = Instance::start(&store, START);
    let latest = before.change(Timestamp(START - 1), 9).await;
    before.db.close().await;
    let after = Instance::start(&store, START - 24 * HOUR);
    after.change(latest, 8).await;
    after.db.close().await;
    assert_balanced(&store);
}

/// Two servers on one database, one of which has a slow clock. They cannot agree on the latest time, because
/// these clocks are not the system's, but `updatedAt` of a row never decreases.
async fn updated_at_never_decreases_with_different_clocks(on: On) {
    let store = Store::filled(on);
    let (slow, fast) = (Instance::start(&store, START), Instance::start(&store, START + HOUR));
    let row =
        r#"mutation { updateOrder(input: { id: "ord_101", notes: "x" }) { order { createdAt updatedAt } } }"#;
    let mut all = Vec::new();
    // Both have read the stored times before either clock is slow.
    for instance in [&slow, &fast, &slow, &fast, &slow] {
        times(&instance.run(row).await, &mut all);
    }
    assert!(all.is_sorted(), "{all:?}");
    assert!(all[1] > all[0] && all[3] > all[1], "{all:?}");
    slow.db.close().await;
    fast.db.close().await;
    assert_balanced(&store);
}
