//! Closed loop: the next round starts when every copy of the last has arrived.

use std::time::Instant;

use crate::error::BenchError;
use crate::report::{count, ms, quantile};

use super::scale::Scale;
use super::scenario::{Metric, Scenario, mib, micros};
use super::servers::Server;
use super::stage::{Stage, Tally};

/// As long as a typical event of the product.
const PAD: usize = 200;
const BURST: u64 = 16;

/// Connections that never read, and what it takes that no socket buffer hides them: 6 MiB each.
const STALLED: usize = 10;
const BULKY: usize = 16_000;
const BULKY_BURST: u64 = 4;
const BULKY_ROUNDS: u64 = 100;

const FIGURES: &[Metric] = &[
    Metric { name: "CPU µs/delivery", show: micros },
    Metric { name: "deliveries/s", show: count },
    Metric { name: "p50 ms", show: ms },
    Metric { name: "p95 ms", show: ms },
];

pub const SINGLE: Scenario = Scenario {
    title: |scale| format!("Fan-out to {} subscribers, a message at a time", scale.subscribers),
    metrics: FIGURES,
    only_with_recovery: false,
    run: |server, scale| {
        let mut stage = Stage::open(server, scale.subscribers)?;
        closed(
            &mut stage,
            &Loop { k: 1, size: PAD, rounds: scale.singles, readers: scale.subscribers },
        )
    },
};

pub const BURSTS: Scenario = Scenario {
    title: |scale| {
        format!("Fan-out to {} subscribers, {BURST} messages at a time", scale.subscribers)
    },
    metrics: FIGURES,
    only_with_recovery: false,
    run: |server, scale| {
        let mut stage = Stage::open(server, scale.subscribers)?;
        let rounds = scale.bursts;
        closed(&mut stage, &Loop { k: BURST, size: PAD, rounds, readers: scale.subscribers })
    },
};

pub const STALLED_READERS: Scenario = Scenario {
    title: |scale| {
        let mib = ((BULKY_BURST * BULKY_ROUNDS) as usize * BULKY) >> 20;
        let readers = scale.subscribers - STALLED;
        format!("{STALLED} stalled readers beside {readers}, {mib} MiB to each")
    },
    metrics: &[
        Metric { name: "p95 ms of the others", show: ms },
        Metric { name: "deliveries/s", show: count },
        Metric { name: "CPU µs/delivery", show: micros },
        Metric { name: "RSS growth MiB", show: mib },
    ],
    only_with_recovery: false,
    run: stalled,
};

struct Loop {
    k: u64,
    size: usize,
    rounds: u64,
    readers: usize,
}

/// CPU per delivery, deliveries per second, p50 and p95.
fn closed(stage: &mut Stage, work: &Loop) -> Result<Vec<f64>, BenchError> {
    let order = stage.dialect.go(work.k, work.size);
    let copies = work.k * work.readers as u64;
    // What is not counted: buffers grow, and Node compiles what is hot.
    let mut warm_up = Tally::new(stage.dialect);
    for _ in 0..work.rounds / 5 {
        stage.order(&order)?;
        stage.await_copies(copies, &mut warm_up)?;
    }
    let mut tally = Tally::new(stage.dialect);
    let (cpu, started) = (stage.usage().cpu_us, Instant::now());
    for _ in 0..work.rounds {
        stage.order(&order)?;
        stage.await_copies(copies, &mut tally)?;
    }
    let elapsed = started.elapsed().as_secs_f64();
    let deliveries = tally.arrived as f64;
    tally.sort();
    Ok(vec![
        (stage.usage().cpu_us - cpu) as f64 / deliveries,
        deliveries / elapsed,
        quantile(&tally.latencies, 0.5),
        quantile(&tally.latencies, 0.95),
    ])
}

fn stalled(server: &Server, scale: &Scale) -> Result<Vec<f64>, BenchError> {
    let mut stage = Stage::open(server, scale.subscribers)?;
    let readers = scale.subscribers - STALLED;
    stage.swarm.ignore(readers..scale.subscribers)?;
    let before = stage.usage().rss_bytes;
    let work = Loop { k: BULKY_BURST, size: BULKY, rounds: BULKY_ROUNDS, readers };
    let figures = closed(&mut stage, &work)?;
    let growth = stage.usage().peak_rss_bytes.saturating_sub(before) as f64;
    let [cpu, rate, _, p95] = figures[..] else { return Ok(Vec::new()) };
    Ok(vec![p95, rate, cpu, growth])
}
