//! Integer log-buckets: the one way Signalbox keeps a distribution.
//!
//! A positive value falls into bucket `ceil(ln(v) / ln(γ))` with γ = 1.01/0.99. Buckets merge by
//! adding counts, in any engine and over any range, and a quantile read from them is within 1 %
//! of the exact value: the answers of DDSketch without its format.

/// γ = (1 + α) / (1 − α) for α = 1 %.
pub const GAMMA: f64 = 1.01 / 0.99;

/// Values at or below this share the lowest bucket (0.0001 covers CLS as well as milliseconds).
pub const MIN_VALUE: f64 = 1e-4;

/// The bucket of a value; `None` for what is not a finite number of at least zero.
pub fn of(value: f64) -> Option<i16> {
    if !value.is_finite() || value < 0.0 {
        return None;
    }
    let index = (value.max(MIN_VALUE).ln() / GAMMA.ln()).ceil();
    // 1e-4 … 1e38 spans −460 … 4375, far inside i16.
    Some(index.clamp(f64::from(i16::MIN), f64::from(i16::MAX)) as i16)
}

/// The value a bucket stands for: within 1 % of everything in it.
pub fn value(bucket: i16) -> f64 {
    2.0 * GAMMA.powi(i32::from(bucket)) / (1.0 + GAMMA)
}

/// The `q`-quantile (0 ≤ q ≤ 1) of a weighted histogram given in ascending bucket order.
pub fn quantile(histogram: &[(i16, f64)], q: f64) -> Option<f64> {
    let total: f64 = histogram.iter().map(|(_, n)| n).sum();
    if total <= 0.0 {
        return None;
    }
    // Nearest rank: the smallest bucket at which the cumulated weight reaches q · total.
    let rank = (q.clamp(0.0, 1.0) * total).max(f64::MIN_POSITIVE);
    let mut seen = 0.0;
    for &(bucket, n) in histogram {
        seen += n;
        // The tolerance absorbs rounding in sums of fractional weights.
        if seen >= rank * (1.0 - 1e-12) {
            return Some(value(bucket));
        }
    }
    histogram.last().map(|&(bucket, _)| value(bucket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_stands_for_its_values_within_one_percent() {
        let mut v = 0.001;
        while v < 1e9 {
            let back = value(of(v).expect("positive"));
            assert!((back - v).abs() <= v * 0.010_000_1, "{v} became {back}");
            v *= 1.0037;
        }
    }

    #[test]
    fn nonsense_has_no_bucket() {
        for v in [f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(of(v), None);
        }
        assert_eq!(of(0.0), of(MIN_VALUE));
    }

    #[test]
    fn quantiles_follow_the_exact_ones() {
        let exact: Vec<f64> = (1..=1000).map(f64::from).collect();
        let mut counts = std::collections::BTreeMap::new();
        for &v in &exact {
            *counts.entry(of(v).expect("positive")).or_insert(0.0) += 1.0;
        }
        let histogram: Vec<_> = counts.into_iter().collect();
        for (q, want) in [(0.5, 500.0), (0.95, 950.0), (0.99, 990.0), (1.0, 1000.0)] {
            let got = quantile(&histogram, q).expect("not empty");
            assert!((got - want).abs() <= want * 0.0101, "q{q}: {got} for {want}");
        }
        assert_eq!(quantile(&[], 0.5), None);
    }
}
