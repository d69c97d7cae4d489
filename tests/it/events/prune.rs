//! `oms events prune`.

use diesel::connection::SimpleConnection;
use serde_json::json;

use super::{Reader, position};
use crate::books::{assert_audited, assert_balanced};
use crate::command::{Said, end_of, number, oms};
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::store::Store;

on_each_database! {
    async fn pruned_log_keeps_the_stock_and_refuses_older_cursors;
    fn prune_removes_nothing_from_a_young_log;
    fn prune_rejects_a_date_in_the_future_and_a_missing_database;
}

/// 2,500 movements of one product and 100 changes of a customer, at 1 to 2,600 seconds after 2020-01-01.
const HISTORY: &str = "
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
    INSERT INTO events (position, kind, at, request_id, product_id, version, quantity_delta, reserved_delta, quantity, reserved)
    SELECT 5 + i, 'STOCK_RECEIVED', 1577836800000000 + 1000000 * CAST(i AS BIGINT), 'r', 1, i, 1 - 2 * (i % 2), 0,
           100 - i % 2, 10
    FROM n ORDER BY i;
    WITH RECURSIVE n (i) AS (SELECT 2501 UNION ALL SELECT i + 1 FROM n WHERE i < 2600)
    INSERT INTO events (position, kind, at, request_id, customer_id, version)
    SELECT 5 + i, 'CUSTOMER_UPDATED', 1577836800000000 + 1000000 * CAST(i AS BIGINT), 'r', 1, i FROM n ORDER BY i;
    UPDATE event_log SET head = 2605;";

fn prune(store: &Store, before: &str) -> Said {
    end_of(oms().args(["events", "prune", "--before", before, "--database", &store.argument()]))
}

fn pruned(store: &Store, before: &str) -> String {
    let said = prune(store, before);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    said.out
}

async fn pruned_log_keeps_the_stock_and_refuses_older_cursors(on: On) {
    let store = Store::filled(on);
    store.writer().batch_execute(HISTORY).unwrap();
    assert_balanced(&store);
    let server = Process::serve(store.argument());
    let client = server.client();
    let mut reader = Reader::default();
    reader.read_all(&client).await;
    assert_eq!(reader.entries.len(), 2_605);

    // Beside the server: up to the movement at 1,500 seconds. Product 4 has no units, and needs no opening.
    let said = pruned(&store, "2020-01-01T00:25:00Z");
    assert!(said.starts_with("removed 1,500 events before 2020-01-01T00:25:00Z from "), "{said}");
    assert!(said.ends_with("; the log starts at position 1,505\n"), "{said}");
    assert_eq!(number(&mut store.conn(), "SELECT count(*) FROM events"), 2_605 - 1_500);
    assert_eq!(number(&mut store.conn(), "SELECT count(*) FROM events WHERE kind = 'STOCK_OPENED'"), 4);
    assert_audited(&client).await;
    assert_balanced(&store);

    let mut later = Reader::default();
    later.read_all(&client).await;
    assert_eq!(later.entries, reader.entries[1_504..]);
    assert_eq!(position(later.entries[0]["cursor"].as_str().unwrap()), 1_505);
    // The last valid cursor is that of the last event that was removed.
    let log = "query Log($after: String) { eventLog(after: $after, first: 1) { entries { cursor } } }";
    let oldest = reader.entries[1_503]["cursor"].clone();
    let page = client.run(log, json!({"after": oldest})).await;
    assert_eq!(page["eventLog"]["entries"][0]["cursor"], later.entries[0]["cursor"]);
    let expired =
        client.try_run(log, json!({"after": reader.entries[1_502]["cursor"]})).await.unwrap().json();
    let extensions = &expired["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "CURSOR_EXPIRED", "{expired}");
    assert_eq!((&extensions["oldestCursor"], &extensions["argument"]), (&oldest, &json!(["after"])));

    // The ledger starts at the opening.
    let levels = client
        .run(
            r#"{ inventory(by: { productId: "prd_1" }) {
                before: quantityAt(at: "2020-01-01T00:00:10Z") { quantity reserved }
                after: quantityAt(at: "2020-01-01T00:25:01Z") { quantity reserved }
                movements(first: 1) { totalCount nodes { type quantityDelta reservedDelta quantity order { id } } }
            } }"#,
            json!({}),
        )
        .await;
    assert_eq!(levels["inventory"]["before"], json!({"quantity": 0, "reserved": 0}));
    assert_eq!(levels["inventory"]["after"], json!({"quantity": 99, "reserved": 10}));
    let opened = json!({"type": "STOCK_OPENED", "quantityDelta": 99, "reservedDelta": 10, "quantity": 99, "order": null});
    assert_eq!(levels["inventory"]["movements"]["nodes"][0], opened);

    assert!(pruned(&store, "2020-01-01T00:25:00Z").starts_with("removed 0 events"));
    // All of it; then the log goes on.
    assert!(pruned(&store, "2021-06-01").starts_with("removed 1,101 events before 2021-06-01T00:00:00Z"));
    assert_audited(&client).await;
    assert_balanced(&store);
    let mut empty = Reader::default();
    empty.read_all(&client).await;
    assert_eq!((empty.entries.len(), position(empty.after.as_ref().unwrap())), (0, 2_605));
    let change = r#"mutation { updateCustomer(input: { id: "cus_1", notes: "x" }) { errors { code } } }"#;
    client.run(change, json!({})).await;
    empty.read_all(&client).await;
    assert_eq!(position(empty.entries[0]["cursor"].as_str().unwrap()), 2_606);
    assert_balanced(&store);
    assert!(server.signal("TERM").success());
}

fn prune_removes_nothing_from_a_young_log(on: On) {
    let store = Store::filled(on);
    store.writer().batch_execute(HISTORY).unwrap();
    // The opening movements are before it in the log.
    let said = pruned(&store, "2020-01-01");
    assert!(said.starts_with("removed 1 events"), "{said}");
    assert_eq!(number(&mut store.conn(), "SELECT floor FROM event_log"), 5);
    assert_balanced(&store);
}

fn prune_rejects_a_date_in_the_future_and_a_missing_database(on: On) {
    let store = Store::filled(on);
    let said = prune(&store, "2999-01-01");
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert_eq!(said.err, "oms: --before must not be in the future, but was 2999-01-01T00:00:00Z\n");
    let said = prune(&Store::empty(on), "2020-01-01");
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    let reason = if on == On::Sqlite { "no such file" } else { "is pending; run `oms migrate up`" };
    assert!(said.err.contains(reason), "{}", said.err);
}
