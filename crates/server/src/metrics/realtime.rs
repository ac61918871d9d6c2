//! Who is connected, and what is pushed to them.

use std::collections::BTreeMap;

use realtime::hub::{HubStats, Latencies};
use serde::Serialize;

use super::text::Text;
use crate::live::Live;
use crate::live::publish::PublishedTotals;

pub fn write(text: &mut Text, live: &Live) {
    connections(text, live);
    hub(text, &live.hub.stats());
    published(text, live.publishing.counters.read());
}

fn connections(text: &mut Text, live: &Live) {
    let (stats, counters) = (live.registry.stats(None), live.registry.counters());
    let mut open = text.gauge("signalbox_connections", "Connected now, by protocol");
    for protocol in realtime::registry::Protocol::ALL {
        let count = stats.by_protocol.get(&protocol).copied().unwrap_or(0);
        open.sample(&[("protocol", &word(&protocol))], count);
    }
    text.gauge("signalbox_connections_max", "How many there may be")
        .sample(&[], live.options.connections);
    text.gauge("signalbox_connected_users", "Users with at least one connection")
        .sample(&[], stats.unique_users);
    text.counter("signalbox_connects_total", "Connections that were let in")
        .sample(&[], counters.connects);
    text.counter("signalbox_reconnects_total", "Those by somebody who had left within a minute")
        .sample(&[], counters.reconnects);
    let help = "Connections that ended, by reason";
    by_reason(text, "signalbox_disconnects_total", help, &counters.disconnects);
    let help = "Handshakes that were refused, by reason";
    by_reason(text, "signalbox_rejections_total", help, &counters.rejected);
}

fn by_reason<K: Serialize>(text: &mut Text, name: &str, help: &str, counts: &BTreeMap<K, u64>) {
    let mut family = text.counter(name, help);
    for (reason, count) in counts {
        family.sample(&[("reason", &word(reason))], count);
    }
}

/// An enum by the name it has on the wire.
fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn hub(text: &mut Text, stats: &HubStats) {
    for (name, help, value) in [
        ("signalbox_hub_published_total", "Events that the hub took", stats.published),
        ("signalbox_hub_refused_total", "Events it had no room for", stats.refused),
        ("signalbox_hub_delivered_total", "Copies handed to connections", stats.delivered),
        ("signalbox_hub_writes_total", "Writes to sockets", stats.writes),
        ("signalbox_hub_dropped_total", "Copies given up for want of room", stats.dropped),
        ("signalbox_hub_conflated_total", "Copies replaced by newer ones", stats.conflated),
        ("signalbox_hub_overflows_total", "Connections that did not keep up", stats.overflowed),
    ] {
        text.counter(name, help).sample(&[], value);
    }
    text.gauge("signalbox_hub_subscribers", "Places in namespaces").sample(&[], stats.subscribers);
    text.gauge("signalbox_hub_waiting_events", "Events in lanes and shards")
        .sample(&[], stats.waiting_events);
    text.gauge("signalbox_hub_waiting_bytes", "Bytes that wait for slow connections")
        .sample(&[], stats.waiting_bytes);
    latency(text, &stats.latency);
}

/// From 128 µs to 4 s; powers of two, at which the hub's own buckets end.
const BOUNDS: std::ops::RangeInclusive<u32> = 7..=22;

fn latency(text: &mut Text, latencies: &Latencies) {
    let help = "From being published to having been written";
    let mut family = text.histogram("signalbox_broadcast_latency_seconds", help);
    for power in BOUNDS {
        let micros = 1u64 << power;
        let bound = (micros as f64 / 1e6).to_string();
        family.suffixed("_bucket", &[("le", &bound)], latencies.within(micros));
    }
    let count = latencies.count();
    family.suffixed("_bucket", &[("le", "+Inf")], count);
    family.suffixed("_sum", &[], latencies.total_micros() as f64 / 1e6);
    family.suffixed("_count", &[], count);
}

fn published(text: &mut Text, totals: PublishedTotals) {
    let help = "Events that were to be published, by what became of them";
    text.counter("signalbox_publish_events_total", help)
        .sample(&[("outcome", "accepted")], totals.accepted)
        .sample(&[("outcome", "duplicate")], totals.duplicates)
        .sample(&[("outcome", "invalid")], totals.invalid);
    let help = "Requests to publish that were cut short, by reason";
    text.counter("signalbox_publish_stopped_total", help)
        .sample(&[("reason", "rate_limited")], totals.rate_limited)
        .sample(&[("reason", "overloaded")], totals.overloaded);
}
