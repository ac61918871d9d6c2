//! What the pipeline did since it started: counters by reason and how long acknowledging took.

use std::sync::atomic::{AtomicU64, Ordering};

use model::{Outcome, Reason, bucket};

/// Latencies from [`bucket::MIN_VALUE`] (0.1 µs) to about a minute.
const FIRST_BUCKET: i16 = -461;
const BUCKETS: usize = 1024;

#[derive(Debug)]
pub(crate) struct Meter {
    reasons: [AtomicU64; Reason::ALL.len()],
    requests: AtomicU64,
    latency: Box<[AtomicU64]>,
}

/// A reading of the counters. `received` is the sum of the reasons, so they always agree.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metrics {
    pub requests: u64,
    pub received: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub reasons: Vec<(Reason, u64)>,
    /// From the arrival of a request to its acknowledgement; `None` before the first one.
    pub ack_p50_ms: Option<f64>,
    pub ack_p99_ms: Option<f64>,
}

impl Default for Meter {
    fn default() -> Self {
        Meter {
            reasons: std::array::from_fn(|_| AtomicU64::new(0)),
            requests: AtomicU64::new(0),
            latency: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Meter {
    pub fn count(&self, reason: Reason, n: u32) {
        self.reasons[reason as usize].fetch_add(u64::from(n), Ordering::Relaxed);
    }

    pub fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub fn acknowledged(&self, took: std::time::Duration) {
        let index = bucket::of(took.as_secs_f64() * 1e3).unwrap_or(0) - FIRST_BUCKET;
        let index = usize::try_from(index).unwrap_or(0).min(BUCKETS - 1);
        self.latency[index].fetch_add(1, Ordering::Relaxed);
    }

    pub fn read(&self) -> Metrics {
        let reasons: Vec<(Reason, u64)> = Reason::ALL
            .iter()
            .map(|&r| (r, self.reasons[r as usize].load(Ordering::Relaxed)))
            .filter(|&(_, n)| n > 0)
            .collect();
        let sum = |keep: fn(Outcome) -> bool| -> u64 {
            reasons.iter().filter(|(r, _)| keep(r.outcome())).map(|(_, n)| n).sum()
        };
        let histogram: Vec<(i16, f64)> = (FIRST_BUCKET..)
            .zip(&self.latency)
            .map(|(b, n)| (b, n.load(Ordering::Relaxed) as f64))
            .filter(|&(_, n)| n > 0.0)
            .collect();
        Metrics {
            requests: self.requests.load(Ordering::Relaxed),
            received: sum(|_| true),
            accepted: sum(|o| o == Outcome::Accepted),
            rejected: sum(|o| {
                matches!(
                    o,
                    Outcome::Limited | Outcome::Invalid | Outcome::Denied | Outcome::Dropped
                )
            }),
            reasons,
            ack_p50_ms: bucket::quantile(&histogram, 0.50),
            ack_p99_ms: bucket::quantile(&histogram, 0.99),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_sum_of_reasons_is_what_was_received() {
        let meter = Meter::default();
        meter.count(Reason::Stored, 5);
        meter.count(Reason::SameId, 2);
        meter.count(Reason::Origin, 3);
        let metrics = meter.read();
        assert_eq!((metrics.received, metrics.accepted, metrics.rejected), (10, 5, 3));
    }

    #[test]
    fn latencies_are_read_as_quantiles() {
        let meter = Meter::default();
        assert_eq!(meter.read().ack_p50_ms, None);
        for ms in 1..=100 {
            meter.acknowledged(Duration::from_millis(ms));
        }
        meter.acknowledged(Duration::from_secs(1 << 20));
        let p50 = meter.read().ack_p50_ms.expect("measured");
        assert!((p50 - 51.0).abs() < 1.1, "{p50}");
    }
}
