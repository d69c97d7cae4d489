//! `oms export`, and `oms import` of its files.

mod columns;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use serde_json::json;
use tokio::task::JoinSet;

use crate::books::assert_balanced;
use crate::command::{Place, Said, counts, dump, end_of, number, oms};
use crate::kinds::{On, on_each_database};
use crate::process::Process;
use crate::store::Store;

const NORTHWIND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/northwind");
const FILES: [&str; 4] = ["customers.csv", "products.csv", "orders.csv", "order_items.csv"];

/// Values that the fixture data lacks: quotes, line breaks, letters of any script, texts that look like formulas or
/// numbers, a renamed product, versions, adjustments, orders of one customer at the same time without a reference, and an
/// order of which units were shipped, cancelled and returned.
const ODD_VALUES: &str = "
    UPDATE customers SET version = 7, notes = 'tab\there, \"quoted\" and ''single''
second line, 🍵 \\N', phone = '=1+1' WHERE id = 2;
    UPDATE customers SET address = '\"', notes = '\"\"' WHERE id = 3;
    UPDATE customers SET notes = 'true,false', phone = '0042' WHERE id = 4;
    UPDATE products SET name = 'CUP, \"the\" best', sku = 'cup-200', description = 'NULL', version = 3 WHERE id = 2;
    UPDATE customers SET company = 'Ä & Ö, \"Ltd\"' WHERE id = 4;
    UPDATE products SET barcode = '0042' WHERE id = 1;
    UPDATE products SET price = 9223372036854775807 WHERE id = 6;
    UPDATE inventory SET version = 9, reorder_level = 2147483647 WHERE id = 14;
    UPDATE orders SET version = 4, notes = 'Ünïcödé ''quote'' ß ſ İ' WHERE id = 103;
    UPDATE order_items SET version = 2 WHERE id = 1006;
    INSERT INTO orders (id, reference, customer_id, order_date, status, total_amount, created_at, updated_at) VALUES
        (201, NULL, 3, 1765530000000000, 'DELIVERED', 850, 1765530000000001, 1765530000000002),
        (202, 'number 1', 3, -62167219200000000, 'CANCELLED', 0, 1765530000000003, 1765530000000003),
        (203, NULL, 3, 1765530000000000, 'SHIPPED', 1275, 1765530000000004, 1765530000000005),
        (204, 'in part', 3, 1765530000000000, 'PARTIALLY_SHIPPED', 2125, 1765530000000006, 1765530000000007);
    UPDATE orders SET cancel_reason = 'Reason of a removed item' WHERE id = 203;
    UPDATE orders SET returned_amount = 850, tracking_number = '0042, \"1\"', cancel_reason = 'Ünïcödé',
        return_reason = 'Broken
in two' WHERE id = 204;
    INSERT INTO order_items (id, order_id, product_id, product_name, product_sku, quantity, quantity_reserved,
            unit_price, subtotal, created_at, updated_at, quantity_cancelled, quantity_shipped, quantity_returned) VALUES
        (2001, 203, 1, 'Tea', 'OLD', 3, 0, 425, 1275, 1765530000000004, 1765530000000005, 0, 3, 0),
        (2002, 202, 1, 'Green tea', 'TEA-100', 1, 0, 425, 0, 1765530000000003, 1765530000000003, 1, 0, 0),
        (2003, 201, 1, 'Green tea', 'TEA-100', 1, 0, 425, 425, 1765530000000001, 1765530000000002, 0, 1, 0),
        (2004, 201, 1, 'Green tea', 'TEA-100', 1, 0, 425, 425, 1765530000000001, 1765530000000002, 0, 1, 0),
        (2005, 204, 1, 'Green tea', 'TEA-100', 6, 0, 425, 2125, 1765530000000006, 1765530000000007, 1, 3, 2);
    INSERT INTO events (id, position, kind, at, product_id, version, quantity_delta, reserved_delta, quantity, reserved, reason) VALUES
        (11, 6, 'STOCK_ADJUSTED', 1766016000000000, 3, 1, -1, 0, 4, 3, 'Broken'),
        (13, 7, 'STOCK_ADJUSTED', -1, 1, 1, 5, 0, 105, 10, 'Found; \"behind\" the shelf, 100 %'),
        (15, 8, 'STOCK_ADJUSTED', 1766016000000001, 3, 1, 1, 0, 5, 3, 'Glued 🍵'),
        (16, 9, 'STOCK_SET', 1766016000000001, 1, 1, -5, 0, 100, 10, NULL);
    UPDATE event_log SET head = 9;";

/// Exports to a directory and returns the output.
fn export(store: &Store, folder: &Path) -> String {
    let said = exporting(store, folder, &[]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    said.out
}

fn exporting(store: &Store, folder: &Path, options: &[&str]) -> Said {
    end_of(oms().arg("export").arg(folder).args(options).arg("--database").arg(store.argument()))
}

/// Imports the files of a directory into a new database.
fn imported(on: On, folder: &Path) -> Place {
    let place = Place::on(on);
    place.succeed(&["import", folder.to_str().unwrap()]);
    place
}

/// Returns the contents of the four files. Asserts that the directory contains no other file.
fn contents(folder: &Path) -> [String; 4] {
    assert_eq!(names(folder), ["customers.csv", "order_items.csv", "orders.csv", "products.csv"]);
    FILES.map(|name| fs::read_to_string(folder.join(name)).unwrap())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// Exports a database, imports the files into a new one of each kind, and exports those. Asserts that the files are
/// equal, and returns the new databases.
pub fn round_trip(store: &Store, other: On) -> [Place; 2] {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first");
    export(store, &first);
    [On::Sqlite, other].map(|on| {
        let place = imported(on, &first);
        let second = place.folder.path().join("second");
        export(&place.store, &second);
        for ((before, after), name) in contents(&first).iter().zip(&contents(&second)).zip(FILES) {
            assert!(before == after, "{name}:\n{before}\n{after}");
        }
        assert_balanced(&place.store);
        place
    })
}

fn seeded(on: On, orders: &str) -> Place {
    let place = Place::on(on);
    place.succeed(&["seed", "--customers", "40", "--products", "30", "--orders", orders]);
    place
}

on_each_database! {
    async fn export_beside_a_server_is_a_consistent_snapshot;
    fn northwind_is_restored;
    fn seeded_shop_is_restored_with_times_and_versions;
    fn every_value_survives_a_round_trip;
    fn import_into_the_exported_database_changes_nothing;
    fn empty_database_is_exported_as_headers;
    fn killed_export_leaves_no_complete_file;
    fn rejects_a_database_with_missing_migrations;
}

fn northwind_is_restored(on: On) {
    let place = imported(on, Path::new(NORTHWIND));
    for copy in round_trip(&place.store, on) {
        assert!(place.dump() == copy.dump());
    }
    let folder = place.folder.path().join("files");
    let out = export(&place.store, &folder);
    let rows = "exported 91 customers, 77 products and 830 orders with 2,155 items from ";
    assert!(out.starts_with(rows) && out.contains(&format!(" to {} in ", folder.display())), "{out}");
    // The required columns are those of the original files, in the same order.
    for (name, exported) in FILES.iter().zip(contents(&folder)) {
        let original = fs::read_to_string(Path::new(NORTHWIND).join(name)).unwrap();
        let lines = original.lines().zip(exported.lines());
        assert_eq!(original.lines().count(), exported.lines().count(), "{name}");
        for (original, exported) in lines {
            assert!(exported.starts_with(original), "{name}: {original}\n{exported}");
        }
    }
}

fn seeded_shop_is_restored_with_times_and_versions(on: On) {
    let place = seeded(on, "2500");
    let before = place.dump();
    assert!(number(&mut place.conn(), "SELECT count(*) FROM orders WHERE reference IS NULL") > 0);
    // Ids of generated records have no gaps, so that even they are restored.
    for copy in round_trip(&place.store, on) {
        assert!(before == copy.dump());
    }
}

fn every_value_survives_a_round_trip(on: On) {
    let store = Store::filled(on);
    store.writer().batch_execute(ODD_VALUES).unwrap();
    let [copy, other] = round_trip(&store, on);
    assert!(copy.dump() == other.dump());
    let conn = &mut copy.conn();
    let rows = |conn: &mut _, what: &str| number(conn, &format!("SELECT count(*) FROM {what}"));
    for (what, expected) in [
        ("customers WHERE version = 7 AND notes LIKE '%\there, \"quoted\" and ''single''\nsecond line%'", 1),
        ("customers WHERE address = '\"' AND notes = '\"\"'", 1),
        ("customers WHERE email = 'Bob.ONeill@Example.com' AND email_key = 'bob.oneill@example.com'", 1),
        ("customers WHERE phone = '=1+1'", 1),
        ("customers WHERE company = 'Ä & Ö, \"Ltd\"'", 1),
        ("products WHERE barcode = '0042'", 1),
        ("customers WHERE notes IS NULL", 0),
        ("products WHERE sku = 'cup-200' AND description = 'NULL' AND version = 3", 1),
        ("products WHERE description IS NULL", 2),
        ("products WHERE price = 9223372036854775807", 1),
        ("products p WHERE NOT EXISTS (SELECT 1 FROM inventory i WHERE i.product_id = p.id)", 1),
        ("inventory WHERE reorder_level = 2147483647 AND version = 9", 1),
        ("inventory WHERE last_restock_date = 1766016000000000", 2),
        ("orders WHERE reference IS NULL", 3),
        ("orders WHERE cancel_reason = 'Ordered twice' AND updated_at = 1765620000000000", 1),
        ("orders WHERE reference = 'number 1' AND order_date = -62167219200000000", 1),
        ("order_items WHERE product_sku = 'CUP-200' AND product_name = 'Porcelain cup'", 3),
        ("order_items WHERE product_sku = 'OLD' AND product_name = 'Tea'", 1),
        ("orders WHERE status = 'SHIPPED' AND cancel_reason = 'Reason of a removed item'", 1),
        (
            "orders WHERE reference = 'in part' AND total_amount = 2125 AND returned_amount = 850
                AND tracking_number = '0042, \"1\"' AND cancel_reason = 'Ünïcödé' AND return_reason = 'Broken\nin two'",
            1,
        ),
        ("order_items WHERE quantity_cancelled = 1 AND quantity_shipped = 3 AND quantity_returned = 2", 1),
        ("order_items WHERE quantity_reserved > 0", 4),
        ("events WHERE reason = 'Found; \"behind\" the shelf, 100 %' AND at = -1", 1),
    ] {
        assert_eq!(rows(conn, what), expected, "{what}");
    }
    assert_eq!(counts(conn), counts(&mut store.conn()));
    for sum in [
        "sum(created_at) + sum(updated_at) + sum(version) FROM inventory",
        "sum(reserved) FROM inventory",
        "sum(quantity_delta) + sum(at) FROM events WHERE kind = 'STOCK_ADJUSTED'",
        "sum(updated_at) + sum(version) FROM order_items",
        "sum(quantity_cancelled) + 1000 * sum(quantity_shipped) + 1000000 * sum(quantity_returned) FROM order_items",
        "sum(total_amount) + sum(returned_amount) FROM orders",
    ] {
        let sql = format!("SELECT {sum}");
        assert_eq!(number(conn, &sql), number(&mut store.conn(), &sql), "{sum}");
    }
}

fn import_into_the_exported_database_changes_nothing(on: On) {
    let place = Place { store: Store::filled(on), ..Place::on(on) };
    place.store.writer().batch_execute(ODD_VALUES).unwrap();
    let folder = place.folder.path().join("files");
    export(&place.store, &folder);
    let before = place.dump();
    let out = place.succeed(&["import", folder.to_str().unwrap()]);
    assert!(out.lines().all(|line| line.contains(" 0 new          0 updated          0 kept  ")), "{out}");
    assert!(before == place.dump());
}

fn empty_database_is_exported_as_headers(on: On) {
    let place = seeded(on, "0");
    place
        .store
        .writer()
        .batch_execute("DELETE FROM inventory; DELETE FROM products; DELETE FROM customers")
        .unwrap();
    let folder = place.folder.path().join("new/files");
    export(&place.store, &folder);
    for content in contents(&folder) {
        assert_eq!(content.lines().count(), 1, "{content}");
    }
    assert_eq!(counts(&mut imported(on, &folder).conn()), [0; 5]);
}

async fn export_beside_a_server_is_a_consistent_snapshot(on: On) {
    let store = Store::filled(on);
    let server = Process::serve(store.argument());
    let mut buyers = JoinSet::new();
    for _ in 0..4 {
        let client = server.client();
        buyers.spawn(async move {
            let stock = r#"mutation { restockInventory(input: { inventory: { productId: "prd_6" }, quantity: 10 }) { errors { code } }
                createOrder(input: { customer: { id: "cus_1" }, items: [{ product: { id: "prd_6" }, quantity: 3 }] }) { errors { code } } }"#;
            for _ in 0..40 {
                let done = json!({"errors": []});
                let expected = json!({"restockInventory": done, "createOrder": done});
                assert_eq!(client.run(stock, json!({})).await, expected);
            }
        });
    }
    let folder = tempfile::tempdir().unwrap();
    for n in 0..5 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let files = folder.path().join(n.to_string());
        let (argument, target) = (store.argument(), files.clone());
        let command = move || end_of(oms().arg("export").arg(target).args(["--database", &argument]));
        let said = tokio::task::spawn_blocking(command).await.unwrap();
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
        // An import rejects items of missing orders, and more reserved units than there are.
        assert_balanced(&imported(On::Sqlite, &files).store);
    }
    buyers.join_all().await;
    assert!(server.signal("TERM").success());
    assert_balanced(&store);
}

fn killed_export_leaves_no_complete_file(on: On) {
    let place = seeded(on, "9000");
    let folder = place.folder.path().join("files");
    for round in 0..5 {
        let mut exporting = oms();
        exporting.arg("export").arg(&folder).arg("--database").arg(place.store.argument());
        let mut child = exporting.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !folder.join("order_items.csv.partial").exists() {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        }
        std::thread::sleep(Duration::from_millis(20 * round));
        assert!(child.try_wait().unwrap().is_none(), "it was too fast to be killed");
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(names(&folder).iter().all(|name| name.ends_with(".csv.partial")), "{:?}", names(&folder));
        let said = place.run(&["import", folder.to_str().unwrap()]);
        assert!(said.err.contains("orders.csv: no such file"), "{}", said.err);
    }
    // The files of the interrupted exports are replaced.
    export(&place.store, &folder);
    assert!(place.dump() == imported(On::Sqlite, &folder).dump());
}

fn rejects_a_database_with_missing_migrations(on: On) {
    let place = Place::on(on);
    let folder = place.folder.path().join("files");
    let said = exporting(&place.store, &folder, &[]);
    let expected = match on {
        On::Sqlite => "no such file",
        #[cfg(feature = "postgres")]
        On::Postgres => "the migration 2026-11-22-000000_shop is pending",
    };
    assert!(said.code == Some(1) && said.err.contains(expected), "{}", said.err);
    assert!(!folder.exists());
}

#[test]
fn rejects_a_directory_with_files_unless_forced() {
    let place = seeded(On::Sqlite, "10");
    let folder = place.folder.path().join("files");
    export(&place.store, &folder);
    let before = contents(&folder);
    fs::write(folder.join("note.txt"), "mine").unwrap();
    place.store.writer().batch_execute("UPDATE customers SET name = 'Renamed' WHERE id = 1").unwrap();

    let said = exporting(&place.store, &folder, &[]);
    let expected = format!(
        "oms: {} is not empty: choose another directory, or pass --force to replace the files of an earlier export\n",
        folder.display()
    );
    assert_eq!((said.code, said.err), (Some(1), expected));
    assert_eq!(fs::read_to_string(folder.join("customers.csv")).unwrap(), before[0]);

    assert_eq!(exporting(&place.store, &folder, &["--force"]).code, Some(0));
    assert_eq!(fs::read_to_string(folder.join("note.txt")).unwrap(), "mine");
    fs::remove_file(folder.join("note.txt")).unwrap();
    let after = contents(&folder);
    assert!(after[0].contains("\nRenamed,") && after[1..] == before[1..]);
    assert_eq!(place.dump(), imported(On::Sqlite, &folder).dump());
}

#[test]
fn rejects_a_path_that_is_no_directory_or_cannot_be_created() {
    let place = seeded(On::Sqlite, "10");
    let file = place.folder.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("files"), PathBuf::from("/proc/files")] {
        let said = exporting(&place.store, &path, &["--force"]);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
        assert!(said.err.starts_with(&format!("oms: cannot write {}: ", path.display())), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
}

/// The limit of the file size stands for a full disk: both fail a write.
#[test]
fn failed_write_is_reported_and_leaves_no_file() {
    let place = seeded(On::Sqlite, "9000");
    let folder = place.folder.path().join("files");
    let database = place.store.argument();
    let limited = |force: &str| {
        // The unit of the limit is 512 bytes or 1 KiB.
        let script = format!(
            "trap '' XFSZ; ulimit -f 512; exec {} export {} --database {database} {force}",
            env!("CARGO_BIN_EXE_oms"),
            folder.display()
        );
        end_of(std::process::Command::new("sh").args(["-c", &script]))
    };
    let said = limited("");
    let path = folder.join("order_items.csv");
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
    assert!(
        said.err.starts_with(&format!("oms: cannot write {}: File too large", path.display())),
        "{}",
        said.err
    );
    assert!(!folder.exists());

    // The files of an earlier export remain.
    export(&place.store, &folder);
    let before = contents(&folder);
    assert_eq!(limited("--force").code, Some(1));
    assert!(before == contents(&folder));
}

#[test]
fn concurrent_exports_to_one_directory_are_rejected() {
    let place = seeded(On::Sqlite, "10");
    let folder = place.folder.path().join("files");
    fs::create_dir(&folder).unwrap();
    let other = fs::File::create(folder.join("customers.csv.partial")).unwrap();
    other.lock().unwrap();
    let said = exporting(&place.store, &folder, &[]);
    assert!(said.code == Some(1) && said.err.contains("another export is writing it"), "{}", said.err);
    drop(other);
    export(&place.store, &folder);
    assert!(dump(&mut place.conn()) == imported(On::Sqlite, &folder).dump());
}
