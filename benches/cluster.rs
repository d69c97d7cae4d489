//! A PostgreSQL cluster for one run: in a temporary directory, reachable through a Unix socket in it, with
//! default durability, so that commits are flushed to disk. The cluster is deleted when it is dropped and
//! when this process terminates for any reason.

use std::fs;
use std::io::Write;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::Result;

/// The cluster settings: no network, and no background work that could start during a round.
const SETTINGS: &str = "listen_addresses = ''\nautovacuum = off\nshared_buffers = 128MB\n\
     checkpoint_timeout = 1h\nmax_wal_size = 4GB\nlc_messages = 'C'\n";

pub struct Cluster {
    folder: PathBuf,
    /// A process that deletes the cluster when its standard input closes, which happens when this process
    /// ends.
    guard: Child,
}

impl Cluster {
    pub fn start() -> Result<Self> {
        let programs = programs()?;
        // The owner of the cluster needs access to the directory, the path of a socket is limited to about
        // 100 bytes, and `/var/tmp` is on a disk.
        let folder = TempDir::with_prefix_in("oms-bench-", "/var/tmp")?.keep();
        let owner = owner()?;
        chown(&folder, owner, None)?;
        let tidy = "trap '' INT TERM; cat > /dev/null; \
             \"$0/pg_ctl\" stop -s -m immediate -D \"$1/data\" > /dev/null 2>&1; rm -rf \"$1\"";
        let guard = as_owner(owner, Path::new("sh"))
            .args(["-c", tidy])
            .args([&programs, &folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let cluster = Self { folder, guard };
        let (data, log) = (cluster.folder.join("data"), cluster.folder.join("log"));
        let run = |program: &str, arguments: &[&str]| -> Result<()> {
            let mut command = as_owner(owner, &programs.join(program));
            command.args(arguments).arg("-D").arg(&data).current_dir(&cluster.folder);
            let output = command.stdin(Stdio::null()).stdout(Stdio::null()).output()?;
            if output.status.success() {
                return Ok(());
            }
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(format!("{program}: {said}{}", fs::read_to_string(&log).unwrap_or_default()).into())
        };
        run("initdb", &["-U", "oms", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])?;
        let mut settings = fs::OpenOptions::new().append(true).open(data.join("postgresql.conf"))?;
        writeln!(settings, "{SETTINGS}unix_socket_directories = '{}'", cluster.folder.display())?;
        run("pg_ctl", &["start", "-s", "-w", "-l", &log.display().to_string()])?;
        Ok(cluster)
    }

    pub fn url(&self) -> String {
        format!("postgres:///postgres?host={}&user=oms", self.folder.display())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

fn programs() -> Result<PathBuf> {
    let said = Command::new("pg_config").arg("--bindir").output();
    let said = said.map_err(|error| format!("PostgreSQL is not installed: pg_config: {error}"))?;
    let folder = PathBuf::from(String::from_utf8(said.stdout)?.trim());
    match folder.join("initdb").exists() {
        true => Ok(folder),
        false => Err(format!("there is no initdb in {}", folder.display()).into()),
    }
}

/// Returns the user id that the cluster must run as, because PostgreSQL refuses to run as root.
fn owner() -> Result<Option<u32>> {
    let id = |arguments: &[&str]| -> Result<u32> {
        let said = Command::new("id").args(arguments).output()?;
        Ok(String::from_utf8(said.stdout)?.trim().parse()?)
    };
    if id(&["-u"])? == 0 { Ok(Some(id(&["-u", "postgres"])?)) } else { Ok(None) }
}

fn as_owner(owner: Option<u32>, program: &Path) -> Command {
    if owner.is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}
