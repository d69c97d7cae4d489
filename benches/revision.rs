//! The older version of oms for a comparison: a binary or a Git revision that is built.

use std::path::{Path, PathBuf};
use std::process::Command;

use oms::db::Address;

use crate::Result;
use crate::server::argument;

/// Returns the path of the binary: `before` if this file exists, or the result of building the revision
/// `before`. The build is cached in the target directory.
pub fn binary(before: &str, features: &[&str]) -> Result<PathBuf> {
    let path = Path::new(before);
    if path.is_file() {
        return Ok(path.to_owned());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let revision = format!("{before}^{{commit}}");
    let commit = output(Command::new("git").current_dir(root).args(["rev-parse", "--verify", &revision]))
        .map_err(|error| format!("{before} is neither a file nor a revision: {error}"))?;
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("before");
    let source = target.join(commit.trim());
    std::fs::create_dir_all(&source)?;
    let archive = source.join("source.tar");
    output(
        Command::new("git")
            .current_dir(root)
            .args(["archive", "--format=tar", "--output"])
            .arg(&archive)
            .arg(commit.trim()),
    )?;
    output(Command::new("tar").current_dir(&source).arg("xf").arg(&archive))?;
    println!("building {before}");
    let mut build = Command::new("cargo");
    build.current_dir(&source).args(["build", "--locked", "--release", "--bin", "oms"]);
    build.args(["--features", &features.join(",")]).arg("--target-dir").arg(target.join("build"));
    if !build.status()?.success() {
        return Err(format!("{before} cannot be built").into());
    }
    let binary = source.join("oms");
    std::fs::copy(target.join("build/release/oms"), &binary)?;
    Ok(binary)
}

/// Creates the tables of an empty database with the migrations of this version, which refuses the database of a
/// newer one.
pub fn migrate(binary: &Path, database: &Address) -> Result<()> {
    let mut command = Command::new(binary);
    command.args(["migrate", "up", "--database"]).arg(argument(database));
    output(&mut command)
        .map(drop)
        .map_err(|error| format!("{} cannot create its tables: {error}", binary.display()).into())
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
