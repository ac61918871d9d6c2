//! What the kernel says about another process.

use std::fs;

/// `/proc` counts CPU time in ticks of a hundredth of a second on every Linux.
const TICK_US: u64 = 10_000;

#[derive(Debug, Clone, Copy, Default)]
pub struct Usage {
    /// CPU time of all its threads so far, living and ended.
    pub cpu_us: u64,
    pub rss_bytes: u64,
    pub peak_rss_bytes: u64,
}

pub fn usage(pid: u32) -> Option<Usage> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold spaces; fields are counted from behind it.
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = |n: usize| fields.split_whitespace().nth(n)?.parse::<u64>().ok();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let kib = |name: &str| {
        let line = status.lines().find(|l| l.starts_with(name))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    Some(Usage {
        cpu_us: (ticks(11)? + ticks(12)?) * TICK_US,
        rss_bytes: kib("VmRSS:")? * 1024,
        peak_rss_bytes: kib("VmHWM:")? * 1024,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn this_process_uses_memory() {
        let usage = super::usage(std::process::id()).expect("own process");
        assert!(usage.rss_bytes > 1 << 20 && usage.peak_rss_bytes >= usage.rss_bytes);
    }
}
