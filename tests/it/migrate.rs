//! `oms migrate`, and databases with an unexpected schema.

mod events;
mod fulfilment;

use std::process::Stdio;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use oms::db::schema::customers;
use oms::db::{Conn, migrate};

use crate::command::{Place, counts, end_of, number, oms};
use crate::kinds::{On, on_each_database};
use crate::process::Process;

const CASE_FOLDING: &str = "2026-11-24-000000_case_folding";

on_each_database! {
    fn migrations_are_applied_and_reverted;
    fn rejects_a_database_with_unknown_migrations;
    fn concurrent_migrations_succeed;
    fn migration_folds_email_keys;
    fn rejects_a_migration_that_makes_email_keys_equal;
    fn migrate_down_requires_confirmation;
    fn migrate_down_rejects_a_database_in_use;
}

fn migrations_are_applied_and_reverted(on: On) {
    let place = Place::on(on);
    let pending = place.succeed(&["migrate"]);
    assert!(pending.starts_with("pending  2026-11-22-000000_shop\n"), "{pending}");
    assert!(!place.has_tables(), "to look at a database does not make one");

    let ran = place.succeed(&["migrate", "up"]);
    assert_eq!(ran, pending.replace("pending  ", "ran "));
    assert_eq!(place.succeed(&["migrate", "status"]), pending.replace("pending", "applied"));
    assert!(place.succeed(&["migrate", "up"]).ends_with("is up to date\n"));

    for name in pending.lines().rev() {
        let said = place.succeed(&["migrate", "down", "--yes"]);
        // A column or an index may be deleted with it, but the tables are empty.
        assert!(said.starts_with(&name.replace("pending  ", "reverted ")), "{said}");
        assert!(!said.contains(" row"), "{said}");
    }
    assert_eq!(place.succeed(&["migrate", "status"]), pending);
    assert!(place.succeed(&["migrate", "down"]).ends_with("has no migration to revert\n"));
    place.succeed(&["migrate", "up"]);
    place.succeed(&["seed", "--orders", "10"]);
}

fn migrate_down_requires_confirmation(on: On) {
    let place = Place::on(on);
    place.succeed(&["seed", "--customers", "3", "--products", "2", "--orders", "0"]);
    // Orders that every version can represent: some of the sample data are shipped in part.
    let orders =
        "INSERT INTO orders (id, customer_id, order_date, status, total_amount, created_at, updated_at)
        VALUES (1, 1, 0, 'PENDING', 0, 0, 0), (2, 1, 0, 'PENDING', 0, 0, 0), (3, 1, 0, 'PENDING', 0, 0, 0),
            (4, 1, 0, 'PENDING', 0, 0, 0)";
    place.store.writer().batch_execute(orders).unwrap();
    let before = place.dump();
    let newest = place.succeed(&["migrate"]).lines().last().unwrap().replace("applied  ", "");
    let said = place.run(&["migrate", "down"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(said.err.starts_with(&format!(
        "oms: the migration was not reverted: reverting {newest} permanently deletes from "
    )));
    assert!(said.err.ends_with("; pass --yes to confirm\n"), "{}", said.err);
    assert!(before == place.dump());
    assert!(!place.succeed(&["migrate"]).contains("pending"));

    // Down to the first migration, which creates all tables.
    while place.succeed(&["migrate"]).lines().filter(|line| line.starts_with("applied")).count() > 1 {
        place.succeed(&["migrate", "down", "--yes"]);
    }
    let said = place.run(&["migrate", "down"]);
    for lost in ["3 customers", "2 products", "2 inventory", "4 orders", "0 inventory adjustments"] {
        assert!(said.err.contains(lost), "{lost}: {}", said.err);
    }
    assert_eq!(counts(&mut place.conn())[..4], [3, 2, 2, 4]);
    let done = place.succeed(&["migrate", "down", "--yes"]);
    assert!(done.contains("3 customers") && !done.contains("adjustments"), "{done}");
    assert!(!place.has_customers_table());
}

fn migrate_down_rejects_a_database_in_use(on: On) {
    let place = Place::on(on);
    let server = Process::serve(place.store.argument());
    for arguments in [&["migrate", "down"][..], &["migrate", "down", "--yes"]] {
        let said = place.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
        assert!(said.err.contains("is in use: stop the server first"), "{}", said.err);
    }
    assert_eq!(counts(&mut place.conn()), [0; 5]);
    place.succeed(&["migrate", "down", "--yes", "--force"]);
    place.succeed(&["migrate", "up"]);
    assert!(server.signal("TERM").success());
    place.succeed(&["migrate", "down", "--yes"]);
}

/// Uses a terminal that `script` of util-linux creates.
#[cfg(target_os = "linux")]
#[test]
fn migrate_down_asks_for_confirmation_at_a_terminal() {
    use std::io::Write;

    let place = Place::new();
    place.succeed(&["migrate", "up"]);
    for (answer, said, left) in
        [("\n", "the migration was not reverted", true), ("Yes\n", "reverted 2026", false)]
    {
        let command =
            format!("{} migrate down --database {}", env!("CARGO_BIN_EXE_oms"), place.database().display());
        let mut script = std::process::Command::new("script");
        script.args(["--quiet", "--return", "--command", &command, "/dev/null"]);
        let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // Kept open until the end: end of input would count as an answer.
        let mut terminal = child.stdin.take().unwrap();
        terminal.write_all(answer.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        drop(terminal);
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && out.contains("Revert it? [y/N]") && out.contains(said), "{out}");
        let pending = place.succeed(&["migrate"]).contains("pending");
        assert_eq!(pending, !left);
    }
}

#[test]
fn migrate_down_rejects_a_missing_file() {
    let place = Place::new();
    let said = place.run(&["migrate", "down"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("no such file"), "{}", said.err);
    assert!(!place.database().exists());
}

fn rejects_a_database_with_unknown_migrations(on: On) {
    let place = Place::on(on);
    place.succeed(&["migrate", "up"]);
    let mut conn = place.store.writer();
    conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('20991231000000')").unwrap();
    drop(conn);
    for arguments in [
        &["serve", "--port", "0"][..],
        &["seed"],
        &["import", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/northwind")],
        &["migrate"],
        &["migrate", "up"],
        &["migrate", "down"],
    ] {
        let said = place.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(said.err.contains("migration 20991231000000, which this version"), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
}

fn concurrent_migrations_succeed(on: On) {
    let place = Place::on(on);
    let up = ["migrate", "up", "--database"];
    let spawn = |_| oms().args(up).arg(place.store.argument()).stdout(Stdio::null()).spawn().unwrap();
    let children: Vec<_> = (0..8).map(spawn).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
}

/// Creates a database as before the migration that folds keys, with a customer for each address.
fn before_case_folding(on: On, addresses: &[&str]) -> Place {
    let place = Place::on(on);
    place.succeed(&["migrate", "up"]);
    let conn = &mut place.store.writer();
    down_before(CASE_FOLDING, conn);
    for address in addresses {
        diesel::insert_into(customers::table)
            .values((
                customers::name.eq("x"),
                customers::email.eq(address),
                customers::email_key.eq(address.to_lowercase()),
                customers::created_at.eq(0),
                customers::updated_at.eq(0),
            ))
            .execute(conn)
            .unwrap();
    }
    place
}

/// Reverts migrations down to this one, which is reverted as well.
fn down_before(migration: &str, conn: &mut Conn) {
    while migrate::down(conn).unwrap().expect("the migration was run") != migration {}
}

fn keys(conn: &mut Conn) -> Vec<String> {
    customers::table.order(customers::id).select(customers::email_key).load(conn).unwrap()
}

fn migration_folds_email_keys(on: On) {
    // The last letter has a case since Unicode 16, which the ICU of PostgreSQL may not know.
    let addresses =
        ["ΟΔΟΣ@x.example", "Straße@x.example", "Ada@x.example", "Zoë@x.example", "\u{10D50}@x.example"];
    let lower =
        ["οδος@x.example", "straße@x.example", "ada@x.example", "zoë@x.example", "\u{10D70}@x.example"];
    let folded =
        ["οδοσ@x.example", "strasse@x.example", "ada@x.example", "zoë@x.example", "\u{10D70}@x.example"];
    let place = before_case_folding(on, &addresses);
    assert_eq!(keys(&mut place.conn()), lower);
    assert!(place.succeed(&["migrate", "up"]).starts_with("ran 2026-11-24-000000_case_folding\n"));
    assert_eq!(keys(&mut place.conn()), folded);
    assert_eq!(
        number(&mut place.conn(), "SELECT count(*) FROM customers WHERE version = 1 AND updated_at = 0"),
        5
    );

    down_before(CASE_FOLDING, &mut place.store.writer());
    assert_eq!(keys(&mut place.conn()), lower);
}

fn rejects_a_migration_that_makes_email_keys_equal(on: On) {
    let addresses = ["ΟΔΟΣ@x.example", "straße@x.example", "οδοσ@x.example", "STRASSE@x.example"];
    let place = before_case_folding(on, &addresses);
    let before = keys(&mut place.conn());
    for arguments in [&["migrate", "up"][..], &["serve", "--port", "0"]] {
        let said = place.run(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
        for part in [
            "the migration 2026-11-24-000000_case_folding makes e-mail addresses of different customers equal",
            "cus_1 (\"ΟΔΟΣ@x.example\")",
            "cus_3 (\"οδοσ@x.example\")",
            "cus_4 (\"STRASSE@x.example\") and cus_2 (\"straße@x.example\")",
            "change or delete one of each, and migrate again",
        ] {
            assert!(said.err.contains(part), "{}", said.err);
        }
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        assert_eq!(keys(&mut place.conn()), before);
    }
    assert!(place.succeed(&["migrate"]).contains("pending  2026-11-24-000000_case_folding\n"));
    // The remedy that the message recommends.
    place.store.writer().batch_execute("DELETE FROM customers WHERE id IN (2, 3)").unwrap();
    place.succeed(&["migrate", "up"]);
    assert_eq!(keys(&mut place.conn()), ["οδοσ@x.example", "strasse@x.example"]);
}

#[test]
fn rejects_a_file_that_is_not_a_database() {
    let place = Place::new();
    std::fs::write(place.database(), "This is a letter, and not a database.\n".repeat(100)).unwrap();
    for arguments in [&["migrate"][..], &["migrate", "up"], &["seed"], &["serve", "--port", "0"]] {
        let said = end_of(oms().args(arguments).arg("--database").arg(place.database()));
        assert_eq!(said.code, Some(1), "{arguments:?}");
        assert!(said.err.contains("not a database"), "{}", said.err);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
    assert!(std::fs::read_to_string(place.database()).unwrap().starts_with("This is a letter"));
}
