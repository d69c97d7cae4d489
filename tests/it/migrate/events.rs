//! The migration that adds the event log, and its reverse.

use diesel::connection::SimpleConnection;
use oms::db::migrate;

use super::down_before;
use crate::books::assert_balanced;
use crate::command::{Place, end_of, number, oms};
use crate::kinds::{On, on_each_database};
use crate::store::Store;

on_each_database! {
    fn migration_opens_the_ledger_and_keeps_adjustments;
    fn rejects_the_reverse_of_a_log_with_changes;
}

const EVENTS: &str = "2026-11-25-000000_events";

/// Adjustments that lead to the stock, that exceed it, and that were followed by shipments.
const BEFORE: &str = "
    INSERT INTO products (id, sku, name, price, created_at, updated_at)
    VALUES (1, 'A', 'A', 0, 1, 1), (2, 'B', 'B', 0, 1, 1), (3, 'C', 'C', 0, 1, 1), (4, 'D', 'D', 0, 1, 1);
    INSERT INTO inventory (id, product_id, quantity, reserved, created_at, updated_at, version)
    VALUES (11, 2, 7, 0, 1, 9, 3), (12, 1, 10, 4, 1, 9, 3), (13, 3, 5, 0, 2, 8, 9);
    INSERT INTO customers (id, name, email, email_key, created_at, updated_at) VALUES (1, 'Ada', 'a@x', 'a@x', 1, 1);
    INSERT INTO orders (id, customer_id, order_date, status, total_amount, created_at, updated_at)
    VALUES (1, 1, 5, 'PENDING', 0, 6, 7);
    INSERT INTO order_items (id, order_id, product_id, product_name, product_sku, quantity, quantity_reserved, unit_price,
                             subtotal, created_at, updated_at)
    VALUES (1, 1, 1, 'A', 'A', 4, 4, 0, 0, 6, 7);
    INSERT INTO inventory_adjustments (id, inventory_id, delta, reason, created_at)
    VALUES (1, 12, 2, 'Found', 3), (2, 13, 100, 'In', 3), (3, 13, -150, 'Out', 4), (4, 13, 90, 'In', 5), (9, 12, -1, 'Lost', 4);";

const ADJUSTMENTS: &str =
    "SELECT sum(delta * inventory_id * created_at) + 1000000 * count(*) FROM inventory_adjustments";

fn migration_opens_the_ledger_and_keeps_adjustments(on: On) {
    let place = Place::on(on);
    place.succeed(&["migrate", "up"]);
    down_before(EVENTS, &mut place.store.writer());
    place.store.writer().batch_execute(BEFORE).unwrap();
    let adjustments = number(&mut place.conn(), ADJUSTMENTS);

    assert_eq!(place.succeed(&["migrate", "up"]), format!("ran {EVENTS}\n"));
    assert_balanced(&place.store);
    let count = |condition: &str| {
        number(&mut place.conn(), &format!("SELECT count(*) FROM events WHERE {condition}"))
    };
    assert_eq!(count("kind = 'STOCK_OPENED'"), 3);
    assert_eq!(count("kind = 'STOCK_ADJUSTED' AND reason IN ('Found', 'In', 'Out', 'Lost')"), 5);
    // The reserved units, and the units that left after the adjustments of the last product.
    assert_eq!(
        count(
            "kind = 'STOCK_SET' AND product_id = 1 AND quantity_delta = 0 AND reserved_delta = 4 AND at = 9"
        ),
        1
    );
    assert_eq!(count("kind = 'STOCK_SET' AND product_id = 3 AND quantity_delta = -85 AND quantity = 5"), 1);
    assert_eq!(
        count("kind = 'STOCK_OPENED' AND product_id = 2 AND quantity_delta = 7 AND at = 9 AND version = 3"),
        1
    );
    assert_eq!(count("position = id"), 10);

    place.succeed(&["migrate", "down", "--yes"]);
    assert_eq!(number(&mut place.conn(), ADJUSTMENTS), adjustments);
    place.succeed(&["migrate", "up"]);
    assert_balanced(&place.store);
}

fn rejects_the_reverse_of_a_log_with_changes(on: On) {
    for (change, events) in [
        (
            "INSERT INTO events (position, kind, at, order_id, version) VALUES (6, 'ORDER_UPDATED', 0, 103, 1),
                 (7, 'CUSTOMER_CREATED', 0, NULL, 1), (8, 'CUSTOMER_CREATED', 0, NULL, 1)",
            "2 CUSTOMER_CREATED, 1 ORDER_UPDATED",
        ),
        ("UPDATE events SET reference = 'x' WHERE product_id = 1", "1 STOCK_OPENED"),
        ("UPDATE events SET kind = 'STOCK_SET' WHERE product_id = 1", "1 STOCK_SET"),
    ] {
        let store = Store::filled(on);
        store.writer().batch_execute(change).unwrap();
        let rows = number(&mut store.conn(), "SELECT count(*) FROM events");
        let said = end_of(oms().args(["migrate", "down", "--yes", "--database", &store.argument()]));
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{change}");
        let expected = format!(
            "the migration {EVENTS} cannot be reverted, because the previous version has no event log, and these events \
             were recorded: {events}; keep this version, or restore a backup\n"
        );
        assert!(said.err.ends_with(&expected), "{}", said.err);
        assert_eq!(number(&mut store.conn(), "SELECT count(*) FROM events"), rows);
    }
    // Opening movements are made again.
    let store = Store::filled(on);
    assert_eq!(migrate::down(&mut store.writer()).unwrap().as_deref(), Some(EVENTS));
}
