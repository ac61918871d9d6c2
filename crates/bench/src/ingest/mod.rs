//! Durable ingest over HTTP: how many events a second, how soon acknowledged, at what cost.
//!
//! Signalbox and its peer run side by side as processes and take turns, round by round, so that
//! whatever else the machine does falls on both. CPU is counted until everything acknowledged has
//! become queryable: a fast acknowledgement that leaves work behind gains nothing.

mod batches;
mod http;
mod load;
mod signalbox;
mod target;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use model::{Clock, SystemClock};

use crate::Options;
use crate::error::BenchError;
use crate::peers::ingest::Peer;
use crate::process::usage;
use crate::report::{Table, count, mib, ms, quantile, ratio};

pub use batches::PATH;
pub use signalbox::serve;
pub use target::Target;

use batches::Plan;
use signalbox::Signalbox;

struct Shape {
    batch: usize,
    events: u64,
    /// In a closed loop more connections only mean a longer queue: as many as keep a server busy.
    connections: usize,
}

const SHAPES: [Shape; 3] = [
    Shape { batch: 1, events: 8_000, connections: 32 },
    Shape { batch: 20, events: 60_000, connections: 16 },
    Shape { batch: 500, events: 150_000, connections: 4 },
];

#[derive(Default)]
struct Figures {
    events: u64,
    acknowledged: Duration,
    queryable: Duration,
    cpu_us: u64,
    latencies: Vec<f64>,
    rss: u64,
    peak_rss: u64,
}

pub fn measure(options: &Options) -> Result<Table, BenchError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut table = Table::new(
        "Durable ingest over HTTP (32, 16 and 4 connections)",
        &[
            "batch",
            "server",
            "events/s",
            "queryable/s",
            "ack p50 ms",
            "p99 ms",
            "CPU µs/event",
            "RSS MiB",
            "peak",
        ],
    );
    let rounds = if options.quick { 1 } else { 3 };
    for Shape { batch: size, events, connections } in SHAPES {
        let events = if options.quick { events / 4 } else { events };
        // Fresh stores for each size: none pays for what another has left.
        let mut ours = Signalbox::start(&options.binary()?)?;
        let mut peer = Peer::start()?;
        let mut figures = [Figures::default(), Figures::default()];
        // One small round that is not counted warms caches, pools and the page cache.
        for round in 0..=rounds {
            let targets: [&mut dyn Target; 2] = [&mut ours, &mut peer];
            for (target, figures) in targets.into_iter().zip(&mut figures) {
                let plan = Plan {
                    address: target.address(),
                    key: target.key(),
                    seed: options.seed,
                    first: round * events * 4,
                    events: if round == 0 { events / 10 } else { events },
                    size,
                    now: SystemClock.now(),
                };
                let requests = plan.requests();
                let taken = plan.events;
                let mut warm_up = Figures::default();
                let into = if round == 0 { &mut warm_up } else { &mut *figures };
                one_round(&runtime, target, connections, (requests, taken), into)?;
            }
        }
        add(&mut table, size, [ours.name(), peer.name()], &mut figures);
        check(&mut ours, events * rounds + events / 10)?;
        check(&mut peer, events * rounds + events / 10)?;
    }
    table.note("fsync on (each acknowledgement waits for it), TLS off, loopback; load generator on the same machine");
    table.note("CPU: the server process alone, until everything is queryable; queryable/s counts that wait too");
    Ok(table)
}

fn one_round(
    runtime: &tokio::runtime::Runtime,
    target: &mut dyn Target,
    connections: usize,
    (requests, events): (Vec<Vec<u8>>, u64),
    figures: &mut Figures,
) -> Result<(), BenchError> {
    let gone = BenchError::NotReady { what: target.name() };
    let before = usage(target.pid()).ok_or(gone)?;
    let started = Instant::now();
    let outcome = runtime.block_on(load::run(target.address(), connections, requests, events))?;
    target.settle()?;
    figures.queryable += started.elapsed();
    let after = usage(target.pid()).unwrap_or_default();
    figures.events += events;
    figures.acknowledged += outcome.elapsed;
    figures.cpu_us += after.cpu_us.saturating_sub(before.cpu_us);
    figures.latencies.extend(outcome.latencies);
    figures.rss = after.rss_bytes;
    figures.peak_rss = after.peak_rss_bytes;
    Ok(())
}

fn add(table: &mut Table, size: usize, names: [&str; 2], figures: &mut [Figures; 2]) {
    for (name, f) in names.into_iter().zip(figures.iter_mut()) {
        f.latencies.sort_by(f64::total_cmp);
        table.row([
            size.to_string(),
            name.to_owned(),
            count(f.per_second()),
            count(f.events as f64 / f.queryable.as_secs_f64()),
            ms(quantile(&f.latencies, 0.5)),
            ms(quantile(&f.latencies, 0.99)),
            format!("{:.1}", f.cpu_per_event()),
            mib(f.rss),
            mib(f.peak_rss),
        ]);
    }
    let [ours, peer] = figures;
    table.row([
        String::new(),
        "  better by".to_owned(),
        ratio(ours.per_second() / peer.per_second()),
        ratio(peer.queryable.as_secs_f64() / ours.queryable.as_secs_f64()),
        ratio(quantile(&peer.latencies, 0.5) / quantile(&ours.latencies, 0.5)),
        ratio(quantile(&peer.latencies, 0.99) / quantile(&ours.latencies, 0.99)),
        ratio(peer.cpu_per_event() / ours.cpu_per_event()),
    ]);
}

/// A server that loses events is not fast.
fn check(target: &mut dyn Target, sent: u64) -> Result<(), BenchError> {
    let stored = target.stored()?;
    if stored == sent {
        return Ok(());
    }
    let problem = format!("{} holds {stored} of {sent} events", target.name());
    Err(BenchError::Failed { what: "ingest", problem })
}

impl Figures {
    fn per_second(&self) -> f64 {
        self.events as f64 / self.acknowledged.as_secs_f64()
    }

    fn cpu_per_event(&self) -> f64 {
        self.cpu_us as f64 / self.events as f64
    }
}
