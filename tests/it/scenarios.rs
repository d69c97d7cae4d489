//! Runs `tests/scenarios/<noun>/<what_happens>.graphql`, each on a fresh copy of the fixture data, and
//! compares the responses with the `.snap` file next to it. Format: `tests/scenarios/README.md`.

pub mod script;

use std::fs;
use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt};
use similar::TextDiff;

use crate::books::{audit, stock_audit};
use crate::kinds::{On, on_each_database};
use crate::say;
use crate::shop::Shop;

/// The number of servers that run at the same time.
const AT_ONCE: usize = 8;

on_each_database! {
    async fn scenarios_match_their_snapshots;
}

async fn scenarios_match_their_snapshots(on: On) {
    let update = updating();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let scripts = files(&folder, "graphql");
    let orphans = files(&folder, "snap").into_iter().filter(|snap| !snap.with_extension("graphql").exists());
    let mut wrong: Vec<String> =
        orphans.map(|snap| format!("{}: there is no such scenario any more", snap.display())).collect();

    let outcomes = stream::iter(scripts.clone()).map(|path| tokio::spawn(check(path, on, update)));
    let outcomes: Vec<_> = outcomes.buffered(AT_ONCE).collect().await;
    for (path, outcome) in scripts.iter().zip(outcomes) {
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(why)) => wrong.push(format!("{}: {why}", path.display())),
            Err(panic) => wrong.push(format!("{}: {panic}", path.display())),
        }
    }

    say(&format!("scenarios on {on:?}: {} run, {} wrong", scripts.len(), wrong.len()));
    assert!(!scripts.is_empty(), "no scenario under {}", folder.display());
    assert!(
        wrong.is_empty(),
        "\n\n{}\nUPDATE_SNAPSHOTS=1 writes what the server answers now.",
        wrong.join("\n")
    );
}

async fn check(path: PathBuf, on: On, update: bool) -> Result<(), String> {
    let script = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let shop = Shop::open_on(on).await;
    let answers = script::run(&shop, &script).await?;
    let discrepancies = stock_audit(&shop).await;
    if !discrepancies.is_empty() {
        return Err(format!("the stock audit has discrepancies: {discrepancies:#?}"));
    }
    let imbalance = audit(&shop.close().await.address());
    if !imbalance.is_empty() {
        return Err(format!("the books do not balance: {imbalance:#?}"));
    }

    compare(&path.with_extension("snap"), &answers, update)
}

/// Returns whether snapshots are written instead of compared.
#[expect(clippy::disallowed_methods, reason = "a switch for whoever runs the tests")]
pub fn updating() -> bool {
    std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|value| value == "1")
}

/// Compares with a snapshot, or writes it.
pub fn compare(snapshot: &Path, answers: &str, update: bool) -> Result<(), String> {
    if update {
        return fs::write(snapshot, answers).map_err(|error| error.to_string());
    }
    let expected = fs::read_to_string(snapshot).map_err(|_| "it has no snapshot yet".to_owned())?;
    if expected == answers { Ok(()) } else { Err(difference(&expected, answers)) }
}

fn difference(expected: &str, answers: &str) -> String {
    let diff = TextDiff::from_lines(expected, answers);
    format!("it ends differently\n{}", diff.unified_diff().context_radius(4).header("snapshot", "now"))
}

/// Returns the files in the subdirectories of `folder` with this extension, ordered by name.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let folders =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort();
    files
}

#[test]
fn difference_shows_the_line() {
    let shown = difference("== A\n{\n  \"data\": 1\n}\n", "== A\n{\n  \"data\": 2\n}\n");
    assert!(shown.contains("-  \"data\": 1\n+  \"data\": 2\n"), "{shown}");
}
