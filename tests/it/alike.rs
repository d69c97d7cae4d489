//! Equality of the two databases: tables, keys, checks, indexes, and case folding.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;

use diesel::prelude::*;
use diesel::sql_types::Text;
use oms::db::{Conn, case_folding};

use crate::kinds::{On, on_each_database};
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

/// Table, column, type and nullability, as Diesel maps them.
const COLUMNS: [&str; 2] = [
    "SELECT t.name || '.' || c.name || ' ' || CASE WHEN c.pk THEN 'BIGINT' ELSE c.type END
         || CASE WHEN c.\"notnull\" OR c.pk THEN '' ELSE ' NULL' END AS line
     FROM sqlite_master t JOIN pragma_table_info(t.name) c
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    "SELECT table_name || '.' || column_name || ' ' || upper(data_type)
         || CASE WHEN is_nullable = 'NO' THEN '' ELSE ' NULL' END AS line
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'",
];
/// Each index with its table and columns, without primary keys.
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
        ("foreign keys", FOREIGN_KEYS, 4),
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
    // SQLite keeps the names of constraints only in the SQL text of the table.
    let tables = lines(file, "SELECT sql AS line FROM sqlite_master WHERE type = 'table'");
    let words: Vec<&str> = tables.iter().flat_map(|sql| sql.split_whitespace()).collect();
    let named: BTreeSet<String> =
        words.windows(2).filter(|pair| pair[0] == "CONSTRAINT").map(|pair| pair[1].to_owned()).collect();
    assert!(named.len() > 20, "{named:?}");
    let sql = "SELECT conname AS line FROM pg_constraint c JOIN pg_namespace s ON s.oid = c.connamespace
         WHERE s.nspname = 'public' AND contype <> 'p'";
    assert_eq!(named, lines(server, sql));
}

/// The letters whose case was added in Unicode 16 or 17, which the ICU of the server or this version of oms
/// may not know yet.
const NEWER: [RangeInclusive<char>; 8] = [
    '\u{1C89}'..='\u{1C89}',
    '\u{A7CB}'..='\u{A7CC}',
    '\u{A7CE}'..='\u{A7CE}',
    '\u{A7D2}'..='\u{A7D4}',
    '\u{A7DA}'..='\u{A7DC}',
    '\u{10D50}'..='\u{10D65}',
    '\u{16EA0}'..='\u{16EB8}',
    // The migration uses it as a placeholder for the dotless i. Stored text contains no control characters.
    '\u{1}'..='\u{1}',
];

/// Returns the full case folding of every letter by CaseFolding.txt: its mappings of status C and F.
fn case_folding() -> HashMap<char, String> {
    let of = |hex: &str| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap();
    let mut foldings = HashMap::new();
    for line in include_str!("../data/CaseFolding.txt").lines() {
        let line = line.split('#').next().unwrap();
        if let [code, "C" | "F", mapping, _] = line.split("; ").map(str::trim).collect::<Vec<_>>()[..] {
            foldings.insert(of(code), mapping.split(' ').map(of).collect());
        }
    }
    assert!(foldings.len() > 1_500, "{}", foldings.len());
    foldings
}

/// Returns the case folding of these texts by the database. They must not contain line breaks.
fn folded(conn: &mut Conn, texts: &[String]) -> Vec<String> {
    let parameter = if matches!(conn, Conn::Sqlite(_)) { "?" } else { "$1" };
    let row: Line = diesel::sql_query(format!("SELECT fold_case({parameter}) AS line"))
        .bind::<Text, _>(texts.join("\n"))
        .get_result(conn)
        .unwrap();
    row.line.split('\n').map(str::to_owned).collect()
}

on_each_database! {
    fn case_folding_matches_unicode;
    fn case_folding_is_independent_of_context;
}

fn case_folding_matches_unicode(on: On) {
    let store = Store::filled(on);
    let conn = &mut store.conn();
    let foldings = case_folding();
    let all: Vec<char> =
        (1..=u32::from(char::MAX)).filter_map(char::from_u32).filter(|c| *c != '\n').collect();
    let mut different = Vec::new();
    for some in all.chunks(20_000) {
        // One letter per line, between others: case folding may depend on adjacent letters.
        let texts: Vec<String> = some.iter().map(|c| format!("x{c}y")).collect();
        let found = folded(conn, &texts);
        assert_eq!(found.len(), texts.len());
        for ((c, text), found) in some.iter().zip(&texts).zip(found) {
            let expected = foldings.get(c).map_or(text.clone(), |folding| format!("x{folding}y"));
            assert_eq!(case_folding::fold(text), expected, "{c:?}");
            if found != expected {
                different.push(*c);
            }
        }
    }
    match on {
        On::Sqlite => assert!(different.is_empty(), "{different:?}"),
        On::Postgres => assert!(
            different.iter().all(|c| NEWER.iter().any(|range| range.contains(c))),
            "these are folded differently: {different:?}"
        ),
    }
    crate::say(&format!("on {on:?}, {} of {} letters are folded differently", different.len(), all.len()));
}

fn case_folding_is_independent_of_context(on: On) {
    let store = Store::filled(on);
    let words = [
        ("ΟΔΥΣΣΕΥΣ ΣΑΣ", "οδυσσευσ σασ"),
        ("ΠΑΠΑΔΟΠΟΥΛΟΣ", "παπαδοπουλοσ"),
        ("παπαδόπουλος", "παπαδόπουλοσ"),
        ("Σ", "σ"),
        ("İSTANBUL ısı", "i\u{307}stanbul ısı"),
        ("Straße ẞ ﬁ ﬃ", "strasse ss fi ffi"),
        ("ＦＵＬＬ", "ｆｕｌｌ"),
        ("ǅ Ǆ ǆ", "ǆ ǆ ǆ"),
        ("ÅNGSTRÖM Å", "ångström å"),
        ("ᾼ ᾳ ΆΈ ΐ", "αι αι άέ ι\u{308}\u{301}"),
        ("Ꭰ ꭰ ᏸ", "Ꭰ Ꭰ Ᏸ"),
        ("I\u{307}J\u{301} ŉ ſ µ", "i\u{307}j\u{301} ʼn s μ"),
        ("ASCII [\\]^_`", "ascii [\\]^_`"),
        ("", ""),
    ];
    let texts: Vec<String> = words.iter().map(|(text, _)| (*text).to_owned()).collect();
    let found: Vec<String> =
        texts.iter().flat_map(|text| folded(&mut store.conn(), std::slice::from_ref(text))).collect();
    for ((text, expected), found) in words.iter().zip(found) {
        assert_eq!((case_folding::fold(text).as_str(), found.as_str()), (*expected, *expected), "{text}");
    }
}
