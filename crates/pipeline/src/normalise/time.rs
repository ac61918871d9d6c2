//! When something happened, whatever the sender's clock says.

use model::{Millis, Reason};

use crate::decode::Json;
use crate::decode::fields::Problem;

/// Clocks and networks may be off by this much before we say so.
const TOLERANCE_MS: Millis = 60_000;
/// 2000-01-01: a clock before it was never set.
const EARLIEST: Millis = 946_684_800_000;
const DAY_MS: Millis = 86_400_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub ts: Millis,
    /// What the sender said, where that was corrected.
    pub client_ts: Option<Millis>,
}

/// What is known about the sender's clock.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ClockHint {
    /// `received_at - sent_at`: how far the sender's clock is behind ours.
    Drift(Millis),
    /// Nothing is known; items may have waited (logs, batches without `sentAt`).
    Unknown,
    /// The sender never waits, so an item is as old as it claims or its clock is wrong. `late`
    /// is how long after its time it is sent anyway.
    Immediate { late: Millis },
}

/// Milliseconds, or ISO 8601 (UTC if it names no zone).
pub(crate) fn read(value: &Json<'_>) -> Option<Millis> {
    match value {
        Json::Int(ms) => Some(*ms),
        Json::Float(ms) if ms.is_finite() => Some(*ms as Millis),
        Json::Str(text) => {
            let text = text.trim();
            text.parse::<f64>()
                .ok()
                .filter(|n| n.is_finite())
                .map(|n| n as Millis)
                .or_else(|| iso(text))
        }
        _ => None,
    }
}

fn iso(text: &str) -> Option<Millis> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(time.as_millisecond());
    }
    let local: jiff::civil::DateTime = text.parse().ok()?;
    let utc = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(utc.timestamp().as_millisecond())
}

pub(crate) fn place(
    claimed: Option<Millis>,
    hint: ClockHint,
    received: Millis,
    retention_days: u32,
) -> Result<Placed, Problem> {
    let Some(claimed) = claimed else { return Ok(Placed { ts: received, client_ts: None }) };
    let corrected = match hint {
        ClockHint::Drift(drift) if drift.saturating_abs() > TOLERANCE_MS => {
            claimed.saturating_add(drift)
        }
        ClockHint::Immediate { late } => {
            let expected = received.saturating_sub(late);
            let off = expected.abs_diff(claimed) > TOLERANCE_MS.unsigned_abs();
            if off { expected } else { claimed }
        }
        _ => claimed,
    };
    let nonsense =
        claimed < EARLIEST || corrected < EARLIEST || corrected > received + TOLERANCE_MS;
    let ts = if nonsense { received } else { corrected };
    if ts < received - Millis::from(retention_days) * DAY_MS {
        return Err(Problem::at(Reason::Time, "ts", "older than the project keeps"));
    }
    Ok(Placed { ts, client_ts: (ts != claimed).then_some(claimed) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_795_224_380_000;

    fn placed(claimed: Millis, hint: ClockHint) -> Option<(Millis, Option<Millis>)> {
        place(Some(claimed), hint, NOW, 30).ok().map(|p| (p.ts, p.client_ts))
    }

    #[test]
    fn clocks_are_corrected_and_what_they_said_is_kept() {
        use ClockHint::*;
        let hour = 3_600_000;
        for (claimed, hint, ts) in [
            (NOW - 500, Unknown, NOW - 500),
            (NOW + 30_000, Unknown, NOW + 30_000),
            (NOW + hour, Unknown, NOW),
            (0, Unknown, NOW),
            (12_345, Unknown, NOW),
            (-5, Unknown, NOW),
            (32_503_680_000_000, Unknown, NOW),
            (Millis::MAX, Unknown, NOW),
            (Millis::MIN, Drift(Millis::MIN), NOW),
            (NOW - 2 * hour, Unknown, NOW - 2 * hour),
            (NOW - hour, Drift(hour), NOW),
            (NOW - hour - 7000, Drift(hour), NOW - 7000),
            (NOW + 2 * hour, Drift(-2 * hour), NOW),
            (NOW - 7000, Drift(1000), NOW - 7000),
            (NOW - hour, Immediate { late: 0 }, NOW),
            (NOW - hour, Immediate { late: 400 }, NOW - 400),
            (NOW - 900, Immediate { late: 0 }, NOW - 900),
        ] {
            let client_ts = (ts != claimed).then_some(claimed);
            assert_eq!(placed(claimed, hint), Some((ts, client_ts)), "{claimed} {hint:?}");
        }
        assert_eq!(place(None, Unknown, NOW, 30), Ok(Placed { ts: NOW, client_ts: None }));
    }

    #[test]
    fn what_is_older_than_the_retention_is_refused() {
        assert_eq!(placed(NOW - 29 * DAY_MS, ClockHint::Unknown), Some((NOW - 29 * DAY_MS, None)));
        assert_eq!(placed(NOW - 31 * DAY_MS, ClockHint::Unknown), None);
    }

    #[test]
    fn times_are_read_in_either_spelling() {
        let iso = |s: &str| read(&Json::Str(s.to_owned().into()));
        assert_eq!(read(&Json::Int(5)), Some(5));
        assert_eq!(read(&Json::Float(5.9)), Some(5));
        assert_eq!(iso("1795224380000"), Some(NOW));
        assert_eq!(iso("2026-11-21T01:26:20Z"), Some(NOW));
        assert_eq!(iso("2026-11-21T09:26:20.000+08:00"), Some(NOW));
        assert_eq!(iso("2026-11-21 01:26:20"), Some(NOW));
        for bad in ["", "yesterday", "NaN", "2026-13-01T00:00:00Z"] {
            assert_eq!(iso(bad), None, "{bad}");
        }
        assert_eq!(read(&Json::Null), None);
    }
}
