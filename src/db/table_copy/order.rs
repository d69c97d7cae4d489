//! The order in which tables are copied: each after those that it refers to.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::Conn;
use crate::db::table_copy::{CopyTable, TABLES};

/// A foreign key of the database.
#[derive(QueryableByName)]
struct ForeignKey {
    #[diesel(sql_type = Text)]
    child: String,
    #[diesel(sql_type = Text)]
    parent: String,
}

/// Returns every table, after those that it refers to. The foreign keys come from the catalogue of the database.
pub fn parents_first(conn: &mut Conn) -> QueryResult<Vec<&'static CopyTable>> {
    let sql = match conn {
        Conn::Sqlite(_) => {
            "SELECT child.name AS child, fk.\"table\" AS parent
             FROM sqlite_master AS child JOIN pragma_foreign_key_list(child.name) AS fk
             WHERE child.type = 'table'"
        }
        #[cfg(feature = "postgres")]
        Conn::Postgres(_) => {
            "SELECT child.relname::text AS child, parent.relname::text AS parent
             FROM pg_constraint AS fk
             JOIN pg_class AS child ON child.oid = fk.conrelid
             JOIN pg_class AS parent ON parent.oid = fk.confrelid
             WHERE fk.contype = 'f' AND fk.connamespace = current_schema()::regnamespace"
        }
    };
    Ok(sort(TABLES, &diesel::sql_query(sql).load(conn)?))
}

fn sort<'a>(tables: &'a [CopyTable], keys: &[ForeignKey]) -> Vec<&'a CopyTable> {
    let mut sorted: Vec<&CopyTable> = Vec::with_capacity(tables.len());
    for table in tables {
        append(table, tables, keys, &mut sorted, &mut vec![table.name]);
    }
    sorted
}

/// Appends the tables that `table` refers to, and then `table`. `path` has the tables that are being appended.
fn append<'a>(
    table: &'a CopyTable,
    tables: &'a [CopyTable],
    keys: &[ForeignKey],
    sorted: &mut Vec<&'a CopyTable>,
    path: &mut Vec<&'a str>,
) {
    if sorted.iter().any(|done| done.name == table.name) {
        return;
    }
    for key in keys.iter().filter(|key| key.child == table.name) {
        let parent = tables.iter().find(|parent| parent.name == key.parent);
        if let Some(parent) = parent.filter(|parent| !path.contains(&parent.name)) {
            path.push(parent.name);
            append(parent, tables, keys, sorted, path);
            path.pop();
        }
    }
    sorted.push(table);
}

#[test]
fn each_table_follows_those_that_it_refers_to() {
    let key = |child: &str, parent: &str| ForeignKey { child: child.to_owned(), parent: parent.to_owned() };
    let keys = [
        key("inventory", "products"),
        key("order_items", "orders"),
        key("order_items", "products"),
        key("orders", "customers"),
        // A table that refers to itself has no other place.
        key("orders", "orders"),
    ];
    let sorted: Vec<&str> = sort(TABLES, &keys).iter().map(|table| table.name).collect();
    assert_eq!(sorted.len(), TABLES.len());
    let place = |name: &str| sorted.iter().position(|table| *table == name).unwrap();
    for key in keys.iter().filter(|key| key.child != key.parent) {
        assert!(place(&key.parent) < place(&key.child), "{} before {}", key.parent, key.child);
    }
}
