//! Open loop: the server sends at a fixed rate, whether or not anyone keeps up.

use std::time::{Duration, Instant};

use crate::error::BenchError;
use crate::report::{count, ms, quantile};

use super::scale::Scale;
use super::scenario::{Metric, Scenario, mib, micros, percent};
use super::servers::Server;
use super::stage::{Stage, Tally};

const RATE: u64 = 100;
/// Ten thousand copies of each message are as many deliveries in all.
const CROWD_RATE: u64 = 5;
const PAD: usize = 200;
const LOOK: Duration = Duration::from_millis(200);

const METRICS: &[Metric] = &[
    Metric { name: "CPU µs/delivery", show: micros },
    Metric { name: "deliveries/s", show: count },
    Metric { name: "p50 ms", show: ms },
    Metric { name: "p95 ms", show: ms },
    Metric { name: "p99 ms", show: ms },
    Metric { name: "delivered %", show: percent },
    Metric { name: "RSS growth MiB", show: mib },
];

pub const STREAM: Scenario = Scenario {
    title: |scale| title(RATE, scale.subscribers, scale),
    metrics: METRICS,
    only_with_recovery: false,
    run: |server, scale| measure(server, scale, RATE, scale.subscribers),
};

/// As many as one server is meant for.
pub const CROWD: Scenario = Scenario {
    title: |scale| title(CROWD_RATE, scale.idle, scale),
    metrics: METRICS,
    only_with_recovery: false,
    run: |server, scale| measure(server, scale, CROWD_RATE, scale.idle),
};

fn title(rate: u64, subscribers: usize, scale: &Scale) -> String {
    let (secs, subscribers) = (scale.stream_secs, count(subscribers as f64));
    format!(
        "{rate} messages/s to {subscribers} subscribers for {secs} s, whether they keep up or not"
    )
}

fn measure(
    server: &Server,
    scale: &Scale,
    rate: u64,
    subscribers: usize,
) -> Result<Vec<f64>, BenchError> {
    let mut stage = Stage::open(server, subscribers)?;
    let mut tally = Tally::new(stage.dialect);
    let due = rate * scale.stream_secs * subscribers as u64;
    let before = stage.usage();
    let (mut highest, mut looked) = (before.rss_bytes, Instant::now());
    let order = stage.dialect.run(rate, scale.stream_secs, PAD);
    stage.order(&order)?;
    // A server that has fallen behind gets as long again to catch up.
    let started = Instant::now();
    let patience = Duration::from_secs(scale.stream_secs * 2);
    while tally.arrived < due && started.elapsed() < patience {
        stage.swarm.listen(LOOK, &mut |n, text| tally.hear(n, text))?;
        if looked.elapsed() > LOOK {
            highest = highest.max(stage.usage().rss_bytes);
            looked = Instant::now();
        }
    }
    let elapsed = started.elapsed().as_secs_f64();
    let arrived = tally.arrived as f64;
    tally.sort();
    let percentile = |q| quantile(&tally.latencies, q);
    Ok(vec![
        (stage.usage().cpu_us - before.cpu_us) as f64 / arrived,
        arrived / elapsed,
        percentile(0.5),
        percentile(0.95),
        percentile(0.99),
        100.0 * arrived / due as f64,
        highest.saturating_sub(before.rss_bytes) as f64,
    ])
}
