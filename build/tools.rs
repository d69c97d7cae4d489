//! Detects the programs that some tests need. The build script uses it to ignore tests without their program,
//! and a test uses it to detect changes since the build. Checks files only; runs no program.

use std::path::{Path, PathBuf};

/// Returns the names of the `cfg`s, and whether each is set.
pub fn found(root: &Path) -> [(&'static str, bool); 4] {
    let node = on_path("node") && on_path("npm");
    let playground = root.join("web/dist/index.html").exists();
    let browser = node && playground && root.join("web/node_modules/playwright-core").exists() && chromium();
    [
        ("has_postgres", postgres()),
        ("has_node", node),
        ("has_playground", playground),
        ("has_browser", browser),
    ]
}

fn postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    on_path("initdb") || versions.into_iter().any(|version| version.path().join("bin/initdb").exists())
}

fn chromium() -> bool {
    variable("CHROMIUM").map_or_else(|| PathBuf::from("/usr/bin/chromium"), PathBuf::from).exists()
}

fn on_path(program: &str) -> bool {
    variable("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).exists()))
}

#[expect(clippy::disallowed_methods, reason = "PATH and CHROMIUM locate the programs")]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}
