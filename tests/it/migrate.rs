//! `oms migrate`, and databases that are not as this version expects them.

use std::process::Stdio;

use diesel::connection::SimpleConnection;

use crate::command::{Place, end_of, oms};
use crate::kinds::{On, on_each_database};

on_each_database! {
    fn migrations_go_up_and_down;
    fn a_database_of_a_newer_version_is_refused;
    fn many_may_migrate_at_once;
}

fn migrations_go_up_and_down(on: On) {
    let place = Place::on(on);
    let pending = place.succeed(&["migrate"]);
    assert!(pending.starts_with("pending  2026-11-22-000000_shop\n"), "{pending}");
    assert!(!place.has_tables(), "to look at a database does not make one");

    let ran = place.succeed(&["migrate", "up"]);
    assert_eq!(ran, pending.replace("pending  ", "ran "));
    assert_eq!(place.succeed(&["migrate", "status"]), pending.replace("pending", "applied"));
    assert!(place.succeed(&["migrate", "up"]).ends_with("is up to date\n"));

    for name in pending.lines().rev() {
        assert_eq!(place.succeed(&["migrate", "down"]), name.replace("pending  ", "took back ") + "\n");
    }
    assert_eq!(place.succeed(&["migrate", "status"]), pending);
    assert!(place.succeed(&["migrate", "down"]).ends_with("has no migration to take back\n"));
    place.succeed(&["migrate", "up"]);
    place.succeed(&["seed", "--orders", "10"]);
}

#[test]
fn there_is_nothing_to_take_back_from_no_file() {
    let place = Place::new();
    let said = place.run(&["migrate", "down"]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("there is no such file"), "{}", said.err);
    assert!(!place.database().exists());
}

fn a_database_of_a_newer_version_is_refused(on: On) {
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

fn many_may_migrate_at_once(on: On) {
    let place = Place::on(on);
    let up = ["migrate", "up", "--database"];
    let spawn = |_| oms().args(up).arg(place.store.argument()).stdout(Stdio::null()).spawn().unwrap();
    let children: Vec<_> = (0..8).map(spawn).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
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
