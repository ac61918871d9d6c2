//! What came in.

use model::Outcome;
use pipeline::Metrics;

use super::text::Text;

pub fn write(text: &mut Text, metrics: &Metrics) {
    text.counter("signalbox_ingest_requests_total", "Requests with telemetry, reports or logs")
        .sample(&[], metrics.requests);
    let mut items = text.counter(
        "signalbox_ingest_items_total",
        "Items received, by what became of them; their sum is what was received",
    );
    for outcome in Outcome::ALL {
        let of_it = metrics.reasons.iter().filter(|(reason, _)| reason.outcome() == outcome);
        let count: u64 = of_it.map(|(_, count)| count).sum();
        items.sample(&[("outcome", outcome.name())], count);
    }
    let mut refused = text.counter("signalbox_ingest_reasons_total", "The same, by reason");
    for (reason, count) in &metrics.reasons {
        let labels = [("outcome", reason.outcome().name()), ("reason", reason.name())];
        refused.sample(&labels, count);
    }
    let quantiles = [("0.5", metrics.ack_p50_ms), ("0.99", metrics.ack_p99_ms)];
    let mut ack = text.gauge(
        "signalbox_ingest_ack_seconds",
        "From the arrival of a request to its acknowledgement on disk, since the start",
    );
    for (quantile, ms) in quantiles {
        if let Some(ms) = ms {
            ack.sample(&[("quantile", quantile)], ms / 1000.0);
        }
    }
}
