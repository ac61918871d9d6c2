//! What a connection costs that does nothing: to accept, and to keep.

use std::time::{Duration, Instant};

use crate::error::BenchError;
use crate::process::usage;
use crate::report::count;

use super::scale::Scale;
use super::scenario::{Metric, Scenario, kib, mib, micros};
use super::servers::Server;
use super::swarm::Swarm;

/// Time for what the handshakes needed to be given back before memory is read.
const REST: Duration = Duration::from_secs(2);

pub const IDLE: Scenario = Scenario {
    title: |scale| format!("{} connections that do nothing", count(scale.idle as f64)),
    metrics: &[
        Metric { name: "KiB/connection", show: kib },
        Metric { name: "RSS MiB", show: mib },
        Metric { name: "connections/s", show: count },
        Metric { name: "CPU µs/connection", show: micros },
    ],
    only_with_recovery: false,
    run: measure,
};

fn measure(server: &Server, scale: &Scale) -> Result<Vec<f64>, BenchError> {
    let started = server.start(false)?;
    let mut swarm = Swarm::new(started.address)?;
    // The first connection brings in code and pools that all others share.
    swarm.open_all(&[server.dialect.handshake()], &mut |_, _| {})?;
    let look = || usage(started.child.pid()).unwrap_or_default();
    let before = look();
    let handshakes = vec![server.dialect.handshake(); scale.idle];
    let elapsed = swarm.open_all(&handshakes, &mut |_, _| {})?;
    let accepted = look();
    let resting = Instant::now();
    while resting.elapsed() < REST {
        swarm.listen(Duration::from_millis(50), &mut |_, _| {})?;
    }
    let after = look();
    let connections = scale.idle as f64;
    Ok(vec![
        after.rss_bytes.saturating_sub(before.rss_bytes) as f64 / connections,
        after.rss_bytes as f64,
        connections / elapsed.as_secs_f64(),
        (accepted.cpu_us - before.cpu_us) as f64 / connections,
    ])
}
