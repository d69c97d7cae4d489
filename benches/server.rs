//! A server that is measured: a child process on a port of its own with a file of its own. It ends
//! when its `Server` is dropped.

use std::collections::HashMap;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::load::Connection;
use crate::work::{self, Dialect};

pub struct Server {
    pub name: &'static str,
    pub dialect: Dialect,
    pub port: u16,
    pub database: PathBuf,
    log: PathBuf,
    child: Child,
}

/// CPU time of a process so far.
pub struct CpuTime {
    /// Of each thread there is, in nanoseconds.
    threads: HashMap<PathBuf, u64>,
    /// Of all threads there ever were, in ticks.
    ticks: u64,
}

/// What Linux counts in, whatever it runs on.
const TICK: Duration = Duration::from_millis(10);

impl Server {
    /// Starts `program` with `command` on a copy of `data`, and waits until it answers.
    pub async fn start(
        name: &'static str,
        program: &Path,
        command: &str,
        dialect: Dialect,
        data: &Path,
    ) -> Result<Self> {
        let database = data.with_file_name(format!("{name}.db"));
        let log = data.with_file_name(format!("{name}.log"));
        fs::copy(data, &database)?;
        let port = free_port()?;
        let child = Command::new(program)
            .arg(command)
            .arg("--port")
            .arg(port.to_string())
            .arg("--database")
            .arg(&database)
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

    /// What it wrote to standard error.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn cpu_time(&self) -> Result<CpuTime> {
        let process = PathBuf::from(format!("/proc/{}", self.child.id()));
        let mut threads = HashMap::new();
        for thread in fs::read_dir(process.join("task"))? {
            let path = thread?.path();
            // A thread may end between the two.
            let Ok(text) = fs::read_to_string(path.join("schedstat")) else { continue };
            let time = text.split(' ').next().and_then(|time| time.parse().ok());
            let time = time.ok_or_else(|| format!("cannot read {text:?} in {}", path.display()))?;
            threads.insert(path, time);
        }
        let stat = fs::read_to_string(process.join("stat"))?;
        // The second field, a name in brackets, may hold anything; utime and stime are 14 and 15.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        let ticks = fields.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Ok(CpuTime { threads, ticks })
    }
}

impl CpuTime {
    /// From `earlier` to here.
    pub fn since(&self, earlier: &Self) -> Duration {
        let spent = |(thread, time): (&PathBuf, &u64)| time - earlier.threads.get(thread).unwrap_or(&0);
        let by_thread = Duration::from_nanos(self.threads.iter().map(spent).sum());
        // A thread that ended took its time with it. The coarse count still has it.
        let ticks = u32::try_from(self.ticks - earlier.ticks).unwrap_or(u32::MAX);
        by_thread.max((TICK * ticks).saturating_sub(TICK * 2))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
