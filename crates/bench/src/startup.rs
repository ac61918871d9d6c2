//! How long until an empty server is ready, and what it takes to sit idle.

use std::time::{Duration, Instant};

use crate::Options;
use crate::child::free_address;
use crate::error::BenchError;
use crate::ingest::serve;
use crate::process::usage;
use crate::report::{Table, mib, ms, quantile};

/// Time for allocations of the start to be given back before memory is read.
const IDLE: Duration = Duration::from_secs(2);

pub fn measure(options: &Options) -> Result<Table, BenchError> {
    let binary = options.binary()?;
    let mut table =
        Table::new("Start and rest", &["data directory", "", "ready ms", "idle RSS MiB"]);
    let dir = tempfile::tempdir()?;
    let mut again = Vec::new();
    for start in 0..4 {
        let address = free_address()?;
        let started = Instant::now();
        let child = serve(&binary, dir.path(), address)?;
        let ready = started.elapsed().as_secs_f64() * 1e3;
        if start > 0 {
            again.push(ready);
            continue;
        }
        std::thread::sleep(IDLE);
        let rss = usage(child.pid()).unwrap_or_default().rss_bytes;
        table.row(["new".into(), String::new(), ms(ready), mib(rss)]);
    }
    again.sort_by(f64::total_cmp);
    table.row([
        "existing, after a kill".into(),
        String::new(),
        ms(quantile(&again, 0.5)),
        "".into(),
    ]);
    Ok(table)
}
