//! graphql-js, as a child process that judges requests.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use serde_json::Value;

use crate::audits;
use crate::examiner::case::{Case, Verdict};

/// The process. Ends when dropped.
pub struct GraphQLJs {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl GraphQLJs {
    /// Starts the process, with graphql-js in the version of the lock file.
    pub fn start() -> Self {
        install();
        let mut child = examiner().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdin, stdout }
    }

    /// Judges requests; the verdicts are in the same order.
    pub fn judge(&mut self, cases: &[Case]) -> Vec<Verdict> {
        let bodies: Vec<Value> = cases.iter().map(Case::body).collect();
        self.ask(&bodies)
    }

    /// Judges a request, and counts the errors of one validation rule.
    pub fn judge_by_rule(&mut self, case: &Case, rule: &str) -> Verdict {
        let mut body = case.body();
        body["rule"] = Value::from(rule);
        self.ask(&[body]).remove(0)
    }

    fn ask(&mut self, bodies: &[Value]) -> Vec<Verdict> {
        let Self { stdin, stdout, .. } = self;
        thread::scope(|scope| {
            // In a thread of its own: a pipe that is full in one direction must not block the other.
            scope.spawn(|| {
                let lines: String = bodies.iter().map(|body| format!("{body}\n")).collect();
                stdin.write_all(lines.as_bytes()).unwrap();
                stdin.flush().unwrap();
            });
            bodies.iter().map(|body| verdict(stdout, body)).collect()
        })
    }
}

impl Drop for GraphQLJs {
    fn drop(&mut self) {
        // Fails where the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The names of the validation rules of graphql-js.
pub fn rules() -> Vec<String> {
    install();
    let output = examiner().arg("--rules").output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn verdict(stdout: &mut impl BufRead, body: &Value) -> Verdict {
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line)
        .unwrap_or_else(|error| panic!("graphql-js fails ({error}) on {body}: {line:?}"));
    Verdict {
        accepted: told["accepted"] == true,
        stage: told["stage"].as_str().unwrap_or_default().to_owned(),
        errors: Verdict::errors(&told["errors"]),
        over_limit: false,
        broken: told["broken"].as_u64().unwrap_or_default(),
    }
}

fn examiner() -> Command {
    let mut command = Command::new("node");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    command.current_dir(folder()).arg("examiner.mjs").arg(schema);
    command
}

/// Installs graphql-js once, for all tests of the binary.
fn install() {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    INSTALLED.get_or_init(|| audits::install(&folder()));
}

/// The folder of the Node program and of the rule cases.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examiner")
}
