//! Collects the files of the playground, which `playground.rs` embeds: what `npm run build` has left in
//! `web/dist`, or the page that loads GraphiQL from a CDN. Needs no Node itself.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[path = "build/tools.rs"]
mod tools;

fn main() -> io::Result<()> {
    let (root, out) = (folder("CARGO_MANIFEST_DIR")?, folder("OUT_DIR")?.join("playground"));
    tell_tests_of_tools(&root);
    let (template, examples, built) =
        (root.join("web/cdn.html"), root.join("web/examples"), root.join("web/dist"));
    // A path that does not exist would run this each time, so its folder is watched until it does.
    let watched = if built.exists() { &built } else { &root.join("web") };
    for path in [watched, &template, &examples] {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    let cdn = fs::read_to_string(template)?.replace("<!-- examples -->", &tabs(&examples)?);
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    fs::write(out.join("cdn.html"), &cdn)?;
    if built.exists() { copy(&built, &out) } else { fs::write(out.join("index.html"), cdn) }
}

/// Sets a `cfg` for each installed program that tests need. Tests without their program are ignored, and libtest
/// counts them. With `CI` in the environment none is ignored, so that a test without its program fails.
fn tell_tests_of_tools(root: &Path) {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build/tools.rs");
    println!("cargo::rerun-if-env-changed=CI");
    println!("cargo::rustc-check-cfg=cfg(ci)");
    let is_ci = folder("CI").is_ok();
    if is_ci {
        println!("cargo::rustc-cfg=ci");
    }
    for (name, is_there) in tools::found(root) {
        println!("cargo::rustc-check-cfg=cfg({name})");
        if is_there || is_ci {
            println!("cargo::rustc-cfg={name}");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo passes the folders of a build in its environment")]
fn folder(variable: &str) -> io::Result<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| io::Error::other(format!("cargo does not set {variable}")))
}

/// Copies a folder with everything in it, but for files that are there in compressed form as well.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (path, target) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        let mut gzip = path.clone().into_os_string();
        gzip.push(".gz");
        if path.is_dir() {
            copy(&path, &target)?;
        } else if !Path::new(&gzip).exists() {
            fs::copy(path, target)?;
        }
    }
    Ok(())
}

/// Returns the examples as the CDN page has them: blocks of data, which a browser does not execute.
fn tabs(examples: &Path) -> io::Result<String> {
    let paths: BTreeSet<PathBuf> =
        fs::read_dir(examples)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    let mut tabs = String::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "graphql")) {
        let variables = path.with_extension("json");
        let variables = if variables.exists() { fs::read_to_string(variables)? } else { String::new() };
        let variables = variables.trim().replace('&', "&amp;").replace('\'', "&#39;");
        let query = fs::read_to_string(path)?;
        write!(
            tabs,
            "<script type=\"application/graphql\" data-variables='{variables}'>\n{query}</script>\n"
        )
        .map_err(io::Error::other)?;
    }
    Ok(tabs)
}
