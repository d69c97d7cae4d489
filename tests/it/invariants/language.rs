//! Names and texts use standard terms.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::{rust_files, sources};
use crate::command::{end_of, oms};

/// Type names that were replaced by standard terms.
const REPLACED: [&str; 50] = [
    "Around",
    "Asked",
    "Cell",
    "Dice",
    "Door",
    "End",
    "Ending",
    "Fault",
    "Gathered",
    "Guard",
    "Inside",
    "Job",
    "Kept",
    "Known",
    "Late",
    "List",
    "Loose",
    "Meter",
    "Mixed",
    "Moment",
    "Names",
    "Observer",
    "One",
    "OneOf",
    "Over",
    "PageOf",
    "Parent",
    "Place",
    "Places",
    "Reason",
    "Refusal",
    "Room",
    "Sent",
    "Share",
    "Shelf",
    "Slot",
    "Spent",
    "Step",
    "Surface",
    "Texts",
    "Time",
    "Told",
    "Trail",
    "Untrusted",
    "Visit",
    "Wanted",
    "Weights",
    "What",
    "WriteFigures",
    "Writing",
];

/// Returns the name of the type that a line defines, or `None` in a macro that receives the name. Associated types are
/// no definitions: they are part of the interface of their trait, and several traits of libraries have one with the
/// same name.
fn defined_type(line: &str) -> Option<&str> {
    let item = line.trim_start();
    let item = match item.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.strip_prefix(' ')?,
        None => item,
    };
    let (kind, rest) = item.split_once(' ')?;
    // An indented `type` is an associated type.
    let is_definition =
        matches!(kind, "struct" | "enum" | "trait" | "union") || kind == "type" && !line.starts_with(' ');
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (is_definition && end > 0).then_some(&rest[..end])
}

/// Returns the names of all types that are defined in `files`, each with the places of its definitions.
fn definitions(files: &[(String, String)]) -> BTreeMap<&str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, code) in files {
        for (n, line) in code.lines().enumerate() {
            if let Some(name) = defined_type(line) {
                found.entry(name).or_default().push(format!("src/{file}:{}", n + 1));
            }
        }
    }
    found
}

/// Returns the types that are defined more than once.
fn duplicates(files: &[(String, String)]) -> Vec<(&str, Vec<String>)> {
    definitions(files).into_iter().filter(|(_, places)| places.len() > 1).collect()
}

/// Whether a text starts with a word that stands for a missing noun.
fn lacks_a_noun(text: &str) -> bool {
    let first = text.trim_start_matches(['"', ' ', '\t']).split([' ', ',']).next();
    matches!(first, Some("What" | "Who"))
}

#[test]
fn replaced_type_names_do_not_return() {
    let files = sources();
    let found: Vec<_> = definitions(&files).into_iter().filter(|(name, _)| REPLACED.contains(name)).collect();
    assert_eq!(found, []);
}

#[test]
fn type_names_are_unique() {
    let files = sources();
    assert!(definitions(&files).len() > 100, "the definitions were not found");
    assert_eq!(duplicates(&files), []);
}

#[test]
fn duplicate_type_names_are_found() {
    let file = |name: &str, code: &str| (name.to_owned(), code.to_owned());
    let files = [
        file("a.rs", "pub struct Order;\nenum Status {}\n"),
        file(
            "b.rs",
            "impl Loader for A {\n    type Status = ();\n}\nmod c {\n    type Row = ();\n    trait Order {}\n}\n",
        ),
    ];
    let places = ["src/a.rs:1", "src/b.rs:6"].map(str::to_owned).to_vec();
    assert_eq!(duplicates(&files), [("Order", places)]);
}

#[test]
fn type_definitions_are_recognised() {
    for line in [
        "struct Moment {",
        "pub enum Moment<T> {",
        "    pub(super) trait Moment: Send {",
        "type Moment = ();",
    ] {
        assert_eq!(defined_type(line), Some("Moment"), "{line}");
    }
    for line in [
        "    type Moment = ();",
        "// struct Moment",
        "let moment = Moment::Next;",
        "use x::Moment;",
        "struct $name {",
    ] {
        assert_eq!(defined_type(line), None, "{line}");
    }
    assert!(lacks_a_noun("    Who orders."));
    assert!(!lacks_a_noun("  \"Whole numbers.\""));
}

/// Returns the first word of a comment line, or `None` for code.
fn comment_start(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix("//")?.trim_start_matches(['/', '!']).trim_start();
    text.split([' ', ',', ':']).next().filter(|word| !word.is_empty())
}

#[test]
fn comments_start_with_a_noun_or_a_verb() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests/it", "benches", "build"] {
        files.extend(rust_files(&root.join(folder)));
    }
    let (mut comments, mut found) = (0, Vec::new());
    for file in files {
        for (n, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
            let Some(word) = comment_start(line) else { continue };
            comments += 1;
            if matches!(word, "What" | "Who" | "Where" | "It" | "Whoever" | "Whatever") {
                found.push(format!("{}:{}: {}", file.display(), n + 1, line.trim()));
            }
        }
    }
    assert!(comments > 1_000, "the comments were not found");
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn comments_are_recognised() {
    for (line, word) in [
        ("    /// What it is.", Some("What")),
        ("//! Who: everybody.", Some("Who")),
        ("// It", Some("It")),
        ("let url = \"http://it\";", None),
        ("    ///", None),
    ] {
        assert_eq!(comment_start(line), word, "{line}");
    }
}

#[test]
fn schema_descriptions_start_with_a_noun_or_a_verb() {
    let schema = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql")).unwrap();
    let mut in_description = false;
    let mut found = Vec::new();
    for (n, line) in schema.lines().enumerate() {
        let text = line.trim();
        let is_delimiter = text == "\"\"\"";
        // Every line of a block, as a description may start in any of its paragraphs.
        if (in_description || text.starts_with('"')) && lacks_a_noun(text) {
            found.push(format!("schema.graphql:{}: {text}", n + 1));
        }
        in_description ^= is_delimiter;
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn help_lines_start_with_a_noun_or_a_verb() {
    let mut found = Vec::new();
    for command in ["", "serve", "migrate", "seed", "import", "export", "copy", "schema"] {
        let arguments: Vec<&str> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let help = end_of(oms().args(&arguments));
        assert_eq!(help.code, Some(0), "{arguments:?}: {}", help.err);
        found.extend(
            help.out.lines().filter(|line| lacks_a_noun(line)).map(|line| format!("{command}: {line}")),
        );
    }
    assert_eq!(found, Vec::<String>::new());
}
