//! The audit of a database: the invariants between its tables. Tests that may have violated one end with it.

use diesel::prelude::*;
use diesel::sql_types::Text;
use oms::db::{Address, Conn, Purpose};
use serde_json::{Value, json};

use crate::client::Client;
use crate::kinds::On;
use crate::store::Store;

#[derive(QueryableByName)]
struct Finding {
    #[diesel(sql_type = Text)]
    finding: String,
}

/// Each query selects one text per violation.
const AUDITS: [&str; 15] = [
    "SELECT 'order ' || id || ' has no lines' AS finding FROM orders
     WHERE NOT EXISTS (SELECT 1 FROM order_items WHERE order_id = orders.id)",
    "SELECT 'order ' || o.id || ' comes to ' || o.total_amount || ', its lines to ' || coalesce(sum(i.subtotal), 0) AS finding
     FROM orders o LEFT JOIN order_items i ON i.order_id = o.id
     GROUP BY o.id HAVING o.total_amount <> coalesce(sum(i.subtotal), 0)",
    "SELECT 'line ' || id || ' of ' || quantity || ' at ' || unit_price || ' comes to ' || subtotal AS finding
     FROM order_items WHERE subtotal <> (quantity - quantity_cancelled) * unit_price",
    "SELECT 'order ' || o.id || ' has ' || o.returned_amount || ' returned, its lines ' || sum(i.unit_price * i.quantity_returned) AS finding
     FROM orders o JOIN order_items i ON i.order_id = o.id
     GROUP BY o.id HAVING o.returned_amount <> sum(i.unit_price * i.quantity_returned)",
    "SELECT 'line ' || id || ' of ' || quantity || ' has ' || quantity_cancelled || ' cancelled, ' || quantity_shipped
         || ' shipped, ' || quantity_returned || ' returned, ' || quantity_reserved || ' reserved' AS finding
     FROM order_items
     WHERE quantity_cancelled < 0 OR quantity_shipped < 0 OR quantity_returned < 0 OR quantity_reserved < 0
        OR quantity_cancelled + quantity_shipped > quantity OR quantity_returned > quantity_shipped
        OR quantity_reserved > quantity - quantity_cancelled - quantity_shipped",
    "SELECT 'order ' || id || ' is ' || status || ' with ' || opened || ' open, ' || shipped || ' shipped, ' || returned
         || ' returned' AS finding
     FROM (SELECT o.id, o.status, sum(i.quantity - i.quantity_cancelled - i.quantity_shipped) AS opened,
               sum(i.quantity_shipped) AS shipped, sum(i.quantity_returned) AS returned
           FROM orders o JOIN order_items i ON i.order_id = o.id GROUP BY o.id) AS units
     WHERE NOT CASE status
         WHEN 'PENDING' THEN opened > 0 AND shipped = 0
         WHEN 'PROCESSING' THEN opened > 0 AND shipped = 0
         WHEN 'PARTIALLY_SHIPPED' THEN opened > 0 AND shipped > 0
         WHEN 'SHIPPED' THEN opened = 0 AND shipped > returned
         WHEN 'DELIVERED' THEN opened = 0 AND shipped > returned
         WHEN 'RETURNED' THEN opened = 0 AND shipped > 0 AND shipped = returned
         ELSE opened = 0 AND shipped = 0 END",
    "SELECT 'line ' || i.id || ' holds ' || i.quantity_reserved || ' for an order that is ' || o.status AS finding
     FROM order_items i JOIN orders o ON o.id = i.order_id
     WHERE i.quantity_reserved <> 0 AND o.status NOT IN ('PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED')",
    // In both directions: reserved units without inventory are a violation as well.
    "SELECT 'product ' || p.id || ' has ' || coalesce(v.reserved, 0) || ' reserved, its open lines hold '
         || coalesce(held.units, 0) AS finding
     FROM products p
     LEFT JOIN inventory v ON v.product_id = p.id
     LEFT JOIN (SELECT i.product_id, sum(i.quantity_reserved) AS units FROM order_items i
                JOIN orders o ON o.id = i.order_id AND o.status IN ('PENDING', 'PROCESSING', 'PARTIALLY_SHIPPED')
                GROUP BY i.product_id) held ON held.product_id = p.id
     WHERE coalesce(v.reserved, 0) <> coalesce(held.units, 0)",
    "SELECT 'inventory ' || id || ' has ' || reserved || ' of ' || quantity || ' reserved' AS finding
     FROM inventory WHERE reserved < 0 OR reserved > quantity",
    "SELECT what || ' ' || id || ' was changed before it was made' AS finding FROM (
         SELECT 'customer' AS what, id FROM customers WHERE updated_at < created_at
         UNION ALL SELECT 'product', id FROM products WHERE updated_at < created_at
         UNION ALL SELECT 'inventory', id FROM inventory WHERE updated_at < created_at
         UNION ALL SELECT 'order', id FROM orders WHERE updated_at < created_at
         UNION ALL SELECT 'line', id FROM order_items WHERE updated_at < created_at) AS rows",
    // The ledger, in both directions: movements of a product without inventory sum up to 0.
    "SELECT 'product ' || p.id || ' has ' || coalesce(v.quantity, 0) || ' on hand and ' || coalesce(v.reserved, 0)
         || ' reserved, its movements sum up to ' || coalesce(m.quantity, 0) || ' and ' || coalesce(m.reserved, 0) AS finding
     FROM (SELECT product_id AS id FROM inventory UNION SELECT product_id FROM events WHERE quantity IS NOT NULL) AS p
     LEFT JOIN inventory v ON v.product_id = p.id
     LEFT JOIN (SELECT product_id, sum(quantity_delta) AS quantity, sum(reserved_delta) AS reserved
                FROM events WHERE quantity IS NOT NULL GROUP BY product_id) m ON m.product_id = p.id
     WHERE coalesce(v.quantity, 0) <> coalesce(m.quantity, 0) OR coalesce(v.reserved, 0) <> coalesce(m.reserved, 0)",
    "SELECT 'movement ' || id || ' changes ' || quantity_before || ' and ' || reserved_before || ' by ' || quantity_delta
         || ' and ' || reserved_delta || ' to ' || quantity || ' and ' || reserved AS finding
     FROM (SELECT e.*, lag(quantity, 1, 0) OVER (PARTITION BY product_id ORDER BY id) AS quantity_before,
                  lag(reserved, 1, 0) OVER (PARTITION BY product_id ORDER BY id) AS reserved_before
           FROM events e WHERE quantity IS NOT NULL) AS movements
     WHERE quantity <> quantity_before + quantity_delta OR reserved <> reserved_before + reserved_delta",
    "SELECT 'event ' || id || ' is version ' || version || ' of order ' || order_id || ' after ' || version_before AS finding
     FROM (SELECT e.*, lag(version) OVER (PARTITION BY order_id ORDER BY id) AS version_before
           FROM events e WHERE order_id IS NOT NULL AND quantity IS NULL) AS versions
     WHERE version <> version_before + CASE kind WHEN 'ORDER_DELETED' THEN 0 ELSE 1 END",
    "SELECT 'order ' || o.id || ' has version ' || o.version || ', its last event ' || e.version AS finding
     FROM orders o JOIN events e ON e.id =
         (SELECT max(id) FROM events WHERE order_id = o.id AND quantity IS NULL)
     WHERE o.version <> e.version OR o.status <> e.\"to\"",
    "SELECT 'the log has ' || numbered || ' positions up to ' || coalesce(last, 0) || ' after ' || floor || ', and the head is '
         || head AS finding
     FROM event_log, (SELECT count(*) AS numbered, max(position) AS last FROM events
                      WHERE position > (SELECT floor FROM event_log)) AS positions
     WHERE numbered <> head - floor OR coalesce(last, floor) <> head",
];

/// Like [`AUDITS`], for SQLite files only.
const OF_FILES: [&str; 2] = [
    "SELECT integrity_check AS finding FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
    "SELECT 'foreign key: row ' || ifnull(rowid, '?') || ' of ' || \"table\" || ' refers to no ' || parent AS finding
     FROM pragma_foreign_key_check",
];

/// Returns the violations in this database.
pub fn audit(address: &Address) -> Vec<String> {
    let mut conn = Conn::open(address, Purpose::Read).unwrap();
    let of_files: &[&str] = if matches!(address, Address::File(_)) { &OF_FILES } else { &[] };
    let findings = of_files.iter().chain(&AUDITS).flat_map(|sql| {
        let found: Vec<Finding> = diesel::sql_query(*sql).load(&mut conn).unwrap();
        found.into_iter().map(|row| row.finding).collect::<Vec<_>>()
    });
    findings.collect()
}

/// Returns the discrepancies that the server finds between stock, movements and open orders.
pub async fn stock_audit(client: &Client) -> Vec<Value> {
    const AUDIT: &str =
        "{ stockAudit { productId quantity reserved ledgerQuantity ledgerReserved orderReserved } }";
    let found = client.run(AUDIT, json!({})).await;
    found["stockAudit"].as_array().unwrap().clone()
}

/// Asserts that the server finds no discrepancy.
pub async fn assert_audited(client: &Client) {
    assert_eq!(stock_audit(client).await, Vec::<Value>::new());
}

pub fn assert_balanced(store: &Store) {
    assert_balanced_at(&store.address());
}

pub fn assert_balanced_at(address: &Address) {
    assert_eq!(audit(address), Vec::<String>::new(), "the books of the shop do not balance");
}

#[test]
fn fixture_data_is_consistent() {
    assert_balanced(&Store::filled(On::Sqlite));
}

#[test]
fn audit_finds_each_kind_of_inconsistency() {
    use diesel::connection::SimpleConnection;

    let cases = [
        ("DELETE FROM order_items WHERE order_id = 106", "order 106 has no lines"),
        ("UPDATE orders SET total_amount = 1 WHERE id = 103", "order 103 comes to 1, its lines to 7200"),
        ("UPDATE order_items SET subtotal = 1 WHERE id = 1005", "line 1005 of 6 at 1200 comes to 1"),
        ("UPDATE orders SET returned_amount = 5 WHERE id = 103", "order 103 has 5 returned, its lines 0"),
        (
            "UPDATE order_items SET quantity_shipped = 11 WHERE id = 1001",
            "line 1001 of 10 has 0 cancelled, 11 shipped, 0 returned, 10 reserved",
        ),
        (
            "UPDATE order_items SET quantity_returned = -1 WHERE id = 1001",
            "line 1001 of 10 has 0 cancelled, 0 shipped, -1 returned, 10 reserved",
        ),
        (
            "UPDATE orders SET status = 'PARTIALLY_SHIPPED' WHERE id = 103",
            "order 103 is PARTIALLY_SHIPPED with 0 open, 6 shipped, 0 returned",
        ),
        (
            "UPDATE order_items SET quantity_returned = 6 WHERE id = 1005",
            "order 103 is SHIPPED with 0 open, 6 shipped, 6 returned",
        ),
        (
            "UPDATE order_items SET quantity_reserved = 1 WHERE id = 1005",
            "line 1005 holds 1 for an order that is SHIPPED",
        ),
        (
            "UPDATE inventory SET reserved = 9 WHERE id = 11",
            "product 1 has 9 reserved, its open lines hold 10",
        ),
        ("DELETE FROM inventory WHERE id = 12", "product 2 has 0 reserved, its open lines hold 4"),
        ("UPDATE inventory SET quantity = 9 WHERE id = 11", "inventory 11 has 10 of 9 reserved"),
        ("UPDATE orders SET updated_at = 0 WHERE id = 103", "order 103 was changed before it was made"),
        (
            "UPDATE inventory SET quantity = 101 WHERE id = 11",
            "product 1 has 101 on hand and 10 reserved, its movements sum up to 100 and 10",
        ),
        (
            "DELETE FROM inventory WHERE id = 14; UPDATE events SET quantity_delta = 1, quantity = 1 WHERE product_id = 4",
            "product 4 has 0 on hand and 0 reserved, its movements sum up to 1 and 0",
        ),
        (
            "UPDATE events SET reserved = 9 WHERE product_id = 1",
            "movement 1 changes 0 and 0 by 100 and 10 to 100 and 9",
        ),
        (
            "INSERT INTO events (id, kind, at, order_id, version) VALUES (6, 'ORDER_UPDATED', 0, 103, 1),
                 (7, 'ORDER_UPDATED', 0, 103, 3)",
            "event 7 is version 3 of order 103 after 1",
        ),
        (
            "INSERT INTO events (kind, at, order_id, version, \"to\") VALUES ('ORDER_UPDATED', 0, 103, 2, 'SHIPPED')",
            "order 103 has version 1, its last event 2",
        ),
        (
            "DELETE FROM events WHERE position = 3",
            "the log has 4 positions up to 5 after 0, and the head is 5",
        ),
        ("DELETE FROM customers WHERE id = 3", "foreign key: row 104 of orders refers to no customers"),
    ];
    for (damage, finding) in cases {
        let store = Store::filled(On::Sqlite);
        let mut conn = store.writer();
        conn.batch_execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;").unwrap();
        conn.batch_execute(damage).unwrap();
        let found = audit(&store.address());
        assert!(found.iter().any(|f| f == finding), "{damage}: {found:?}");
    }
}
