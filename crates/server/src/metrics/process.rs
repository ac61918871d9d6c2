//! The process itself, under the names that every exporter uses. Where the system does not say,
//! there is no sample.

use std::fs;

use model::Millis;

use super::text::Text;

/// What Linux calls a tick in `/proc`, on every machine.
const TICKS_PER_SECOND: f64 = 100.0;

pub fn write(text: &mut Text, started_at: Millis) {
    text.gauge("process_start_time_seconds", "When the process started, since 1970")
        .sample(&[], started_at as f64 / 1000.0);
    if let Some(bytes) = fs::read_to_string("/proc/self/status").ok().and_then(|s| resident(&s)) {
        text.gauge("process_resident_memory_bytes", "Memory in use").sample(&[], bytes);
    }
    if let Some(seconds) = fs::read_to_string("/proc/self/stat").ok().and_then(|s| cpu(&s)) {
        text.counter("process_cpu_seconds_total", "Time on a processor, the kernel's included")
            .sample(&[], seconds);
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        text.gauge("process_open_fds", "Open file descriptors").sample(&[], open.count());
    }
}

/// A line such as `VmRSS: 12345 kB`.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The name of the program may contain anything, so counting begins behind its last parenthesis.
fn cpu(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) as f64 / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_says_is_understood() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t   2048 kB\nThreads:\t3\n"), Some(2 << 20));
        assert_eq!(resident("Name:\tx\n"), None);
        let stat = "42 (odd) name) S 1 42 42 0 -1 4194560 9 0 0 0 150 50 0 0 20 0 3 0 1 1 1";
        assert_eq!(cpu(stat), Some(2.0));
        assert_eq!(cpu("42 (x) S 1"), None);
    }
}
