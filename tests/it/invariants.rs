//! Architecture rules, checked by reading `src/`: which modules may depend on which, and which may open a write. Modules
//! are recognised by their role, which their imports show, rather than by their file name.

mod language;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use crate::say;

/// The directories of the entities: those that declare one.
static ENTITIES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let files = sources();
    let declaring = files.iter().filter(|(_, code)| !declared_entities(code).is_empty());
    let mut folders: Vec<String> =
        declaring.filter_map(|(file, _)| file.split_once('/')).map(|(folder, _)| folder.to_owned()).collect();
    folders.dedup();
    folders
});

/// Files of an entity that define column types. They derive for Diesel and for GraphQL alike, and run no statement.
const TYPES: [&str; 3] = ["model.rs", "status.rs", "event_type.rs"];

struct Rule {
    says: &'static str,
    /// Whether the rule applies to the file with this path from `src/` and this text.
    applies: fn(&str, &str) -> bool,
    forbids: &'static [&'static str],
}

const RULES: [Rule; 14] = [
    Rule {
        says: "SQL of an entity does not depend on GraphQL",
        applies: is_store,
        forbids: &["async_graphql", "crate::graphql", "super::graphql", "::graphql::"],
    },
    Rule {
        says: "the GraphQL schema of an entity does not depend on SQL",
        applies: |file, code| is_schema(file, code) && !is_store(file, code),
        forbids: &["diesel", "db::schema"],
    },
    Rule {
        says: "column types run no statement",
        applies: is_type,
        forbids: &["&mut Conn", "RunQueryDsl", ".execute(", ".load("],
    },
    Rule {
        says: "modules that open a write or take a connection do not depend on GraphQL or HTTP",
        applies: |file, code| {
            (is_of_an_entity(file) || file == "entity/workflow.rs")
                && (code.contains(".write(")
                    || code.contains(".write_repeatable_read(")
                    || code.contains("&mut Conn"))
        },
        forbids: &["crate::graphql", "crate::http", "super::graphql", "::graphql::"],
    },
    Rule {
        says: "SQL of an entity does not depend on loaders",
        applies: is_store,
        forbids: &["super::loader", "::loader::"],
    },
    Rule {
        says: "the database depends on no entity, on GraphQL or on HTTP",
        applies: |file, _| file.starts_with("db/"),
        forbids: &[
            "crate::customers",
            "crate::products",
            "crate::inventory",
            "crate::orders",
            "crate::graphql",
            "crate::http",
            "async_graphql",
        ],
    },
    Rule {
        says: "shared types depend on no other module",
        applies: |file, _| file.starts_with("types/"),
        forbids: &[
            "crate::customers",
            "crate::products",
            "crate::inventory",
            "crate::orders",
            "crate::db",
            "crate::graphql",
            "crate::http",
        ],
    },
    Rule {
        says: "observability depends on no entity, on the database, on GraphQL or on HTTP",
        applies: |file, _| file.starts_with("observe/"),
        forbids: &[
            "crate::customers",
            "crate::products",
            "crate::inventory",
            "crate::orders",
            "crate::db",
            "crate::graphql",
            "crate::http",
        ],
    },
    Rule {
        says: "only workflows open a write",
        applies: |file, code| {
            is_store(file, code)
                || is_type(file, code)
                || has_name(file, &["loader.rs", "graphql.rs"])
                || is_of_an_entity(file) && code.contains("crate::graphql")
                || file.starts_with("http/")
        },
        forbids: &[
            ".write(",
            ".write_repeatable_read(",
            ".transaction(",
            "immediate_transaction",
            "BEGIN",
            "COMMIT",
            "SAVEPOINT",
        ],
    },
    Rule {
        says: "only clock.rs reads the time",
        applies: |file, _| file != "clock.rs",
        forbids: &["SystemTime::now", "Timestamp::now(", "Zoned::now("],
    },
    Rule {
        says: "only config reads the environment",
        applies: |file, _| !file.starts_with("config"),
        forbids: &["env::var", "env = \""],
    },
    Rule {
        says: "only config reads arguments, which main.rs passes to it",
        applies: |file, _| !file.starts_with("config") && file != "main.rs",
        forbids: &["env::args", "#[arg(", "#[command("],
    },
    Rule {
        says: "random numbers come from clock.rs only",
        applies: |file, _| file != "clock.rs",
        forbids: &["getrandom", "thread_rng", "rand::rng(", "fastrand::", "new_v4("],
    },
    Rule {
        says: "every update of a row sets its time and version with changed! or changed_text!",
        applies: |file, _| is_of_an_entity(file),
        forbids: &["::version + 1", "version = version + 1"],
    },
];

fn is_of_an_entity(file: &str) -> bool {
    file.split_once('/').is_some_and(|(folder, _)| ENTITIES.iter().any(|entity| entity == folder))
}

fn has_name(file: &str, names: &[&str]) -> bool {
    is_of_an_entity(file) && file.split_once('/').is_some_and(|(_, name)| names.contains(&name))
}

fn is_type(file: &str, _: &str) -> bool {
    has_name(file, &TYPES)
}

/// A module with SQL: it imports Diesel or the tables.
fn is_store(file: &str, code: &str) -> bool {
    is_of_an_entity(file)
        && !has_name(file, &TYPES)
        && (code.contains("diesel::prelude") || code.contains("db::schema"))
}

/// A module of the GraphQL schema: it imports async-graphql.
fn is_schema(file: &str, code: &str) -> bool {
    is_of_an_entity(file) && !has_name(file, &TYPES) && code.contains("async_graphql")
}

/// Returns the lines that break the rule. Comments are free to mention anything.
fn breaches(rule: &Rule, file: &str, code: &str) -> Vec<String> {
    let lines = code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines
        // A ranking key is an enum of the API and of SQL; two enums would have to be kept alike.
        .filter(|(_, line)| !(is_store(file, code) && is_enum_derive(line)))
        .filter(|(_, line)| rule.forbids.iter().any(|forbidden| line.contains(forbidden)))
        .map(|(n, line)| format!("src/{file}:{}: {}: {}", n + 1, rule.says, line.trim()))
        .collect()
}

fn is_enum_derive(line: &str) -> bool {
    line.starts_with("#[derive(")
        && line.contains("async_graphql::Enum")
        && line.matches("async_graphql").count() == 1
}

#[test]
fn sources_follow_the_rules() {
    let files = sources();
    let mut found = Vec::new();
    let mut idle = Vec::new();
    for rule in &RULES {
        let checked: Vec<_> = files.iter().filter(|(file, code)| (rule.applies)(file, code)).collect();
        say(&format!("{}: {} files", rule.says, checked.len()));
        if checked.is_empty() {
            idle.push(rule.says);
        }
        found.extend(checked.iter().flat_map(|(file, code)| breaches(rule, file, code)));
    }
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(idle, Vec::<&str>::new(), "rules that apply to no file");
}

/// The fields of an `@atomic` operation wait for one write each, and an idempotency key belongs to one.
#[test]
fn a_workflow_writes_once() {
    let mut workflows = 0;
    for (file, code) in sources() {
        if !is_of_an_entity(&file) && file != "entity/workflow.rs" {
            continue;
        }
        for function in code.split("async fn ").skip(1) {
            let writes =
                function.matches(".write(").count() + function.matches(".write_repeatable_read(").count();
            let name = function.split(['(', '<']).next().unwrap_or_default();
            assert!(writes <= 1, "src/{file}: `{name}` opens {writes} writes");
            workflows += writes;
        }
    }
    assert!(workflows >= 18, "only {workflows} workflows are recognised");
}

#[test]
fn every_directory_has_a_role() {
    let known = ["cli", "config", "db", "entity", "graphql", "http", "observe", "types"];
    let files = sources();
    let folders = files.iter().filter_map(|(file, _)| file.split_once('/')).map(|(folder, _)| folder);
    for folder in folders {
        let is_entity = ENTITIES.iter().any(|entity| entity == folder);
        assert!(is_entity || known.contains(&folder), "src/{folder} declares no entity: add it here");
    }
}

#[test]
fn every_entity_is_in_the_schema() {
    let sdl = oms::graphql::sdl();
    let sources = sources();
    let declared: Vec<(&str, &str)> = sources.iter().flat_map(|(_, code)| declared_entities(code)).collect();
    assert!(declared.len() >= 5, "{declared:?}");
    for (entity, table) in declared {
        assert!(
            sdl.lines()
                .any(|line| line.starts_with(&format!("type {entity} implements ")) && line.contains("Node")),
            "{entity} is missing from `nodes!` in graphql/node.rs"
        );
        let is_listed = sdl.contains(&format!("): {entity}Connection!"));
        assert!(
            is_listed,
            "{entity} has no list in `Query`: add its directory to lib.rs and graphql/schema.rs"
        );
        assert!(
            oms::db::table_copy::TABLES.iter().any(|known| known.name == table),
            "{table}: run `make schema`"
        );
    }
    for folder in ENTITIES.iter() {
        let (_, schema) = sources.iter().find(|(file, _)| file == "graphql/schema.rs").unwrap();
        assert!(
            schema.contains(&format!("    {folder}: ")),
            "src/{folder} is missing from `roots!` in graphql/schema.rs"
        );
    }
}

/// Returns the names and the tables of the entities that a file declares.
fn declared_entities(code: &str) -> Vec<(&str, &str)> {
    let Some((_, mut rest)) = code.split_once("\nentity! {") else { return Vec::new() };
    let mut found = Vec::new();
    while let Some((_, declaration)) = rest.split_once("    pub struct ") {
        let mut words = declaration.split_whitespace();
        if let (Some(entity), Some("in"), Some(table)) = (words.next(), words.next(), words.next()) {
            found.push((entity, table));
        }
        rest = declaration;
    }
    found
}

#[test]
fn stores_are_recognised_by_their_imports() {
    let files = sources();
    let stores: Vec<&str> =
        files.iter().filter(|(file, code)| is_store(file, code)).map(|(file, _)| file.as_str()).collect();
    for file in [
        "customers/store.rs",
        "inventory/store.rs",
        "orders/items.rs",
        "orders/ranking.rs",
        "orders/store.rs",
        "products/store.rs",
    ] {
        assert!(stores.contains(&file), "{file} is not recognised among {stores:?}");
    }
    assert!(!is_store("orders/model.rs", "use diesel::prelude::*;"));
    assert!(!is_store("db/keys.rs", "use diesel::prelude::*;"));
}

#[test]
fn each_rule_detects_a_violation() {
    let cases = [
        ("orders/ranking.rs", "use diesel::prelude::*; use async_graphql::ID;"),
        ("orders/reports.rs", "use async_graphql::Object; use diesel::dsl::sum;"),
        ("orders/status.rs", "fn find(conn: &mut Conn)"),
        ("orders/stock.rs", "use crate::graphql::Related; // fn give_back(conn: &mut Conn)"),
        ("orders/items.rs", "use crate::db::schema::orders; use super::loader::ItemsOf;"),
        ("db/mod.rs", "use async_graphql::Enum;"),
        ("types/money.rs", "use crate::db::Conn;"),
        ("observe/spans.rs", "use crate::http::Server;"),
        ("orders/mutations.rs", "    use crate::graphql::Row; session.write(|conn, now| {"),
        ("orders/place.rs", "let now = SystemTime::now();"),
        ("http/mod.rs", "let port = std::env::var(\"PORT\");"),
        ("cli/serve.rs", "    #[arg(long)]"),
        ("orders/model.rs", "let reference = Uuid::new_v4();"),
        ("orders/store.rs", "    orders::version.eq(orders::version + 1),"),
    ];
    for (rule, (file, line)) in RULES.iter().zip(cases) {
        assert!((rule.applies)(file, line), "{}: {file}", rule.says);
        assert_eq!(breaches(rule, file, line).len(), 1, "{}: {line}", rule.says);
        assert_eq!(breaches(rule, file, &format!("    // {line}")).len(), 0, "{}: a comment", rule.says);
    }
    let derive = "use diesel::prelude::*;\n#[derive(Debug, async_graphql::Enum)]";
    assert_eq!(breaches(&RULES[0], "orders/ranking.rs", derive).len(), 0, "a ranking key");
}

/// Returns the Rust files in a folder and in the folders below it, sorted by path.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Returns every file of `src/`: its path from there, and its text.
fn sources() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let name = |path: &Path| path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
    rust_files(&src).iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}
