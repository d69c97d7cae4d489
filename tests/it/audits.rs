//! GraphQL over HTTP, as those examine it who wrote it: the audits of npm's `graphql-http`, run by Node.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::kinds::On;
use crate::process::Process;
use crate::store::Store;
use crate::{say, skip};

/// How many audits there are in the version that is asked.
const AUDITS: usize = 61;

#[test]
fn all_audits_of_graphql_over_http_pass() {
    if let Some(missing) = missing() {
        return skip("the audits of GraphQL over HTTP", &format!("{missing}; they need Node 18 or newer."));
    }
    install(&folder());
    let file = Store::filled(On::Sqlite);
    let server = Process::serve(file.path());
    let url = format!("http://{}/graphql", server.client().address());
    let audited = end_of(Command::new("node").arg("audit.js").arg(url), &folder());
    let report = String::from_utf8_lossy(&audited.stdout);
    let passed = report.lines().filter(|line| line.starts_with("ok ")).count();
    assert_eq!((passed, audited.status.code()), (AUDITS, Some(0)), "{report}");
    say(report.lines().last().unwrap_or_default());
}

/// Names the part of Node that is missing or too old, if any.
pub fn missing() -> Option<String> {
    let major = |program: &str| -> Option<u32> {
        let version = Command::new(program).arg("--version").output().ok()?;
        let version = String::from_utf8(version.stdout).ok()?;
        version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
    };
    match (major("node"), major("npm")) {
        (Some(18..), Some(_)) => None,
        (Some(18..), None) => Some("there is no npm".to_owned()),
        (Some(old), _) => Some(format!("Node is of version {old}, and 18 is the oldest that will do")),
        (None, _) => Some("there is no Node".to_owned()),
    }
}

/// Installs the npm packages of a folder in the versions of its lock file, unless they are there.
pub fn install(folder: &Path) {
    let versions = |lock: &str| -> Vec<String> {
        let lock = std::fs::read_to_string(folder.join(lock)).unwrap_or_default();
        lock.lines().filter(|line| line.contains("\"integrity\"")).map(str::to_owned).collect()
    };
    if versions("package-lock.json") != versions("node_modules/.package-lock.json") {
        let installed =
            end_of(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]), folder);
        assert!(installed.status.success(), "npm ci: {}", String::from_utf8_lossy(&installed.stderr));
    }
}

fn end_of(command: &mut Command, folder: &Path) -> Output {
    command.current_dir(folder).output().unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/audits")
}
