//! Which programs that some tests need are on this machine. Asked by the build, for tests without their program
//! to be ignored, and by a test, which tells when the answer has changed. Looks at files and runs nothing.

use std::path::{Path, PathBuf};

/// The names of the `cfg`s, and whether each is to be set.
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

#[expect(clippy::disallowed_methods, reason = "programs are looked for where the environment says")]
fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}
