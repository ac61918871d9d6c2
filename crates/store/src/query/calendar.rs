//! Buckets of time in any zone.
//!
//! A bucket below a day begins where the local clock shows a multiple of its length; where the
//! clock jumps, the jump begins a new one. A day or week is a local date or seven of them,
//! however many hours those have. The engine only adds and divides: between two jumps a zone is
//! a fixed offset, so every range is a few spans of one offset each.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use model::Millis;

use super::QueryError;
use super::model::Interval;

const DAY: Millis = 86_400_000;
const WEEK: Millis = 7 * DAY;
const MOST_BUCKETS: i64 = 2_000;
const AUTO_BUCKETS: i64 = 200;

/// A stretch of time with one offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where the clock jumped to this offset; `None` when that is before the range's reach.
    pub since: Option<Millis>,
    /// Exclusive; `None` for the last.
    pub until: Option<Millis>,
    pub offset: Millis,
}

/// How rows are put into buckets, and where every bucket of the range begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Calendar {
    pub length: Millis,
    /// Whether a row's key is its local date (in milliseconds of local time) or the UTC
    /// instant at which its bucket begins.
    pub by_date: bool,
    /// Added to local time before dividing: makes weeks begin on Monday.
    pub shift: Millis,
    pub spans: Vec<Span>,
    /// Key of a bucket → where it begins.
    starts: BTreeMap<Millis, Millis>,
}

impl Calendar {
    pub fn new(
        interval: Interval,
        zone: &TimeZone,
        from: Millis,
        to: Millis,
    ) -> Result<Calendar, QueryError> {
        let length = length(interval, to - from);
        if (to - from) / length + 2 > MOST_BUCKETS {
            let problem = format!("gives more than {MOST_BUCKETS} buckets; take a longer one");
            return Err(QueryError::invalid("interval", problem));
        }
        let by_date = length >= DAY;
        // The epoch was a Thursday.
        let shift = if length == WEEK { 3 * DAY } else { 0 };
        let spans = spans(zone, from, to)?;
        let mut calendar = Calendar { length, by_date, shift, spans, starts: BTreeMap::new() };
        let mut at = from;
        while at < to {
            let (key, start) = calendar.locate(at, zone)?;
            calendar.starts.insert(key, start);
            at = calendar.next(key, at, zone)?;
        }
        Ok(calendar)
    }

    pub fn starts(&self) -> Vec<Millis> {
        self.starts.values().copied().collect()
    }

    pub fn start_of(&self, key: Millis) -> Option<Millis> {
        self.starts.get(&key).copied()
    }

    /// The engine computes the same key; see the renderer.
    fn locate(&self, at: Millis, zone: &TimeZone) -> Result<(Millis, Millis), QueryError> {
        let span = self.span_at(at);
        let local = at + span.offset;
        let floor = local - (local + self.shift).rem_euclid(self.length);
        if self.by_date {
            return Ok((floor, date_start(floor, zone)?));
        }
        let start = span.since.map_or(floor - span.offset, |since| since.max(floor - span.offset));
        Ok((start, start))
    }

    /// The first instant after `at` that may be in another bucket.
    fn next(&self, key: Millis, at: Millis, zone: &TimeZone) -> Result<Millis, QueryError> {
        if self.by_date {
            return Ok(date_start(key + self.length, zone)?.max(at + 1));
        }
        let span = self.span_at(at);
        let local = at + span.offset;
        let next = at + self.length - local.rem_euclid(self.length);
        Ok(span.until.map_or(next, |until| until.min(next)))
    }

    fn span_at(&self, at: Millis) -> Span {
        let within = self.spans.iter().find(|s| s.until.is_none_or(|until| at < until));
        within.copied().unwrap_or(Span { since: None, until: None, offset: 0 })
    }
}

fn length(interval: Interval, range: Millis) -> Millis {
    const STEPS: [Millis; 6] = [60_000, 300_000, 900_000, 3_600_000, DAY, WEEK];
    match interval {
        Interval::Minute => STEPS[0],
        Interval::FiveMinutes => STEPS[1],
        Interval::QuarterHour => STEPS[2],
        Interval::Hour => STEPS[3],
        Interval::Day => DAY,
        Interval::Week => WEEK,
        // Two more than fit may be touched: one at either end.
        Interval::Auto => {
            STEPS.into_iter().find(|step| range / step + 2 <= AUTO_BUCKETS).unwrap_or(WEEK)
        }
    }
}

fn spans(zone: &TimeZone, from: Millis, to: Millis) -> Result<Vec<Span>, QueryError> {
    let first = instant(from)?;
    let offset = |at: Timestamp| Millis::from(zone.to_offset(at).seconds()) * 1000;
    // Rules may change without the clock jumping; only jumps matter.
    let jump = |at: Timestamp| {
        let before = at.checked_sub(1.millisecond()).map_or(at, |before| before);
        offset(before) != offset(at)
    };
    let since = zone.preceding(first + std::time::Duration::from_millis(1));
    let since = since.take(8).map(|t| t.timestamp()).find(|&t| jump(t));
    let mut spans =
        vec![Span { since: since.map(|t| t.as_millisecond()), until: None, offset: offset(first) }];
    for transition in zone.following(first) {
        let at = transition.timestamp();
        if at.as_millisecond() >= to {
            break;
        }
        if jump(at) {
            let since = Some(at.as_millisecond());
            if let Some(last) = spans.last_mut() {
                last.until = since;
            }
            spans.push(Span { since, until: None, offset: offset(at) });
        }
    }
    Ok(spans)
}

/// When a local date, given as milliseconds of local time, begins. Where midnight does not
/// exist, that is when the clock jumps over it.
fn date_start(local: Millis, zone: &TimeZone) -> Result<Millis, QueryError> {
    let days = local.div_euclid(DAY);
    let begin = Date::constant(1970, 1, 1)
        .checked_add(days.days())
        .and_then(|date| date.to_zoned(zone.clone()));
    begin.map(|zoned| zoned.timestamp().as_millisecond()).map_err(out_of_range)
}

fn instant(ms: Millis) -> Result<Timestamp, QueryError> {
    Timestamp::from_millisecond(ms).map_err(out_of_range)
}

fn out_of_range(error: jiff::Error) -> QueryError {
    QueryError::invalid("from", error.to_string())
}
