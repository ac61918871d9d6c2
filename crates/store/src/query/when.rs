use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use model::Millis;

use super::QueryError;
use super::model::When;

const FORMS: &str = "must be milliseconds, ISO 8601, now, or an age such as -15m, -24h, -7d";

/// 1971 to 9998: inside it, no arithmetic on times or zones can overflow.
const EARLIEST: Millis = 365 * 86_400_000;
const LATEST: Millis = 253_370_764_800_000;

/// Looks a zone up; empty means UTC.
pub(crate) fn zone(name: &str) -> Result<TimeZone, QueryError> {
    if name.is_empty() {
        return Ok(TimeZone::UTC);
    }
    TimeZone::get(name)
        .map_err(|_| QueryError::invalid("timezone", "must be an IANA name, as in Asia/Shanghai"))
}

/// `from..to` of a question, both resolved and in order.
pub(crate) fn range(
    from: &When,
    to: Option<&When>,
    zone: &TimeZone,
    now: Millis,
) -> Result<(Millis, Millis), QueryError> {
    let start = from.resolve("from", zone, now)?;
    let end = to.map_or(Ok(now), |to| to.resolve("to", zone, now))?;
    if start >= end {
        return Err(QueryError::invalid("to", "must be after from"));
    }
    Ok((start, end))
}

impl When {
    pub(crate) fn resolve(
        &self,
        field: &str,
        zone: &TimeZone,
        now: Millis,
    ) -> Result<Millis, QueryError> {
        let ms = match self {
            When::Ms(ms) => *ms,
            When::Text(text) => {
                parse(text, zone, now).ok_or_else(|| QueryError::invalid(field, FORMS))?
            }
        };
        if (EARLIEST..=LATEST).contains(&ms) {
            Ok(ms)
        } else {
            Err(QueryError::invalid(field, "must be in the years 1971 to 9998"))
        }
    }
}

/// A time without an offset is local time of the question's zone.
fn parse(text: &str, zone: &TimeZone, now: Millis) -> Option<Millis> {
    if text == "now" {
        return Some(now);
    }
    if let Some(age) = text.strip_prefix('-') {
        let unit = age.chars().last()?;
        let n: i64 = age[..age.len() - unit.len_utf8()].parse().ok().filter(|n| *n >= 0)?;
        let ms = match unit {
            's' => 1_000,
            'm' => 60_000,
            'h' => 3_600_000,
            'd' => 86_400_000,
            'w' => 7 * 86_400_000,
            _ => return None,
        };
        return now.checked_sub(n.checked_mul(ms)?);
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_millisecond());
    }
    let local: civil::DateTime = text.parse().ok()?;
    Some(zone.to_zoned(local).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_time() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let now = 1_700_000_000_000;
        let ms = |text: &str| When::Text(text.into()).resolve("from", &zone, now);
        assert_eq!(ms("now"), Ok(now));
        assert_eq!(ms("-90s"), Ok(now - 90_000));
        assert_eq!(ms("-2w"), Ok(now - 14 * 86_400_000));
        assert_eq!(ms("2023-11-14T22:13:20Z"), Ok(now));
        assert_eq!(ms("2023-11-15T06:13:20+08:00"), Ok(now));
        assert_eq!(ms("2023-11-15T06:13:20"), Ok(now));
        assert_eq!(ms("2023-11-15"), Ok(now - (6 * 3600 + 800) * 1000));
        for bad in
            ["", "-", "-h", "--5h", "-5", "-5y", "yesterday", "-9999999999999999w", "1969-01-01"]
        {
            assert!(ms(bad).is_err(), "{bad}");
        }
        assert!(When::Ms(i64::MAX).resolve("to", &zone, now).is_err());
    }
}
