//! A request to compare, and the verdicts on it.

use std::fmt;

use serde_json::{Map, Value, json};

/// A GraphQL request.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The file or the seed that the request comes from.
    pub origin: String,
    pub query: String,
    pub variables: Map<String, Value>,
    pub operation_name: Option<String>,
}

impl Case {
    /// The body of the request.
    pub fn body(&self) -> Value {
        json!({"query": self.query, "variables": self.variables, "operationName": self.operation_name})
    }
}

/// An error as a verdict lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    pub message: String,
    /// Whether the error names at least one location in the document.
    pub is_located: bool,
    /// Whether the error names the argument of a field that it is about.
    pub names_argument: bool,
}

/// The verdict of graphql-js or the server on a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Whether the request would be executed. Errors of the execution do not matter.
    pub accepted: bool,
    /// The step of graphql-js, or the error code of the server, that refused the request.
    pub stage: String,
    pub errors: Vec<Reported>,
    /// Whether the request exceeds a limit of the server.
    pub over_limit: bool,
    /// How many errors the rule that a case is about reports by itself. Counted by graphql-js only.
    pub broken: u64,
}

impl Verdict {
    /// Reads a list of GraphQL errors.
    pub fn errors(list: &Value) -> Vec<Reported> {
        let errors = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let read = |error: &Value| Reported {
            message: error["message"].as_str().unwrap_or_default().to_owned(),
            is_located: error["locations"].as_array().is_some_and(|locations| !locations.is_empty()),
            names_argument: error["extensions"].get("argument").is_some(),
        };
        errors.iter().map(read).collect()
    }
}

impl Verdict {
    /// The verdict without the names and values in its first message, to group verdicts by.
    pub fn shape(&self) -> String {
        let message = self.errors.first().map(|error| error.message.as_str()).unwrap_or_default();
        let unquoted: String = message.split('"').step_by(2).collect();
        let is_kept = |c: &char| c.is_ascii_lowercase() || *c == ' ';
        format!("{} {}", self.stage, unquoted.chars().filter(is_kept).collect::<String>())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.accepted {
            return f.write_str("accepted");
        }
        write!(f, "refused ({})", self.stage)?;
        for error in &self.errors {
            write!(f, "\n      {}", error.message)?;
        }
        Ok(())
    }
}
