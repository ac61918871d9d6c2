//! Which items stay when a project samples, and how many each of them stands for.

/// A sender that claims to have kept less than this is not believed.
const LEAST_RATE: f64 = 0.0001;

/// What the sender says it kept; nonsense means everything.
pub(crate) fn claimed(rate: Option<f64>) -> f64 {
    match rate {
        Some(rate) if rate.is_finite() && rate > 0.0 => rate.clamp(LEAST_RATE, 1.0),
        _ => 1.0,
    }
}

/// Whether the session behind `unit` is one of the `rate` that stay. The same session always
/// gets the same answer, and raising the rate only adds sessions.
pub(crate) fn keeps(unit: &str, rate: f64) -> bool {
    if rate >= 1.0 {
        return true;
    }
    let hash = blake3::hash(unit.as_bytes());
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_bytes()[..8]);
    (u64::from_le_bytes(first) as f64) < rate * u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_clamped() {
        for (claim, rate) in [
            (None, 1.0),
            (Some(0.05), 0.05),
            (Some(7.0), 1.0),
            (Some(0.0), 1.0),
            (Some(-1.0), 1.0),
            (Some(f64::NAN), 1.0),
            (Some(1e-9), LEAST_RATE),
        ] {
            assert_eq!(claimed(claim), rate, "{claim:?}");
        }
    }

    #[test]
    fn sessions_stay_whole_and_rates_nest() {
        let sessions: Vec<String> = (0..10_000).map(|n| format!("s{n}")).collect();
        let kept = |rate| sessions.iter().filter(|s| keeps(s, rate)).count();
        assert_eq!((kept(1.0), kept(0.0)), (10_000, 0));
        assert!((900..1100).contains(&kept(0.1)), "{}", kept(0.1));
        assert!(sessions.iter().all(|s| !keeps(s, 0.1) || keeps(s, 0.2)));
    }
}
