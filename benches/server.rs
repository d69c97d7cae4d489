//! A measured server: a child process with its own port and database. The process is terminated when its
//! `Server` is dropped.

use std::ffi::OsString;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use oms::db::Address;

use crate::Result;
use crate::cpu::CpuTime;
use crate::load::Connection;
use crate::work::{self, Dialect};

pub struct Server {
    pub name: &'static str,
    pub dialect: Dialect,
    pub port: u16,
    pub database: Address,
    log: PathBuf,
    child: Child,
}

impl Server {
    /// Starts `program` with `command` on a database of its own and waits until it responds. Its log is in
    /// `folder`.
    pub async fn start(
        name: &'static str,
        program: &Path,
        command: &str,
        dialect: Dialect,
        database: Address,
        folder: &Path,
    ) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let port = free_port()?;
        let child = Command::new(program)
            .arg(command)
            .arg("--port")
            .arg(port.to_string())
            .arg("--database")
            .arg(argument(&database))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", program.display()))?;
        let mut server = Self { name, dialect, port, database, log, child };
        match server.ready().await {
            Ok(()) => Ok(server),
            Err(error) => Err(format!("{name} does not start: {error}\n{}", server.said()).into()),
        }
    }

    async fn ready(&mut self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            if let Some(status) = self.child.try_wait()? {
                return Err(status.to_string().into());
            }
            if self.is_healthy().await {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("no answer in 10 seconds".into())
    }

    async fn is_healthy(&self) -> bool {
        let Ok(mut connection) = Connection::open(self.port).await else { return false };
        matches!(connection.ask_within(Duration::from_secs(1), &work::get(work::HEALTH)).await, Ok((200, _)))
    }

    /// Returns the standard error output of the process.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn cpu_time(&self) -> Result<CpuTime> {
        CpuTime::of_process(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail if the process has already exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the command-line argument for a database.
pub fn argument(database: &Address) -> OsString {
    match database {
        Address::File(path) => path.into(),
        Address::Server(server) => server.url.reveal().into(),
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
