//! CPU time, as Linux counts it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Result;

/// CPU time of processes so far.
pub struct CpuTime {
    /// Of each thread there is, in nanoseconds.
    threads: HashMap<PathBuf, u64>,
    /// Of all threads there ever were, in ticks. Counted for a process that is looked at alone.
    ticks: u64,
}

/// What Linux counts in, whatever it runs on.
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

    /// Of the children that a process has now, all together.
    pub fn of_children(id: u32) -> Result<Self> {
        let mut threads = HashMap::new();
        for process in fs::read_dir("/proc")? {
            let process = process?.path();
            // One may end at any time; what it did is not counted.
            if parent(&process) == Some(id) {
                let _ = read_threads(&process, &mut threads);
            }
        }
        Ok(Self { threads, ticks: 0 })
    }

    /// From `earlier` to here.
    pub fn since(&self, earlier: &Self) -> Duration {
        let spent = |(thread, time): (&PathBuf, &u64)| time - earlier.threads.get(thread).unwrap_or(&0);
        let by_thread = Duration::from_nanos(self.threads.iter().map(spent).sum());
        // A thread that ended took its time with it. The coarse count still has it.
        let ticks = u32::try_from(self.ticks - earlier.ticks).unwrap_or(u32::MAX);
        by_thread.max((TICK * ticks).saturating_sub(TICK * 2))
    }
}

/// The process that started this one; `None` where it is not there.
pub fn parent(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    fields(&stat).nth(1)?.parse().ok()
}

/// What Linux says of a process, from the third field on.
fn fields(stat: &str) -> impl Iterator<Item = &str> {
    // The second field, a name in brackets, may hold anything; utime and stime are 14 and 15.
    stat.rsplit(')').next().unwrap_or_default().split_whitespace()
}

fn read_threads(process: &Path, threads: &mut HashMap<PathBuf, u64>) -> Result<()> {
    for thread in fs::read_dir(process.join("task"))? {
        let path = thread?.path();
        // A thread may end between the two.
        let Ok(text) = fs::read_to_string(path.join("schedstat")) else { continue };
        let time = text.split(' ').next().and_then(|time| time.parse().ok());
        let time = time.ok_or_else(|| format!("cannot read {text:?} in {}", path.display()))?;
        threads.insert(path, time);
    }
    Ok(())
}
