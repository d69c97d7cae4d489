//! `oms copy` between both kinds of database.

use std::process::Stdio;
use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use oms::db::Conn;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::books::assert_balanced;
use crate::command::{Said, counts, dump, end_of, number, oms};
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::store::Store;

// The parameter is the kind of the target, and the source is SQLite, unless a test says otherwise.
on_each_database! {
    async fn ids_are_not_reused_after_a_copy;
    async fn copy_does_not_interrupt_a_server_on_the_source;
    fn copies_all_data;
    fn copies_a_large_database;
    fn copies_an_empty_database;
    fn rejects_a_target_with_rows;
    fn rejects_the_same_database_as_source_and_target;
    fn rejects_a_source_with_missing_or_unknown_migrations;
    fn killed_copy_leaves_the_target_empty;
    fn copy_that_differs_is_rolled_back;
    fn compares_every_value;
}

/// Rows that the fixture data lacks.
const CORRECTIONS: &str = "
    INSERT INTO events (id, position, kind, at, product_id, version, quantity_delta, reserved_delta, quantity, reserved, reason) VALUES
        (6, 6, 'STOCK_ADJUSTED', 1766016000000000, 1, 1, -2, 0, 98, 10, 'Broken'),
        (9, 7, 'STOCK_ADJUSTED', -1, 1, 1, 2, 0, 100, 10, 'Found; \"behind\" the shelf, 100 %');
    UPDATE event_log SET head = 7;
    UPDATE customers SET version = 7, notes = 'tab\tline\n\\N \\. ''quote'' 🍵' WHERE id = 2;";

const KEY: &str = "
    INSERT INTO idempotency (id, scope, \"key\", field, fingerprint, outcome, at)
    VALUES (7, 'open', 'ключ', 'createOrder', 'ab', '101', 1766016000000000);";

/// Deletes the data that `seed` creates.
const EMPTY: &str = "DELETE FROM inventory; DELETE FROM products; DELETE FROM customers; DELETE FROM events;
    UPDATE event_log SET head = 0";

fn copy(from: &Store, to: &Store) -> Said {
    end_of(oms().args(["copy", "--from", &from.argument(), "--to", &to.argument()]))
}

fn copied(from: &Store, to: &Store) -> String {
    let said = copy(from, to);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    said.out
}

/// Asserts that a copy fails, and returns the message.
fn refused(from: &Store, to: &Store) -> String {
    let said = copy(from, to);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
    assert!(said.err.starts_with("oms: ") && said.err.lines().count() == 1, "{}", said.err);
    said.err
}

fn seed(store: &Store, orders: &str) {
    let arguments = ["seed", "--customers", "40", "--products", "30", "--orders", orders, "--database"];
    let said = end_of(oms().args(arguments).arg(store.argument()));
    assert_eq!(said.code, Some(0), "{}", said.err);
}

fn is_empty(conn: &mut Conn) -> bool {
    counts(conn) == [0; 5] && number(conn, "SELECT count(*) FROM events WHERE kind <> 'STOCK_OPENED'") == 0
}

fn copies_all_data(on: On) {
    let (source, target, back) = (Store::filled(On::Sqlite), Store::empty(on), Store::empty(On::Sqlite));
    source.writer().batch_execute(CORRECTIONS).unwrap();
    source.writer().batch_execute(KEY).unwrap();
    let said = copied(&source, &target);
    let rows = "5 customers, 7 events, 1 idempotency keys, 6 products, 5 inventory, 6 orders, 9 order items";
    assert!(said.contains(&format!("copied {rows} from ")), "{said}");
    copied(&target, &back);
    let before = dump(&mut source.conn());
    assert!(before.contains("tab\\tline\\n\\\\N \\\\. 'quote' 🍵"));
    assert!(before == dump(&mut target.conn()) && before == dump(&mut back.conn()));
    assert_balanced(&target);
}

fn copies_a_large_database(on: On) {
    let (source, target, back) = (Store::empty(On::Sqlite), Store::empty(on), Store::empty(On::Sqlite));
    // Several chunks of orders and items, and timestamps whose sum exceeds 64 bits.
    seed(&source, "3500");
    copied(&source, &target);
    copied(&target, &back);
    let before = dump(&mut source.conn());
    assert!(before == dump(&mut target.conn()) && before == dump(&mut back.conn()));
    assert_balanced(&target);
}

fn copies_an_empty_database(on: On) {
    let (source, target) = (Store::empty(On::Sqlite), Store::empty(on));
    seed(&source, "0");
    source.writer().batch_execute(EMPTY).unwrap();
    copied(&source, &target);
    assert!(is_empty(&mut target.conn()));
}

async fn ids_are_not_reused_after_a_copy(on: On) {
    let (source, target, back) = (Store::filled(On::Sqlite), Store::empty(on), Store::empty(On::Sqlite));
    // The latest rows are deleted, in some tables all rows.
    source
        .writer()
        .batch_execute(
            "INSERT INTO customers (id, name, email, email_key, created_at, updated_at) VALUES (90, 'x', 'x', 'x', 0, 0);
             DELETE FROM customers WHERE id = 90;
             INSERT INTO orders (id, customer_id, order_date, status, total_amount, created_at, updated_at)
                 VALUES (900, 1, 0, 'PENDING', 0, 0, 0);
             DELETE FROM orders WHERE id = 900;
             INSERT INTO events (id, kind, at, version) VALUES (33, 'CUSTOMER_CREATED', 0, 1);
             DELETE FROM events WHERE id = 33",
        )
        .unwrap();
    copied(&source, &target);
    for (store, customer, order) in [(&target, "cus_91", "ord_901"), (&back, "cus_92", "ord_902")] {
        if std::ptr::eq(store, &back) {
            // The sequences of the target are copied, not those of the source.
            let gone = "DELETE FROM order_items WHERE order_id = 901; DELETE FROM orders WHERE id = 901;
                 UPDATE inventory SET reserved = reserved - 1 WHERE id = 16;
                 UPDATE inventory SET quantity = quantity - 1 WHERE id = 11;
                 DELETE FROM events WHERE id > 33; UPDATE event_log SET head = 5; DELETE FROM customers WHERE id = 91";
            target.writer().batch_execute(gone).unwrap();
            copied(&target, &back);
        }
        let server = Process::serve(store.argument());
        assert_eq!(next_ids(&server).await, (json!(customer), json!(order)));
        assert!(server.signal("TERM").success());
    }
    // Each server recorded a customer, an order with a reservation, and an adjustment.
    assert_eq!(number(&mut target.conn(), "SELECT count(*) FROM events WHERE id > 5"), 0);
    assert_eq!(number(&mut back.conn(), "SELECT min(id) FROM events WHERE id > 5"), 38);
    assert_eq!(number(&mut back.conn(), "SELECT max(id) FROM events"), 41);
    assert_balanced(&back);
}

/// Returns the ids of a new customer and a new order; also adjusts the inventory.
async fn next_ids(server: &Process) -> (Value, Value) {
    let made = server
        .client()
        .run(
            r#"mutation {
                createCustomer(input: { name: "N", email: "n@example.com" }) { customer { id } }
                createOrder(input: { customer: { id: "cus_1" }, items: [{ product: { id: "prd_6" }, quantity: 1 }] }) { order { id } }
                adjustInventory(input: { inventory: { productId: "prd_1" }, delta: 1, reason: "Found" }) { errors { message } }
            }"#,
            json!({}),
        )
        .await;
    assert_eq!(made["adjustInventory"]["errors"], json!([]));
    (made["createCustomer"]["customer"]["id"].clone(), made["createOrder"]["order"]["id"].clone())
}

/// The parameter is the kind of the source.
async fn copy_does_not_interrupt_a_server_on_the_source(on: On) {
    let (source, target) = (Store::filled(on), Store::empty(On::Sqlite));
    let server = Process::serve(source.argument());
    let mut buyers = JoinSet::new();
    for _ in 0..4 {
        let client = server.client();
        buyers.spawn(async move {
            let stock = r#"mutation { restockInventory(input: { inventory: { productId: "prd_6" }, quantity: 10 }) { errors { code } }
                createOrder(input: { customer: { id: "cus_1" }, items: [{ product: { id: "prd_6" }, quantity: 3 }] }) { errors { code } } }"#;
            for _ in 0..60 {
                let done = json!({"errors": []});
                assert_eq!(
                    client.run(stock, json!({})).await,
                    json!({"restockInventory": done, "createOrder": done})
                );
            }
        });
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (from, to) = (source.argument(), target.argument());
    let copying =
        tokio::task::spawn_blocking(move || end_of(oms().args(["copy", "--from", &from, "--to", &to])));
    let said = copying.await.unwrap();
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    buyers.join_all().await;
    assert!(server.signal("TERM").success());
    // The copy is a consistent snapshot, at whatever time.
    assert_balanced(&target);
    assert_balanced(&source);
    let orders = |store: &Store| number(&mut store.conn(), "SELECT count(*) FROM orders");
    assert_eq!(orders(&source), 6 + 240);
    assert!((6..=246).contains(&orders(&target)));
}

fn rejects_a_target_with_rows(on: On) {
    let (source, target) = (Store::filled(On::Sqlite), Store::empty(on));
    seed(&target, "10");
    let before = dump(&mut target.conn());
    let said = refused(&source, &target);
    assert!(said.contains("is not empty: `oms copy` requires an empty target database"), "{said}");
    assert!(before == dump(&mut target.conn()));
}

/// The parameter is the kind of both.
fn rejects_the_same_database_as_source_and_target(on: On) {
    let store = Store::filled(on);
    let same = match on {
        On::Sqlite => format!("sqlite:{}/../{}", store.path().parent().unwrap().display(), {
            let folder = store.path().parent().unwrap().file_name().unwrap().to_owned();
            format!("{}/shop.db", folder.display())
        }),
        #[cfg(feature = "postgres")]
        On::Postgres => format!("{}&application_name=other", store.argument()),
    };
    let said = end_of(oms().args(["copy", "--from", &store.argument(), "--to", &same]));
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("--from and --to are the same database"), "{}", said.err);
}

/// The parameter is the kind of the source.
fn rejects_a_source_with_missing_or_unknown_migrations(on: On) {
    let (source, target) = (Store::empty(on), Store::empty(On::Sqlite));
    if on == On::Sqlite {
        let said = refused(&source, &target);
        assert!(said.contains("no such file"), "{said}");
        assert!(!source.path().exists());
        // A file without tables.
        drop(source.writer());
    }
    let said = refused(&source, &target);
    assert!(said.contains("the migration 2026-11-22-000000_shop is pending; run `oms migrate up`"), "{said}");
    seed(&source, "0");
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000000')";
    source.writer().batch_execute(newer).unwrap();
    let said = refused(&source, &target);
    assert!(said.contains("migration 20991231000000, which this version"), "{said}");
    assert!(!target.path().exists());
}

fn killed_copy_leaves_the_target_empty(on: On) {
    let (source, target) = (Store::empty(On::Sqlite), Store::empty(on));
    seed(&source, "9000");
    seed(&target, "0");
    target.writer().batch_execute(EMPTY).unwrap();
    let mut copying = oms();
    copying.args(["copy", "--from", &source.argument(), "--to", &target.argument()]);
    copying.stdout(Stdio::null()).stderr(Stdio::null());
    for round in 0..5 {
        let mut child = copying.spawn().unwrap();
        while !target.is_being_written() {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        }
        std::thread::sleep(Duration::from_millis(40 * round));
        assert!(target.is_being_written(), "it was too fast to be killed");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_empty(&mut target.conn()));
    }
    copied(&source, &target);
    assert!(dump(&mut source.conn()) == dump(&mut target.conn()));
}

fn copy_that_differs_is_rolled_back(on: On) {
    let (source, target) = (Store::filled(On::Sqlite), Store::empty(on));
    seed(&target, "0");
    target.writer().batch_execute(EMPTY).unwrap();
    let spoil = match on {
        // Exchanges two amounts: their sum is unchanged.
        On::Sqlite => {
            "CREATE TRIGGER spoil AFTER INSERT ON orders WHEN new.id = 106 BEGIN
                UPDATE orders SET total_amount = CASE id WHEN 101 THEN 22598 ELSE 13499 END WHERE id IN (101, 102);
            END"
        }
        #[cfg(feature = "postgres")]
        On::Postgres => {
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                new.total_amount = CASE new.id WHEN 101 THEN 22598 WHEN 102 THEN 13499 ELSE new.total_amount END;
                RETURN new;
            END $$;
            CREATE TRIGGER spoil BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION spoil()"
        }
    };
    target.writer().batch_execute(spoil).unwrap();
    let said = refused(&source, &target);
    assert!(said.contains("nothing was copied: total_amount of row 101 in orders differs"), "{said}");
    assert!(is_empty(&mut target.conn()));
}

/// Includes text of the same length, and rows that exist on one side only.
fn compares_every_value(on: On) {
    for (spoil, part) in [
        (
            "UPDATE order_items SET product_name = 'Green fee' WHERE id = 1001",
            "product_name of row 1001 in order_items",
        ),
        ("UPDATE customers SET notes = 'pays early' WHERE id = 1", "notes of row 1 in customers"),
        ("UPDATE customers SET phone = '' WHERE id = 2", "phone of row 2 in customers"),
        ("UPDATE orders SET reference = 'B-106' WHERE id = 106", "reference of row 106 in orders"),
        (
            "INSERT INTO customers (id, name, email, email_key, created_at, updated_at) VALUES (9, 'x', 'x', 'x', 0, 0)",
            "id of row 9 in customers",
        ),
        ("DELETE FROM order_items WHERE id = 1009", "id of row 1009 in order_items"),
    ] {
        let (source, target) = (Store::filled(On::Sqlite), Store::empty(on));
        seed(&target, "0");
        target.writer().batch_execute(EMPTY).unwrap();
        // The trigger runs at the last copied row.
        let trigger = match on {
            On::Sqlite => {
                format!("CREATE TRIGGER spoil AFTER INSERT ON order_items WHEN new.id = 1009 BEGIN {spoil}; END")
            }
            #[cfg(feature = "postgres")]
            On::Postgres => format!(
                "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {spoil}; RETURN NULL; END $$;
                 CREATE TRIGGER spoil AFTER INSERT ON order_items FOR EACH ROW WHEN (new.id = 1009)
                 EXECUTE FUNCTION spoil()"
            ),
        };
        target.writer().batch_execute(&trigger).unwrap();
        let said = refused(&source, &target);
        assert!(said.contains(part), "{spoil}: {said}");
        assert!(is_empty(&mut target.conn()));
    }
}

#[test]
fn every_table_is_copied_and_locked() {
    #[derive(diesel::QueryableByName)]
    struct Table {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'
         AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY name";
    let tables: Vec<Table> = diesel::sql_query(sql).load(&mut Store::filled(On::Sqlite).conn()).unwrap();
    let mut copied: Vec<&str> = oms::db::table_copy::TABLES.iter().map(|table| table.name).collect();
    copied.sort_unstable();
    assert_eq!(tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), copied);
}

#[cfg(feature = "postgres")]
#[test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
fn rejects_nul_characters_for_postgres() {
    let (source, target, file) =
        (Store::filled(On::Sqlite), Store::empty(On::Postgres), Store::empty(On::Sqlite));
    source.writer().batch_execute("UPDATE orders SET notes = 'a' || char(0) || 'b' WHERE id = 104").unwrap();
    let said = refused(&source, &target);
    assert!(said.contains("notes of row 104 in orders contains a NUL character"), "{said}");
    assert!(is_empty(&mut target.conn()));
    copied(&source, &file);
    assert!(dump(&mut source.conn()) == dump(&mut file.conn()));
    assert_balanced(&file);
}
