//! The rules of the house, checked by reading `src/`: who may know whom, and who opens a write.

use std::fs;
use std::path::{Path, PathBuf};

use crate::say;

const NOUNS: [&str; 4] = ["customers", "products", "inventory", "orders"];

struct Rule {
    says: &'static str,
    /// Whether it is about the file of this name, from `src/`, and with this text.
    is_about: fn(&str, &str) -> bool,
    forbids: &'static [&'static str],
}

const RULES: [Rule; 12] = [
    Rule {
        says: "store.rs knows nothing of GraphQL",
        is_about: |file, _| is_room(file, &["store.rs"]),
        forbids: &["async_graphql"],
    },
    Rule {
        says: "graphql.rs knows nothing of SQL",
        is_about: |file, _| is_room(file, &["graphql.rs"]),
        forbids: &["diesel"],
    },
    Rule {
        says: "what opens a write or takes a connection does not look back at GraphQL and HTTP",
        is_about: |file, code| is_of_a_noun(file) && (code.contains(".write(") || code.contains("&mut Conn")),
        forbids: &["crate::graphql", "crate::http", "super::graphql", "::graphql::"],
    },
    Rule {
        says: "stores do not look back at loaders",
        is_about: |file, _| is_room(file, &["store.rs"]),
        forbids: &["super::loader", "::loader::"],
    },
    Rule {
        says: "the database knows no noun, no GraphQL and no HTTP",
        is_about: |file, _| file.starts_with("db/"),
        forbids: &[
            "crate::customers",
            "crate::products",
            "crate::inventory",
            "crate::orders",
            "crate::graphql",
            "crate::http",
        ],
    },
    Rule {
        says: "what is seen of the server knows no noun, no database, no GraphQL and no HTTP",
        is_about: |file, _| file.starts_with("observe/"),
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
        says: "a write is opened in workflows only",
        is_about: |file, code| {
            is_room(file, &["store.rs", "loader.rs", "model.rs", "graphql.rs"])
                || is_of_a_noun(file) && code.contains("crate::graphql")
                || file.starts_with("http/")
        },
        forbids: &[".write(", ".transaction(", "immediate_transaction", "BEGIN", "COMMIT", "SAVEPOINT"],
    },
    Rule {
        says: "the time is read in clock.rs only",
        is_about: |file, _| file != "clock.rs",
        forbids: &["SystemTime::now", "Timestamp::now(", "Zoned::now("],
    },
    Rule {
        says: "the environment is read in config only",
        is_about: |file, _| !file.starts_with("config"),
        forbids: &["env::var", "env = \""],
    },
    Rule {
        says: "arguments are read in config only, from where main.rs says",
        is_about: |file, _| !file.starts_with("config") && file != "main.rs",
        forbids: &["env::args", "#[arg(", "#[command("],
    },
    Rule {
        says: "random numbers come from clock.rs only",
        is_about: |file, _| file != "clock.rs",
        forbids: &["getrandom", "thread_rng", "rand::rng(", "fastrand::", "new_v4("],
    },
    Rule {
        says: "a change of a row sets its time and version by changed!",
        is_about: |file, _| is_of_a_noun(file),
        forbids: &["::version + 1"],
    },
];

fn is_of_a_noun(file: &str) -> bool {
    file.split_once('/').is_some_and(|(folder, _)| NOUNS.contains(&folder))
}

fn is_room(file: &str, rooms: &[&str]) -> bool {
    is_of_a_noun(file) && file.split_once('/').is_some_and(|(_, name)| rooms.contains(&name))
}

/// Where `code` breaks the rule. What a comment says is free.
fn breaches(rule: &Rule, file: &str, code: &str) -> Vec<String> {
    let lines = code.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines
        .filter(|(_, line)| rule.forbids.iter().any(|forbidden| line.contains(forbidden)))
        .map(|(n, line)| format!("src/{file}:{}: {}: {}", n + 1, rule.says, line.trim()))
        .collect()
}

#[test]
fn the_house_is_in_order() {
    let files = sources();
    let mut found = Vec::new();
    let mut idle = Vec::new();
    for rule in &RULES {
        let about: Vec<_> = files.iter().filter(|(file, code)| (rule.is_about)(file, code)).collect();
        say(&format!("{}: {} files", rule.says, about.len()));
        if about.is_empty() {
            idle.push(rule.says);
        }
        found.extend(about.iter().flat_map(|(file, code)| breaches(rule, file, code)));
    }
    assert_eq!(found, Vec::<String>::new());
    assert_eq!(idle, Vec::<&str>::new(), "rules that were not checked: they are about no file");
}

#[test]
fn every_folder_is_accounted_for() {
    let known = [&NOUNS[..], &["cli", "config", "db", "graphql", "http", "observe"]].concat();
    let folders = sources();
    let folders = folders.iter().filter_map(|(file, _)| file.split_once('/')).map(|(folder, _)| folder);
    for folder in folders {
        assert!(known.contains(&folder), "src/{folder}: name it here, as a noun or as something else");
    }
}

#[test]
fn each_rule_detects_a_violation() {
    let cases = [
        ("orders/store.rs", "use async_graphql::ID;"),
        ("orders/graphql.rs", "use diesel::prelude::*;"),
        ("orders/stock.rs", "use crate::graphql::Related; // fn give_back(conn: &mut Conn)"),
        ("orders/store.rs", "use super::loader::ItemsOf;"),
        ("db/mod.rs", "use crate::orders::model::Order;"),
        ("observe/operation.rs", "use crate::http::AppState;"),
        ("orders/mutations.rs", "    use crate::graphql::Row; session.write(|conn, now| {"),
        ("orders/place.rs", "let now = SystemTime::now();"),
        ("http/mod.rs", "let port = std::env::var(\"PORT\");"),
        ("cli/serve.rs", "    #[arg(long)]"),
        ("orders/model.rs", "let reference = Uuid::new_v4();"),
        ("orders/store.rs", "    orders::version.eq(orders::version + 1),"),
    ];
    for (rule, (file, line)) in RULES.iter().zip(cases) {
        assert!((rule.is_about)(file, line), "{}: {file}", rule.says);
        assert_eq!(breaches(rule, file, line).len(), 1, "{}: {line}", rule.says);
        assert_eq!(breaches(rule, file, &format!("    // {line}")).len(), 0, "{}: a comment", rule.says);
    }
}

/// Every file of `src/`, by its name from there, and its text.
fn sources() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![src.clone()];
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
    let name = |path: &Path| path.strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}
