//! What the kernel says of this process.

use std::{fs, time::Duration};

/// The most memory that the engine may need.
pub(crate) const MOST_MEBIBYTES: f64 = 150.0;

/// The most memory that it has held, in bytes.
pub(crate) fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    1024 * line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap()
}

/// How long it has computed, on all cores.
pub(crate) fn computed() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // The name, which comes second, may have spaces.
    let (_, rest) = stat.rsplit_once(") ").unwrap();
    let ticks: u64 = rest.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    // Linux tells them in hundredths of a second, whatever the clock is.
    Duration::from_millis(10 * ticks)
}
