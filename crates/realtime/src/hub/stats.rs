use std::sync::atomic::Ordering;

use super::Core;
use super::latency::Latencies;

/// Counters of the hub's whole life, and what waits now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HubStats {
    pub subscribers: usize,
    pub published: u64,
    pub refused: u64,
    pub delivered: u64,
    pub writes: u64,
    pub dropped: u64,
    pub conflated: u64,
    pub overflowed: u64,
    pub waiting_bytes: usize,
    pub waiting_events: usize,
    pub latency: Latencies,
}

pub(super) fn read(core: &Core) -> HubStats {
    let pressure = &core.pressure;
    let mut latency = Latencies::default();
    core.shards.iter().for_each(|shard| shard.latency.add_to(&mut latency));
    let (waiting, lane_dropped) = {
        let order = core.order();
        (order.waiting(), order.dropped())
    };
    let load = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    HubStats {
        subscribers: core.shards.iter().map(|shard| shard.table().len()).sum(),
        published: load(&core.published),
        refused: load(&core.refused),
        delivered: core.shards.iter().map(|shard| load(&shard.delivered)).sum(),
        writes: load(&pressure.writes),
        dropped: load(&pressure.dropped) + lane_dropped,
        conflated: load(&pressure.conflated),
        overflowed: load(&pressure.overflowed),
        waiting_bytes: pressure.waiting.load(Ordering::Relaxed),
        waiting_events: waiting + core.shards.iter().map(|shard| shard.waiting()).sum::<usize>(),
        latency,
    }
}
