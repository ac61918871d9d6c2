//! `from` and `to` where the warehouse is not asked.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use model::Millis;

use crate::Problem;

const EXPECTED: &str = "must be milliseconds, ISO 8601, now, or an age such as -15m, -24h, -7d";
const DAY: Millis = 86_400_000;

/// `from..to`, by default the last 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub from: Millis,
    pub to: Millis,
}

impl Range {
    pub fn parse(from: Option<&str>, to: Option<&str>, now: Millis) -> Result<Range, Problem> {
        // What arrives in this very millisecond belongs to "until now".
        let to = moment("to", to, now)?.unwrap_or(now + 1);
        let from = moment("from", from, now)?.unwrap_or(to - DAY);
        if from >= to {
            return Err(Problem::invalid("to", "must be after from"));
        }
        Ok(Range { from, to })
    }
}

/// One moment; an empty parameter is none.
pub fn moment(field: &str, text: Option<&str>, now: Millis) -> Result<Option<Millis>, Problem> {
    match text {
        None | Some("") => Ok(None),
        Some(text) => parse(text, now).map(Some).ok_or_else(|| Problem::invalid(field, EXPECTED)),
    }
}

/// A date or time without an offset is UTC.
fn parse(text: &str, now: Millis) -> Option<Millis> {
    let utc = |at: Result<Zoned, jiff::Error>| at.ok().map(|z| z.timestamp().as_millisecond());
    let text = text.trim();
    let millis = if text == "now" {
        now
    } else if let Ok(millis) = text.parse::<Millis>() {
        millis
    } else if let Some(age) = age(text) {
        now.checked_sub(age)?
    } else if let Ok(at) = text.parse::<Timestamp>() {
        at.as_millisecond()
    } else if let Ok(at) = text.parse::<DateTime>() {
        utc(at.to_zoned(TimeZone::UTC))?
    } else {
        utc(text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC))?
    };
    // Until the year 9999, so that no arithmetic on it can overflow.
    (0..=253_402_300_799_999).contains(&millis).then_some(millis)
}

/// `-24h`, `-7d` as milliseconds.
fn age(text: &str) -> Option<Millis> {
    let text = text.strip_prefix('-')?;
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let unit = match &text[digits..] {
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => DAY,
        "w" => 7 * DAY,
        _ => return None,
    };
    text[..digits].parse::<Millis>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_780_000_000_000;

    #[test]
    fn every_spelling_of_a_moment() {
        for (text, want) in [
            ("1780000000000", NOW),
            ("now", NOW),
            ("-24h", NOW - DAY),
            ("-15m", NOW - 900_000),
            ("2026-01-31T12:00:00Z", 1_769_860_800_000),
            ("2026-01-31T20:00:00+08:00", 1_769_860_800_000),
            ("2026-01-31T12:00:00", 1_769_860_800_000),
            ("2026-01-31", 1_769_817_600_000),
        ] {
            assert_eq!(parse(text, NOW), Some(want), "{text}");
        }
        for text in ["", "yesterday", "-24", "-h", "-1y", "1e3", "-9223372036854775807w", "-5"] {
            assert_eq!(parse(text, NOW), None, "{text}");
        }
    }

    #[test]
    fn ranges_default_to_a_day_and_are_in_order() {
        let day = Range { from: NOW + 1 - DAY, to: NOW + 1 };
        assert_eq!(Range::parse(None, Some(""), NOW).unwrap(), day);
        for (from, to) in [(Some("x"), None), (None, Some("x")), (Some("now"), Some("-1h"))] {
            assert!(Range::parse(from, to, NOW).is_err());
        }
    }
}
