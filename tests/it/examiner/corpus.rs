//! The requests that are compared as they are, and that others are made of.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::examiner::case::Case;
use crate::examiner::graphql_js;
use crate::scenarios::{files, script};

/// Every operation of the scenarios and every example of the playground.
pub fn requests() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases: Vec<Case> =
        files(&root.join("tests/scenarios"), "graphql").iter().flat_map(scenario).collect();
    let mut examples: Vec<PathBuf> = graphql_files(&root.join("web/examples"));
    examples.sort();
    cases.extend(examples.iter().map(example));
    cases
}

fn scenario(path: &PathBuf) -> Vec<Case> {
    let script = fs::read_to_string(path).unwrap();
    let case = |operation: script::Operation| Case {
        origin: format!("{} {}", short(path), operation.name),
        query: operation.text,
        variables: object(operation.variables),
        operation_name: None,
    };
    script::operations(&script).unwrap().into_iter().map(case).collect()
}

fn example(path: &PathBuf) -> Case {
    let variables = fs::read_to_string(path.with_extension("json")).unwrap_or("{}".to_owned());
    Case {
        origin: short(path),
        query: fs::read_to_string(path).unwrap(),
        variables: object(serde_json::from_str(&variables).unwrap()),
        operation_name: None,
    }
}

/// A request that is written to keep or to break one validation rule.
#[derive(Debug)]
pub struct RuleCase {
    /// The name of the rule in graphql-js; `None` for cases about syntax, operations or variables.
    pub rule: Option<String>,
    pub case: Case,
    pub expected: Expected,
}

/// The expected verdict on the request of a rule case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The request keeps the rule, and is accepted.
    Valid,
    /// The request breaks the rule, and is refused.
    Invalid,
    /// The request keeps the rule, and is refused for another reason.
    Refused,
}

/// The cases in `tests/examiner/rules`.
pub fn rule_cases() -> Vec<RuleCase> {
    let mut paths = graphql_files(&graphql_js::folder().join("rules"));
    paths.sort();
    paths.iter().flat_map(rule_file).collect()
}

/// Reads a file of cases. Its format is described in `tests/examiner/README.md`.
fn rule_file(path: &PathBuf) -> Vec<RuleCase> {
    const HEADS: [(&str, Expected); 3] = [
        ("# valid: ", Expected::Valid),
        ("# invalid: ", Expected::Invalid),
        ("# refused: ", Expected::Refused),
    ];
    let mut rule = None;
    let mut cases: Vec<RuleCase> = Vec::new();
    for (n, line) in fs::read_to_string(path).unwrap().lines().enumerate() {
        let head = HEADS.iter().find_map(|(head, expected)| Some((line.strip_prefix(head)?, *expected)));
        if let Some((title, expected)) = head {
            let (query, variables) = Default::default();
            let origin = format!("{}:{} ({title})", short(path), n + 1);
            let case = Case { origin, query, variables, operation_name: None };
            cases.push(RuleCase { rule: rule.clone(), case, expected });
        } else if let Some(name) = line.strip_prefix("# rule: ") {
            rule = Some(name.trim().to_owned()).filter(|name| name != "none");
        } else if let Some(RuleCase { case, .. }) = cases.last_mut() {
            if let Some(variables) = line.strip_prefix("# variables: ") {
                case.variables =
                    serde_json::from_str(variables).unwrap_or_else(|error| panic!("{line}: {error}"));
            } else if let Some(name) = line.strip_prefix("# operation: ") {
                case.operation_name = Some(name.to_owned());
            } else {
                case.query += line;
                case.query.push('\n');
            }
        }
    }
    for RuleCase { case, .. } in &mut cases {
        case.query = case.query.trim().to_owned();
        assert!(!case.query.is_empty(), "{} has no document", case.origin);
    }
    cases
}

fn graphql_files(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|found| found == "graphql")).collect()
}

fn short(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display().to_string()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => panic!("not an object: {other}"),
    }
}
