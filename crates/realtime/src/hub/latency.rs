use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Eight buckets for each power of two of microseconds: what is read is at most an eighth too high.
const BUCKETS: usize = 26 * 8;

/// How long events took from being published to having been written.
#[derive(Debug)]
pub struct Latency([AtomicU64; BUCKETS]);

impl Default for Latency {
    fn default() -> Self {
        Latency(std::array::from_fn(|_| AtomicU64::new(0)))
    }
}

/// Copied counts, to be added and subtracted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latencies([u64; BUCKETS]);

impl Default for Latencies {
    fn default() -> Self {
        Latencies([0; BUCKETS])
    }
}

fn bucket(micros: u64) -> usize {
    let micros = micros.max(8);
    let power = micros.ilog2();
    let eighth = (micros >> (power - 3)) & 7;
    (((power - 3) as usize) * 8 + eighth as usize).min(BUCKETS - 1)
}

/// The upper end of a bucket.
fn upper(bucket: usize) -> u64 {
    let (power, eighth) = (bucket / 8 + 3, bucket as u64 % 8);
    (9 + eighth) << (power - 3)
}

impl Latency {
    pub fn record(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.0[bucket(micros)].fetch_add(1, Ordering::Relaxed);
    }

    pub fn add_to(&self, sum: &mut Latencies) {
        for (count, own) in sum.0.iter_mut().zip(&self.0) {
            *count += own.load(Ordering::Relaxed);
        }
    }
}

impl Latencies {
    /// What has come since an earlier reading.
    pub fn since(&self, earlier: &Latencies) -> Latencies {
        Latencies(std::array::from_fn(|i| self.0[i].saturating_sub(earlier.0[i])))
    }

    pub fn count(&self) -> u64 {
        self.0.iter().sum()
    }

    /// How many took at most this long, which counts exactly at powers of two.
    pub fn within(&self, micros: u64) -> u64 {
        let ends = |&(index, _): &(usize, &u64)| upper(index) <= micros;
        self.0.iter().enumerate().filter(ends).map(|(_, count)| count).sum()
    }

    /// What all of them took together; like the percentiles at most an eighth too high.
    pub fn total_micros(&self) -> u64 {
        let took = |(index, count): (usize, &u64)| upper(index).saturating_mul(*count);
        self.0.iter().enumerate().map(took).fold(0, u64::saturating_add)
    }

    /// In microseconds; `None` when nothing was measured.
    pub fn percentile(&self, share: f64) -> Option<u64> {
        let total = self.count();
        let rank = ((total as f64 * share).ceil() as u64).max(1);
        let mut seen = 0;
        for (index, count) in self.0.iter().enumerate() {
            seen += count;
            if seen >= rank && total > 0 {
                return Some(upper(index));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_at_most_an_eighth_too_high() {
        for micros in [1, 8, 9, 100, 1_000, 12_345, 99_999, 5_000_000] {
            let latency = Latency::default();
            latency.record(Duration::from_micros(micros));
            let mut read = Latencies::default();
            latency.add_to(&mut read);
            let read = read.percentile(0.95).expect("one is in it");
            assert!(
                read >= micros && read as f64 <= (micros.max(8) as f64) * 1.13,
                "{micros}: {read}"
            );
        }
        assert_eq!(Latencies::default().percentile(0.5), None);
    }

    #[test]
    fn counts_up_to_powers_of_two_are_exact() {
        let latency = Latency::default();
        for micros in [100, 127, 129, 1_000, 5_000] {
            latency.record(Duration::from_micros(micros));
        }
        let mut read = Latencies::default();
        latency.add_to(&mut read);
        assert_eq!([64, 128, 1024, 1 << 20].map(|micros| read.within(micros)), [0, 2, 4, 5]);
        let total = read.total_micros();
        assert!((6_356..7_183).contains(&total), "{total}");
    }
}
