//! The migration that counts shipped, cancelled and returned units, and its reverse.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use oms::db::{Conn, migrate};

use super::down_before;
use crate::books::assert_balanced;
use crate::command::{Place, Said, dump, end_of, number, oms};
use crate::kinds::{On, on_each_database};
use crate::store::Store;

on_each_database! {
    fn migration_converts_orders_of_every_status;
    fn rejects_the_reverse_of_orders_fulfilled_in_part;
}

const FULFILMENT: &str = "2026-11-24-180000_fulfilment";

/// A database of the previous version: an order of each status, and the latest ids deleted.
const BEFORE: &str = "
    INSERT INTO customers (id, name, email, email_key, created_at, updated_at) VALUES (1, 'Ada', 'a@x', 'a@x', 1, 1);
    INSERT INTO products (id, sku, name, price, created_at, updated_at)
    VALUES (1, 'A', 'Tea', 450, 1, 1), (2, 'B', 'Cup', 0, 1, 1);
    INSERT INTO inventory (id, product_id, quantity, reserved, created_at, updated_at)
    VALUES (1, 1, 90, 9, 1, 1), (2, 2, 10, 6, 1, 1);
    INSERT INTO orders (id, reference, customer_id, order_date, status, total_amount, notes, cancel_reason,
                        created_at, updated_at, version)
    VALUES (1, 'R1', 1, 5, 'PENDING', 1800, NULL, NULL, 6, 7, 1),
           (2, 'R2', 1, 5, 'PROCESSING', 2250, 'Note', NULL, 6, 7, 2),
           (3, NULL, 1, 5, 'SHIPPED', 1350, NULL, NULL, 6, 7, 3),
           (4, 'R4', 1, 5, 'DELIVERED', 450, NULL, NULL, 6, 7, 4),
           (5, 'R5', 1, 5, 'CANCELLED', 900, NULL, 'Twice', 6, 7, 2),
           (6, NULL, 1, 5, 'CANCELLED', 0, NULL, NULL, 6, 7, 2),
           (70, NULL, 1, 5, 'PENDING', 0, NULL, NULL, 6, 7, 1);
    INSERT INTO order_items (id, order_id, product_id, product_name, product_sku, quantity, quantity_reserved,
                             unit_price, subtotal, created_at, updated_at, version)
    VALUES (1, 1, 1, 'Tea', 'A', 4, 4, 450, 1800, 6, 7, 1),
           (2, 2, 1, 'Tea', 'A', 5, 5, 450, 2250, 6, 7, 1),
           (3, 2, 2, 'Cup', 'B', 7, 6, 0, 0, 6, 7, 1),
           (4, 3, 1, 'Tea', 'A', 3, 0, 450, 1350, 6, 7, 2),
           (5, 4, 1, 'Tea', 'A', 1, 0, 450, 450, 6, 7, 2),
           (6, 5, 1, 'Tea', 'A', 2, 0, 450, 900, 6, 7, 2),
           (7, 6, 2, 'Cup', 'B', 1, 0, 0, 0, 6, 7, 2),
           (80, 70, 2, 'Cup', 'B', 1, 0, 0, 0, 6, 7, 1);
    DELETE FROM orders WHERE id = 70;";

const OLD_ROWS: &str = "
    SELECT 'order ' || id || ' ' || coalesce(reference, '-') || ' ' || status || ' ' || total_amount || ' '
        || coalesce(notes, '-') || ' ' || coalesce(cancel_reason, '-') || ' ' || order_date || created_at || updated_at
        || ' v' || version AS line FROM orders
    UNION ALL
    SELECT 'item ' || id || ' of ' || order_id || ' ' || product_id || product_name || product_sku || ' ' || quantity
        || ' ' || quantity_reserved || ' ' || unit_price || ' ' || subtotal || ' ' || created_at || updated_at
        || ' v' || version FROM order_items
    ORDER BY line";

const NEW_COUNTERS: &str = "
    SELECT o.id || ' ' || status || ' ' || total_amount || '-' || returned_amount || ' item ' || i.id || ': '
        || quantity || ', cancelled ' || quantity_cancelled || ', shipped ' || quantity_shipped || ', returned '
        || quantity_returned || ', reserved ' || quantity_reserved || ', ' || subtotal AS line
    FROM orders o JOIN order_items i ON i.order_id = o.id ORDER BY i.id";

fn lines(conn: &mut Conn, sql: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let rows: Vec<Line> = diesel::sql_query(sql).load(conn).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

fn migration_converts_orders_of_every_status(on: On) {
    let place = Place::on(on);
    place.succeed(&["migrate", "up"]);
    down_before(FULFILMENT, &mut place.store.writer());
    place.store.writer().batch_execute(BEFORE).unwrap();
    let before = lines(&mut place.conn(), OLD_ROWS);
    assert_eq!(before.len(), 13);

    assert!(place.succeed(&["migrate", "up"]).starts_with(&format!("ran {FULFILMENT}\n")));
    assert_eq!(
        lines(&mut place.conn(), NEW_COUNTERS),
        [
            "1 PENDING 1800-0 item 1: 4, cancelled 0, shipped 0, returned 0, reserved 4, 1800",
            "2 PROCESSING 2250-0 item 2: 5, cancelled 0, shipped 0, returned 0, reserved 5, 2250",
            "2 PROCESSING 2250-0 item 3: 7, cancelled 0, shipped 0, returned 0, reserved 6, 0",
            "3 SHIPPED 1350-0 item 4: 3, cancelled 0, shipped 3, returned 0, reserved 0, 1350",
            "4 DELIVERED 450-0 item 5: 1, cancelled 0, shipped 1, returned 0, reserved 0, 450",
            "5 CANCELLED 0-0 item 6: 2, cancelled 2, shipped 0, returned 0, reserved 0, 0",
            "6 CANCELLED 0-0 item 7: 1, cancelled 1, shipped 0, returned 0, reserved 0, 0",
        ]
    );
    assert_balanced(&place.store);

    down_before(FULFILMENT, &mut place.store.writer());
    assert_eq!(lines(&mut place.conn(), OLD_ROWS), before);
    place.succeed(&["migrate", "up"]);
    assert_balanced(&place.store);
    // Ids are not assigned again, although the latest rows were deleted before the tables were rebuilt.
    if on == On::Sqlite {
        let next = "SELECT sum(seq) FROM sqlite_sequence WHERE name IN ('orders', 'order_items')";
        assert_eq!(number(&mut place.conn(), next), 70 + 80);
        assert_eq!(
            number(&mut place.conn(), "SELECT count(*) FROM sqlite_sequence WHERE name LIKE 'new%'"),
            0
        );
    }
}

/// Runs `oms migrate down` on the migration, after newer ones are reverted.
fn down(store: &Store, arguments: &[&str]) -> Said {
    let conn = &mut store.writer();
    let newest = |conn: &mut Conn| {
        let status = migrate::status(conn).unwrap();
        status.into_iter().rfind(|migration| migration.applied).unwrap().name
    };
    while newest(conn) != FULFILMENT {
        migrate::down(conn).unwrap();
    }
    end_of(oms().args(["migrate", "down", "--force", "--database", &store.argument()]).args(arguments))
}

fn rejects_the_reverse_of_orders_fulfilled_in_part(on: On) {
    for (change, orders) in [
        (
            "UPDATE orders SET status = 'PARTIALLY_SHIPPED' WHERE id = 102;
             UPDATE order_items SET quantity_shipped = 1, quantity_reserved = 3 WHERE id = 1004",
            "1 PARTIALLY_SHIPPED",
        ),
        (
            "UPDATE orders SET status = 'RETURNED', returned_amount = 7200, return_reason = 'x' WHERE id = 103;
             UPDATE order_items SET quantity_returned = 6 WHERE id = 1005",
            "1 with returned units",
        ),
        ("UPDATE order_items SET quantity_returned = 1 WHERE id IN (1005, 1006, 1007)", "2 with returned units"),
        (
            "UPDATE order_items SET quantity_cancelled = 1, quantity_reserved = 9, subtotal = 4050 WHERE id = 1001",
            "1 cancelled in part",
        ),
        ("UPDATE orders SET cancel_reason = 'x' WHERE id IN (101, 104)", "2 cancelled in part"),
        (
            "UPDATE orders SET tracking_number = 'x' WHERE id = 103;
             UPDATE order_items SET quantity_returned = 1 WHERE id = 1006",
            "1 with returned units, 1 with a tracking number",
        ),
    ] {
        let store = Store::filled(on);
        store.writer().batch_execute(change).unwrap();
        let before = dump(&mut store.conn());
        for arguments in [&[][..], &["--yes"]] {
            let said = down(&store, arguments);
            assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{change}");
            let expected = format!(
                "the migration {FULFILMENT} cannot be reverted, because the previous version cannot represent \
                 these orders: {orders}; keep this version, or restore a backup\n"
            );
            assert!(said.err.ends_with(&expected), "{}", said.err);
            assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        }
        // The migrations after it were reverted, and yield the same rows again.
        migrate::up(&mut store.writer()).unwrap();
        assert!(dump(&mut store.conn()) == before, "{change}");
    }
    // Orders that were fulfilled as a whole can be represented.
    let store = Store::filled(on);
    let said = down(&store, &["--yes"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(said.out.starts_with(&format!(
        "reverted {FULFILMENT} and deleted the column order_items.quantity_cancelled"
    )));
    let total = "SELECT total_amount FROM orders WHERE id = 105";
    assert_eq!(number(&mut store.conn(), total), 1_200);
}
