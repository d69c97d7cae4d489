//! The text format of scenarios (operations, variables, fragments) and of their responses.

use std::fmt::Write;

use async_graphql::Value as Ordered;
use serde_json::{Value, json};

use crate::client::Client;

const VARIABLES: &str = "# variables:";
const EXTENSIONS: &str = "# extensions:";

/// An operation, which is sent as a request of its own.
#[derive(Debug, PartialEq)]
pub struct Operation {
    pub name: String,
    pub text: String,
    pub variables: Value,
    /// The extensions of the request; `null` without any.
    pub extensions: Value,
}

/// Sends the operations one after the other. Returns the responses in the format of a snapshot.
pub async fn run(client: &Client, script: &str) -> Result<String, String> {
    let mut snapshot = String::new();
    let mut answers = json!({});
    for Operation { name, text, mut variables, extensions } in operations(script)? {
        fill_in(&mut variables, &answers)?;
        let answer = client
            .try_run_with(&text, variables, extensions)
            .await
            .map_err(|error| format!("{name}: {error}"))?;
        // This value keeps the order of the fields, which `serde_json::Value` does not.
        let body: Ordered =
            serde_json::from_slice(&answer.body).map_err(|error| format!("{name}: {error}"))?;
        let blank = if snapshot.is_empty() { "" } else { "\n" };
        let status = if answer.status == 200 { String::new() } else { format!(" ({})", answer.status) };
        let body = serde_json::to_string_pretty(&body).map_err(|error| error.to_string())?;
        let _ = writeln!(snapshot, "{blank}== {name}{status}\n{body}");
        answers[name] = answer.json();
    }
    Ok(snapshot)
}

/// A definition starts at the beginning of a line. The lines before it, since the last blank line or
/// definition, are its comment.
pub fn operations(script: &str) -> Result<Vec<Operation>, String> {
    if !script.starts_with("# ") {
        return Err("it does not begin with a sentence that says what happens".to_owned());
    }
    let mut definitions: Vec<(String, Value, Value)> = Vec::new();
    let (mut variables, mut extensions) = (json!({}), Value::Null);
    for line in script.lines() {
        if let Some(given) = line.strip_prefix(VARIABLES) {
            variables = serde_json::from_str(given).map_err(|error| format!("{line}: {error}"))?;
        } else if let Some(given) = line.strip_prefix(EXTENSIONS) {
            extensions = serde_json::from_str(given).map_err(|error| format!("{line}: {error}"))?;
        } else if ["query", "mutation", "subscription", "fragment", "{"]
            .iter()
            .any(|word| line.starts_with(word))
        {
            let variables = std::mem::replace(&mut variables, json!({}));
            definitions.push((format!("{line}\n"), variables, extensions.take()));
        } else if let Some((text, ..)) = definitions.last_mut()
            && !line.starts_with('#')
        {
            let _ = writeln!(text, "{line}");
        }
    }
    let (fragments, operations): (Vec<_>, Vec<_>) =
        definitions.into_iter().partition(|(text, ..)| text.starts_with("fragment"));
    let fragments: Vec<String> = fragments.into_iter().map(|(text, ..)| text).collect();
    let operations: Vec<Operation> = operations
        .into_iter()
        .map(|(text, variables, extensions)| Operation {
            name: name(&text).to_owned(),
            text: with_fragments(text.trim_end().to_owned(), &fragments),
            variables,
            extensions,
        })
        .collect();
    for (n, operation) in operations.iter().enumerate() {
        if operations[..n].iter().any(|earlier| earlier.name == operation.name) {
            return Err(format!("two of its operations are called {:?}", operation.name));
        }
    }
    if operations.is_empty() { Err("it has no operation".to_owned()) } else { Ok(operations) }
}

/// Returns the name in `query Name(…) {` or `fragment Name on …`.
fn name(definition: &str) -> &str {
    let after = definition.split_once(' ').map_or("", |(_, after)| after);
    let name = after.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    if name.is_empty() || definition.starts_with('{') { "(no name)" } else { name }
}

/// Returns the operation with the fragments that it uses, directly or indirectly.
fn with_fragments(mut text: String, fragments: &[String]) -> String {
    let mut left: Vec<&String> = fragments.iter().collect();
    while let Some(n) = left.iter().position(|fragment| spreads(&text, name(fragment))) {
        text.push_str("\n\n");
        text.push_str(left.remove(n).trim_end());
    }
    text
}

fn spreads(text: &str, fragment: &str) -> bool {
    text.split("...").skip(1).any(|after| {
        let name = after.trim_start();
        name.strip_prefix(fragment)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// Replaces every `"$Operation.data.field.0.field"` by this value of the response to that operation.
fn fill_in(variables: &mut Value, answers: &Value) -> Result<(), String> {
    match variables {
        Value::String(text) => {
            if let Some(path) = text.strip_prefix('$') {
                let found = answers.pointer(&format!("/{}", path.replace('.', "/")));
                *variables = found.cloned().ok_or_else(|| format!("no answer so far has ${path}"))?;
            }
            Ok(())
        }
        Value::Array(values) => values.iter_mut().try_for_each(|value| fill_in(value, answers)),
        Value::Object(fields) => fields.values_mut().try_for_each(|value| fill_in(value, answers)),
        _ => Ok(()),
    }
}

#[test]
fn splits_a_script_into_requests() {
    let script = r#"# What happens here.
# variables: {"a": 1}
query First($a: Int) {
  x(a: $a) { ...Names }
}

# A remark.
# extensions: {"cost": true}
mutation Second {
  y { ...Name }
}

{ z }

fragment Name on X { ...Names }
fragment Names on X { name }
fragment Unused on X { name }
"#;
    let operation = |name: &str, text: &str, variables, extensions| {
        let (name, text) = (name.into(), text.into());
        Operation { name, text, variables, extensions }
    };
    let names = "fragment Names on X { name }";
    let expected = [
        operation(
            "First",
            &format!("query First($a: Int) {{\n  x(a: $a) {{ ...Names }}\n}}\n\n{names}"),
            json!({"a": 1}),
            Value::Null,
        ),
        operation(
            "Second",
            &format!(
                "mutation Second {{\n  y {{ ...Name }}\n}}\n\nfragment Name on X {{ ...Names }}\n\n{names}"
            ),
            json!({}),
            json!({"cost": true}),
        ),
        operation("(no name)", "{ z }", json!({}), Value::Null),
    ];
    assert_eq!(operations(script).unwrap(), expected);
}

#[test]
fn rejects_an_invalid_script() {
    let cases = [
        ("query A { x }", "does not begin with a sentence"),
        ("# Nothing happens.\n", "no operation"),
        ("# Twice.\nquery A { x }\nquery A { y }\n", "two of its operations are called \"A\""),
        ("# Broken.\n# variables: {a: 1}\nquery A { x }\n", "# variables: {a: 1}: key must be a string"),
    ];
    for (script, why) in cases {
        let refusal = operations(script).unwrap_err();
        assert!(refusal.contains(why), "{refusal}");
    }
}

#[test]
fn variables_can_refer_to_earlier_responses() {
    let answers = json!({"Page": {"data": {"orders": {"nodes": [{"id": "ord_1"}]}}}});
    let mut variables = json!({"ids": ["$Page.data.orders.nodes.0.id"], "price": "1.00"});
    fill_in(&mut variables, &answers).unwrap();
    assert_eq!(variables, json!({"ids": ["ord_1"], "price": "1.00"}));
    assert!(fill_in(&mut json!({"after": "$Page.data.no"}), &answers).is_err());
}
