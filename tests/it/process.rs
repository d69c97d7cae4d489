//! The server as a child process. Killed when dropped.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::books::assert_balanced;
use crate::client::Client;
use crate::kinds::On;
use crate::store::Store;

/// The maximum time for a start or a stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// The output of the server to standard error so far.
type Said = Arc<Mutex<String>>;

pub struct Process {
    child: Child,
    address: SocketAddr,
    said: Said,
}

impl Process {
    /// Serves this database on a free port. Returns when the server listens.
    pub fn serve(database: impl AsRef<OsStr>) -> Self {
        Self::serve_with(database, &[])
    }

    /// Like `serve`, with additional arguments.
    pub fn serve_with(database: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_oms"));
        Self::start(command.args(["serve", "--database"]).arg(database).args(arguments))
    }

    /// Serves the sample data of `--demo`.
    pub fn serve_demo() -> Self {
        Self::start(Command::new(env!("CARGO_BIN_EXE_oms")).args(["serve", "--demo"]))
    }

    fn start(command: &mut Command) -> Self {
        let mut child = command
            .args(["--host", "127.0.0.1", "--port", "0"])
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = child.stderr.take().unwrap();
        let said = Said::default();
        match address_in(stderr, said.clone()) {
            Some(address) => Self { child, address, said },
            None => {
                let _ = child.kill();
                panic!("the server does not say where it listens, but:\n{}", lock(&said));
            }
        }
    }

    pub fn client(&self) -> Client {
        Client::of(self.address)
    }

    /// Returns the log so far.
    pub fn said(&self) -> String {
        lock(&self.said).clone()
    }

    /// Sends SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by its name.
    pub fn tell(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// Sends a signal by its name, and waits for the exit.
    pub fn signal(mut self, name: &str) -> ExitStatus {
        self.tell(name);
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "it does not stop on SIG{name}");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails if the process has exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the address in the log. The rest of the log is read as well, so that the server never blocks on a
/// full pipe.
fn address_in(stderr: ChildStderr, said: Said) -> Option<SocketAddr> {
    let (found, address) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if let Some(address) = address_on(&line) {
                // The receiver is dropped after the first address.
                let _ = found.send(address);
            }
            let mut said = lock(&said);
            said.push_str(&line);
            said.push('\n');
        }
    });
    address.recv_timeout(PATIENCE).ok()
}

fn lock(said: &Said) -> MutexGuard<'_, String> {
    said.lock().unwrap()
}

fn address_on(line: &str) -> Option<SocketAddr> {
    let (_, after) = line.split_once("http://127.0.0.1:")?;
    let digits = after.split(|c: char| !c.is_ascii_digit()).next()?;
    Some(SocketAddr::from(([127, 0, 0, 1], digits.parse().ok()?)))
}

#[test]
fn parses_the_address_from_the_log() {
    let expected = Some(SocketAddr::from(([127, 0, 0, 1], 40123)));
    assert_eq!(address_on("listening on http://127.0.0.1:40123"), expected);
    assert_eq!(address_on("\u{1b}[32mINFO\u{1b}[0m listening on http://127.0.0.1:40123/\u{1b}[0m"), expected);
    assert_eq!(address_on("opened shop.db"), None);
}

#[tokio::test]
async fn server_shuts_down_cleanly_on_a_signal() {
    for signal in ["INT", "TERM"] {
        let file = Store::filled(On::Sqlite);
        let process = Process::serve(file.path());
        assert_eq!(process.client().get("/health/ready").await.status, 200);
        let status = process.signal(signal);
        assert!(status.success(), "SIG{signal}: {status}");
        assert_balanced(&file);
        let left = file.path().with_extension("db-wal");
        assert!(!left.exists(), "SIG{signal}: the write-ahead log was not put away");
    }
}
