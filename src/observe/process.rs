//! Process metrics from `/proc`. They are available on Linux only.

use std::fs;

/// The unit of CPU times in `/proc`, in seconds.
const TICK: f64 = 0.01;

/// The resource usage of this process. Values that cannot be read are `None`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ProcessStats {
    /// The CPU time used so far, in seconds.
    pub cpu: Option<f64>,
    /// The resident memory, in bytes.
    pub resident: Option<u64>,
    /// The virtual memory, in bytes.
    pub virtual_size: Option<u64>,
    /// The number of threads.
    pub threads: Option<u64>,
    /// The number of open file descriptors.
    pub open_files: Option<u64>,
    /// The limit on open file descriptors.
    pub max_files: Option<u64>,
}

impl ProcessStats {
    /// Reads the current values.
    pub(super) fn read() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
        let open = fs::read_dir("/proc/self/fd").ok();
        Self {
            cpu: cpu(&stat),
            resident: line(&status, "VmRSS:").map(|kilobytes| kilobytes * 1024),
            virtual_size: line(&status, "VmSize:").map(|kilobytes| kilobytes * 1024),
            threads: line(&status, "Threads:"),
            // Reading the directory opens one descriptor, which is not counted.
            open_files: open.map(|open| (open.count() as u64).saturating_sub(1)),
            max_files: line(&limits, "Max open files"),
        }
    }
}

fn cpu(stat: &str) -> Option<f64> {
    // The second field, a name in parentheses, may contain any character; utime and stime are fields 14 and
    // 15.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11).map_while(|ticks| ticks.parse::<f64>().ok());
    Some((fields.next()? + fields.next()?) * TICK)
}

/// Returns the first number on the line that starts with `begin`.
fn line(text: &str, begin: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(begin))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[test]
fn parses_the_files_of_proc() {
    let stat = "7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20";
    assert_eq!(cpu(stat), Some(3.0));
    assert_eq!(cpu(""), None);
    assert_eq!(line("VmSize:\t  10 kB\nVmRSS:\t  4 kB\n", "VmRSS:"), Some(4));
    assert_eq!(line("Max open files            unlimited            unlimited", "Max open files"), None);
}
