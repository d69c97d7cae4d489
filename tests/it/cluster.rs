//! PostgreSQL clusters for the tests, each in a temporary directory and reachable by a socket in it. They are
//! deleted when the test process ends, also when it is killed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};

use oms::db::Address;
use oms::db::address::ServerAddress;
use tempfile::TempDir;

/// The settings of every cluster: no network, and enough connections for many servers under test.
const SETTINGS: &str = "listen_addresses = ''\nmax_connections = 300\nshared_buffers = 64MB\nautovacuum = off\n\
     lc_messages = 'C'\nlog_line_prefix = '%m [%p] %a '\n";
/// The data does not have to survive a power failure.
pub const HASTY: &str = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n";

/// A running cluster, unless a test has stopped it.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    /// Deletes the cluster when its standard input is closed, which happens when this process ends.
    guard: Mutex<Child>,
}

/// A database of a cluster. Dropped with this value.
pub struct Database {
    cluster: &'static Cluster,
    name: String,
}

/// Returns the directory of the PostgreSQL programs. Tests that need them are ignored if they are missing.
fn programs() -> &'static Path {
    static FOUND: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
        let told = Command::new("pg_config").arg("--bindir").output().ok();
        let told = told.and_then(|said| String::from_utf8(said.stdout).ok()).map(|text| text.trim().into());
        let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .flatten()
            .map(|v| v.path().join("bin"))
            .collect();
        versions.sort();
        told.into_iter()
            .chain(versions.into_iter().rev())
            .find(|folder: &PathBuf| folder.join("initdb").exists())
    });
    FOUND.as_deref().expect("there is no PostgreSQL: apt-get install postgresql")
}

impl Cluster {
    /// Returns the cluster that is shared by all tests that neither stop it nor put it under load.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Cluster> = LazyLock::new(|| Cluster::start(HASTY));
        &SHARED
    }

    /// Starts a new cluster with these settings in addition to the common ones.
    pub fn start(settings: &str) -> Self {
        Self::start_with(Self::prepare(5432), settings)
    }

    /// Like `start`, and also listens on this TCP port.
    pub fn start_on(port: u16, settings: &str) -> Self {
        let settings = format!("{settings}port = {port}\nlisten_addresses = '127.0.0.1'\n");
        Self::start_with(Self::prepare(port), &settings)
    }

    fn start_with(cluster: Self, settings: &str) -> Self {
        let data = cluster.data();
        cluster.run(
            "initdb",
            &["-D", &data, "-U", "oms", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        );
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(cluster.folder.join("data/postgresql.conf"))
            .unwrap();
        let folder = cluster.folder.display();
        writeln!(file, "{SETTINGS}{settings}unix_socket_directories = '{folder}'").unwrap();
        cluster.up();
        cluster
    }

    /// Starts a streaming replica of this cluster.
    pub fn replicate(&self) -> Self {
        let replica = Self::prepare(5432);
        let (from, data) = (self.folder.display().to_string(), replica.data());
        replica.run(
            "pg_basebackup",
            &["-h", &from, "-U", "oms", "-D", &data, "-R", "--checkpoint=fast", "--no-sync"],
        );
        let mut file = std::fs::OpenOptions::new()
            .append(true)
            .open(replica.folder.join("data/postgresql.conf"))
            .unwrap();
        writeln!(file, "unix_socket_directories = '{}'", replica.folder.display()).unwrap();
        replica.up();
        replica
    }

    /// Creates the directory, and the process that deletes it.
    fn prepare(port: u16) -> Self {
        let folder = TempDir::with_prefix("oms-pg-").unwrap().keep();
        if let Some(owner) = owner() {
            std::os::unix::fs::chown(&folder, Some(owner), None).unwrap();
        }
        let tidy = "trap '' INT TERM; cat > /dev/null; \
             \"$0/pg_ctl\" stop -s -m immediate -D \"$1/data\" > /dev/null 2>&1; rm -rf \"$1\"";
        let guard = as_owner("sh")
            .args(["-c", tidy])
            .arg(programs())
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { folder, port, guard: Mutex::new(guard) }
    }

    pub fn up(&self) {
        let log = self.folder.join("log").display().to_string();
        self.run("pg_ctl", &["start", "-s", "-w", "-D", &self.data(), "-l", &log]);
    }

    /// Stops the cluster: `fast` with a clean shutdown, `immediate` without.
    pub fn down(&self, mode: &str) {
        self.run("pg_ctl", &["stop", "-s", "-w", "-m", mode, "-D", &self.data()]);
    }

    /// Requires a password for this user.
    pub fn let_in_with_password(&self, user: &str) {
        let file = self.folder.join("data/pg_hba.conf");
        let rules = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("local all {user} scram-sha-256\n{rules}")).unwrap();
        self.query("postgres", "SELECT pg_reload_conf()");
    }

    /// Returns the URL of this database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&port={}&user=oms", self.folder.display(), self.port)
    }

    /// Like `url`, for whichever of the two clusters accepts writes.
    pub fn url_of_primary(&self, other: &Self, database: &str) -> String {
        let hosts = format!("host={},{}", self.folder.display(), other.folder.display());
        format!("postgres:///{database}?{hosts}&user=oms&target_session_attrs=read-write")
    }

    /// Creates a database as a copy of `template`, which must not be in use.
    pub fn create(&'static self, template: &str) -> Database {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("shop_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        self.query("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Database { cluster: self, name }
    }

    /// Runs SQL with psql and returns its output.
    pub fn query(&self, database: &str, sql: &str) -> String {
        let output = Command::new(programs().join("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url(database)])
            .output()
            .unwrap();
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Returns the log of the server so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = programs().join(program);
        let output = as_owner(program.to_str().unwrap())
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}: {}\n{}",
            program.display(),
            String::from_utf8_lossy(&output.stderr),
            self.log()
        );
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut guard = self.guard.lock().unwrap();
        drop(guard.stdin.take());
        let _ = guard.wait();
    }
}

impl Database {
    pub fn address(&self) -> Address {
        Address::Server(ServerAddress::new(self.cluster.url(&self.name)))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Sessions that are still connected are about to end.
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        if std::thread::panicking() {
            return;
        }
        self.cluster.query("postgres", &sql);
    }
}

/// Returns the user that must own the cluster: PostgreSQL refuses to run as root.
fn owner() -> Option<u32> {
    static OWNER: LazyLock<Option<u32>> = LazyLock::new(|| {
        let id = |arguments: &[&str]| {
            let said = Command::new("id").args(arguments).output().unwrap();
            String::from_utf8(said.stdout).unwrap().trim().parse::<u32>().ok()
        };
        (id(&["-u"]) == Some(0)).then(|| id(&["-u", "postgres"]).expect("there is a user postgres"))
    });
    *OWNER
}

fn as_owner(program: &str) -> Command {
    if owner().is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--", program]);
    command
}
