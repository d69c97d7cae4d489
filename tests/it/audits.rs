//! The audits of GraphQL over HTTP by the authors of the specification: npm's `graphql-http`, run by Node.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::kinds::On;
use crate::process::Process;
use crate::say;
use crate::store::Store;

/// The number of audits in the pinned version.
const AUDITS: usize = 61;

#[test]
#[cfg_attr(not(has_node), ignore = "needs Node 18 or newer, with npm")]
fn all_audits_of_graphql_over_http_pass() {
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
