//! The audit of a database: the invariants between its tables. Tests that may have violated one end with it.

use diesel::prelude::*;
use diesel::sql_types::Text;
use oms::db::{Address, Conn, Purpose};

use crate::kinds::On;
use crate::store::Store;

#[derive(QueryableByName)]
struct Finding {
    #[diesel(sql_type = Text)]
    finding: String,
}

/// Each query selects one text per violation.
const AUDITS: [&str; 10] = [
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
