//! That the two databases are alike: their tables, keys, checks and indexes, and how they fold text.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::Text;
use oms::db::{Conn, conn};

use crate::kinds::On;
use crate::store::Store;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut Conn, sql: &str) -> BTreeSet<String> {
    let rows: Vec<Line> = diesel::sql_query(sql).load(conn).unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

/// Table, column, type and whether it may be NULL, as Diesel maps them.
const COLUMNS: [&str; 2] = [
    "SELECT t.name || '.' || c.name || ' ' || CASE WHEN c.pk THEN 'BIGINT' ELSE c.type END
         || CASE WHEN c.\"notnull\" OR c.pk THEN '' ELSE ' NULL' END AS line
     FROM sqlite_master t JOIN pragma_table_info(t.name) c
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    "SELECT table_name || '.' || column_name || ' ' || upper(data_type)
         || CASE WHEN is_nullable = 'NO' THEN '' ELSE ' NULL' END AS line
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'",
];
/// Each index with its table and columns, primary keys left out.
const INDEXES: [&str; 2] = [
    "SELECT t.name || ' ' || CASE WHEN i.\"unique\" THEN 'UNIQUE ' ELSE '' END
         || (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) AS line
     FROM sqlite_master t JOIN pragma_index_list(t.name) i
     WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\' AND i.origin <> 'pk'",
    "SELECT t.relname || ' ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END
         || (SELECT string_agg(attname, ',' ORDER BY n) FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
             JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) AS line
     FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace s ON s.oid = t.relnamespace
     WHERE s.nspname = 'public' AND NOT i.indisprimary AND t.relname NOT LIKE '\\_\\_%'",
];
const NAMES_OF_INDEXES: [&str; 2] = [
    "SELECT name AS line FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "SELECT c.relname AS line FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     JOIN pg_namespace s ON s.oid = c.relnamespace
     WHERE s.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)",
];
const FOREIGN_KEYS: [&str; 2] = [
    "SELECT t.name || '.' || k.\"from\" || ' ' || k.\"table\" || '.' || coalesce(k.\"to\", 'id') || ' ' || k.on_delete AS line
     FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) k WHERE t.type = 'table'",
    "SELECT t.relname || '.' || a.attname || ' ' || r.relname || '.' || b.attname || ' '
         || CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'a' THEN 'NO ACTION' ELSE k.confdeltype::text END AS line
     FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1]
     JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = k.confkey[1] WHERE k.contype = 'f'",
];

#[test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
fn both_databases_have_the_same_tables_keys_and_indexes() {
    let stores = [On::Sqlite, On::Postgres].map(Store::filled);
    let [file, server] = &mut stores.each_ref().map(Store::writer);
    for (what, [of_file, of_server], at_least) in [
        ("columns", COLUMNS, 50),
        ("indexes", INDEXES, 15),
        ("names of indexes", NAMES_OF_INDEXES, 10),
        ("foreign keys", FOREIGN_KEYS, 5),
    ] {
        let found = lines(file, of_file);
        assert!(found.len() >= at_least, "{what}: {found:?}");
        assert_eq!(found, lines(server, of_server), "{what}");
    }
}

#[test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
fn both_databases_have_constraints_of_the_same_names() {
    let stores = [On::Sqlite, On::Postgres].map(Store::filled);
    let [file, server] = &mut stores.each_ref().map(Store::writer);
    // SQLite knows the names in the text of the table only.
    let tables = lines(file, "SELECT sql AS line FROM sqlite_master WHERE type = 'table'");
    let words: Vec<&str> = tables.iter().flat_map(|sql| sql.split_whitespace()).collect();
    let named: BTreeSet<String> =
        words.windows(2).filter(|pair| pair[0] == "CONSTRAINT").map(|pair| pair[1].to_owned()).collect();
    assert!(named.len() > 20, "{named:?}");
    let sql = "SELECT conname AS line FROM pg_constraint c JOIN pg_namespace s ON s.oid = c.connamespace
         WHERE s.nspname = 'public' AND contype <> 'p'";
    assert_eq!(named, lines(server, sql));
}

/// The one thing that is not ours in this: PostgreSQL folds by the version of Unicode that its library
/// has, which may not know the letters that came with a newer one.
#[test]
#[cfg_attr(not(has_postgres), ignore = "needs a PostgreSQL server: apt-get install postgresql")]
fn text_is_folded_alike() {
    let store = Store::filled(On::Postgres);
    let conn = &mut store.conn();
    let all: Vec<char> = (1..=u32::from(char::MAX)).filter_map(char::from_u32).collect();
    let mut different = Vec::new();
    for some in all.chunks(20_000) {
        // One letter a line, between others: what a letter becomes may depend on its neighbours.
        let text: String = some.iter().filter(|c| **c != '\n').map(|c| format!("x{c}y\n")).collect();
        let row: Line = diesel::sql_query("SELECT fold_case($1) AS line")
            .bind::<Text, _>(&text)
            .get_result(conn)
            .unwrap();
        let ours = conn::fold(&text);
        assert_eq!(ours.lines().count(), row.line.lines().count());
        different
            .extend(ours.lines().zip(row.line.lines()).filter(|(a, b)| a != b).map(|(a, _)| a.to_owned()));
    }
    let words = ["ΟΔΥΣΣΕΥΣ ΣΑΣ", "İSTANBUL", "Straße ẞ", "ＦＵＬＬ", "ǅ Ǆ", "ÅNGSTRÖM", "Å", "ΆΈ"];
    for word in words {
        let row: Line =
            diesel::sql_query("SELECT fold_case($1) AS line").bind::<Text, _>(word).get_result(conn).unwrap();
        assert_eq!(row.line, conn::fold(word), "{word}");
    }
    assert!(different.len() < 100, "{} letters are folded differently: {different:?}", different.len());
    crate::say(&format!(
        "{} of {} letters are folded differently: {different:?}",
        different.len(),
        all.len()
    ));
}
