//! What the machine says of this process. Linux only; elsewhere nothing is known.

use std::fs;

/// What Linux counts CPU time in, in seconds.
const TICK: f64 = 0.01;

/// Figures of this process, each where it is known.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Figures {
    /// CPU time so far, in seconds.
    pub cpu: Option<f64>,
    /// Memory that is really there, in bytes.
    pub resident: Option<u64>,
    /// Memory that was asked for, in bytes.
    pub virtual_size: Option<u64>,
    pub threads: Option<u64>,
    /// Files and sockets that are open, and how many there may be.
    pub open_files: Option<u64>,
    pub most_files: Option<u64>,
}

impl Figures {
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
            // One of them is the folder that is being read.
            open_files: open.map(|open| (open.count() as u64).saturating_sub(1)),
            most_files: line(&limits, "Max open files"),
        }
    }
}

fn cpu(stat: &str) -> Option<f64> {
    // The second field, a name in brackets, may hold anything; utime and stime are 14 and 15.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11).map_while(|ticks| ticks.parse::<f64>().ok());
    Some((fields.next()? + fields.next()?) * TICK)
}

/// The first number on the line that begins so.
fn line(text: &str, begin: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(begin))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[test]
fn what_linux_says_is_read() {
    let stat = "7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20";
    assert_eq!(cpu(stat), Some(3.0));
    assert_eq!(cpu(""), None);
    assert_eq!(line("VmSize:\t  10 kB\nVmRSS:\t  4 kB\n", "VmRSS:"), Some(4));
    assert_eq!(line("Max open files            unlimited            unlimited", "Max open files"), None);
}
