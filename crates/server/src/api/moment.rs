use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::Millis;
use serde::Deserialize;

/// A point in time in a body or a parameter: milliseconds or ISO 8601, UTC where no offset says
/// otherwise.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Moment {
    Millis(Millis),
    Text(String),
}

impl Moment {
    pub fn read(&self) -> Result<Millis, &'static str> {
        match self {
            Moment::Millis(millis) => Ok(*millis),
            Moment::Text(text) => parse(text),
        }
    }
}

pub fn parse(text: &str) -> Result<Millis, &'static str> {
    let text = text.trim();
    if let Ok(millis) = text.parse() {
        return Ok(millis);
    }
    let stamp = text.parse::<Timestamp>().ok();
    // A date alone is its first moment.
    let civil = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    let stamp = stamp.or_else(|| civil().map(|zoned| zoned.timestamp()));
    stamp.map(Timestamp::as_millisecond).ok_or("must be milliseconds or ISO 8601")
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn spellings() {
        for text in ["1790000000000", "2026-09-21T14:13:20Z", "2026-09-21T16:13:20+02:00"] {
            assert_eq!(parse(text), Ok(1_790_000_000_000), "{text}");
        }
        assert_eq!(parse("2026-09-21"), Ok(1_790_000_000_000 - 51_200_000));
        assert_eq!(parse("2026-09-21T14:13:20"), Ok(1_790_000_000_000));
        for text in ["", "soon", "2026-13-01", "1e9"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
