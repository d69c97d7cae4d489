//! Puts what is served at `/` into the binary: the playground, where `npm run build` has left one in
//! `web/dist`, and the page that takes GraphiQL from a CDN where there is none. Needs no Node itself.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

#[path = "build/tools.rs"]
mod tools;

fn main() -> io::Result<()> {
    let (root, out) = (folder("CARGO_MANIFEST_DIR")?, folder("OUT_DIR")?);
    tell_tests_of_tools(&root);
    let (template, examples, built) =
        (root.join("src/http/playground/cdn.html"), root.join("web/examples"), root.join("web/dist"));
    // A path that is not there would run this each time, so its folder is watched until it is.
    let watched = if built.exists() { &built } else { &root.join("web") };
    for path in [watched, &template, &examples] {
        println!("cargo::rerun-if-changed={}", path.display());
    }

    let page = fs::read_to_string(template)?.replace("<!-- examples -->", &tabs(&examples)?);
    let cdn = out.join("cdn.html");
    fs::write(&cdn, page)?;

    let mut code = format!("static CDN: File = {};\nstatic BUILT: &[File] = &[\n", file("/", &cdn, &[])?);
    let mut files = BTreeMap::new();
    if built.exists() {
        list(&built, "", &mut files)?;
    }
    for (name, path) in &files {
        if !name.ends_with(".br") && !name.ends_with(".gz") {
            let route = if name == "/index.html" { "/" } else { name };
            let packed =
                [("br", files.get(&format!("{name}.br"))), ("gzip", files.get(&format!("{name}.gz")))];
            writeln!(code, "    {},", file(route, path, &packed)?).map_err(io::Error::other)?;
        }
    }
    code.push_str("];\n");
    fs::write(out.join("playground.rs"), code)
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

#[expect(clippy::disallowed_methods, reason = "cargo tells a build in its environment where things are")]
fn folder(variable: &str) -> io::Result<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| io::Error::other(format!("cargo sets no {variable}")))
}

/// All files below a folder, by their path from there.
fn list(folder: &Path, prefix: &str, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = format!("{prefix}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            list(&path, &name, files)?;
        } else {
            files.insert(name, path);
        }
    }
    Ok(())
}

/// The file as an expression of Rust.
fn file(route: &str, path: &Path, packed: &[(&str, Option<&PathBuf>)]) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    fs::read(path)?.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let packed = packed.iter().filter_map(|(encoding, path)| {
        path.map(|path| format!("({encoding:?}, include_bytes!({path:?}).as_slice())"))
    });
    let packed: Vec<_> = packed.collect();
    // Of a file that is there compressed, the plain bytes would make up a quarter of the binary.
    let plain = if packed.is_empty() { format!("include_bytes!({path:?})") } else { "&[]".to_owned() };
    Ok(format!(
        "File {{ route: {route:?}, media: {:?}, tag: {tag:?}, plain: {plain}, packed: &[{}] }}",
        media(path),
        packed.join(", ")
    ))
}

fn media(path: &Path) -> &'static str {
    match path.extension().unwrap_or_default().to_str().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The examples as the page of the CDN has them: blocks of data, which nothing runs.
fn tabs(examples: &Path) -> io::Result<String> {
    let mut files = BTreeMap::new();
    list(examples, "", &mut files)?;
    let mut tabs = String::new();
    for path in files.values().filter(|path| path.extension().is_some_and(|extension| extension == "graphql"))
    {
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
