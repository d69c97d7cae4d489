//! CPU time from `/proc` on Linux.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Result;

/// The CPU time of processes so far.
pub struct CpuTime {
    /// The CPU time of each existing thread, in nanoseconds.
    threads: HashMap<PathBuf, u64>,
    /// The CPU time of all threads including those that ended, in ticks. Recorded only for a single
    /// process.
    ticks: u64,
}

/// The tick of CPU times in `/proc`, which is the same on all architectures.
const TICK: Duration = Duration::from_millis(10);

impl CpuTime {
    pub fn of_process(id: u32) -> Result<Self> {
        let process = PathBuf::from(format!("/proc/{id}"));
        let mut threads = HashMap::new();
        read_threads(&process, &mut threads)?;
        let stat = fs::read_to_string(process.join("stat"))?;
        let ticks = fields(&stat).skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Ok(Self { threads, ticks })
    }

    /// Returns the total CPU time of the current child processes of a process.
    pub fn of_children(id: u32) -> Result<Self> {
        let mut threads = HashMap::new();
        for process in fs::read_dir("/proc")? {
            let process = process?.path();
            // A process may end at any time; its CPU time is then omitted.
            if parent(&process) == Some(id) {
                let _ = read_threads(&process, &mut threads);
            }
        }
        Ok(Self { threads, ticks: 0 })
    }

    /// Returns the CPU time between `earlier` and `self`.
    pub fn since(&self, earlier: &Self) -> Duration {
        let spent = |(thread, time): (&PathBuf, &u64)| time - earlier.threads.get(thread).unwrap_or(&0);
        let by_thread = Duration::from_nanos(self.threads.iter().map(spent).sum());
        // The time of an ended thread is missing here, but included in the coarser ticks.
        let ticks = u32::try_from(self.ticks - earlier.ticks).unwrap_or(u32::MAX);
        by_thread.max((TICK * ticks).saturating_sub(TICK * 2))
    }
}

/// Returns the parent process id, or `None` if the process does not exist.
pub fn parent(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    fields(&stat).nth(1)?.parse().ok()
}

/// Returns the fields of `/proc/<pid>/stat` from the third field on.
fn fields(stat: &str) -> impl Iterator<Item = &str> {
    // The second field, a name in parentheses, may contain any character; utime and stime are fields 14 and
    // 15.
    stat.rsplit(')').next().unwrap_or_default().split_whitespace()
}

fn read_threads(process: &Path, threads: &mut HashMap<PathBuf, u64>) -> Result<()> {
    for thread in fs::read_dir(process.join("task"))? {
        let path = thread?.path();
        // A thread may end between listing and reading.
        let Ok(text) = fs::read_to_string(path.join("schedstat")) else { continue };
        let time = text.split(' ').next().and_then(|time| time.parse().ok());
        let time = time.ok_or_else(|| format!("cannot read {text:?} in {}", path.display()))?;
        threads.insert(path, time);
    }
    Ok(())
}
