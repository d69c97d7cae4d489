//! Names and texts use standard terms.

use std::fs;
use std::path::Path;

use super::sources;
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

/// Returns the name of the type that a line defines.
fn defined_type(line: &str) -> Option<&str> {
    let item = line.trim_start();
    let item = match item.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
        Some(rest) => rest.strip_prefix(' ')?,
        None => item,
    };
    let (kind, rest) = item.split_once(' ')?;
    // An indented `type` is an associated type of a trait.
    let is_definition =
        matches!(kind, "struct" | "enum" | "trait" | "union") || kind == "type" && !line.starts_with(' ');
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    is_definition.then_some(&rest[..end])
}

fn definitions(names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (file, code) in sources() {
        for (n, line) in code.lines().enumerate() {
            if let Some(name) = defined_type(line).filter(|name| names.contains(name)) {
                found.push(format!("src/{file}:{}: {name}", n + 1));
            }
        }
    }
    found
}

/// Whether a text starts with a word that stands for a missing noun.
fn lacks_a_noun(text: &str) -> bool {
    let first = text.trim_start_matches(['"', ' ', '\t']).split([' ', ',']).next();
    matches!(first, Some("What" | "Who"))
}

#[test]
fn replaced_type_names_do_not_return() {
    assert_eq!(definitions(&REPLACED), Vec::<String>::new());
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
    for line in ["    type Moment = ();", "// struct Moment", "let moment = Moment::Next;", "use x::Moment;"]
    {
        assert_eq!(defined_type(line), None, "{line}");
    }
    assert!(lacks_a_noun("    Who orders."));
    assert!(!lacks_a_noun("  \"Whole numbers.\""));
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
