use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use model::Millis;

/// When a job is due, given when it last ran.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// This long after the last run; at once if it never ran.
    Every { ms: Millis },
    /// At a time of day. A run that was missed is due at once; before the very first run there is
    /// nothing to make up for.
    Daily { at: Time, zone: TimeZone },
}

impl Schedule {
    /// `last` is the last run, or when the job was first heard of.
    pub fn due(&self, last: Option<Millis>, now: Millis) -> Millis {
        match (self, last) {
            (Schedule::Every { .. }, None) => now,
            (Schedule::Every { ms }, Some(last)) => last + ms,
            (Schedule::Daily { at, zone }, last) => next_daily(*at, zone, last.unwrap_or(now)),
        }
    }
}

/// The first occurrence of a time of day after a moment. Where clocks jump over it, the moment
/// that takes its place counts; where they show it twice, the first does.
fn next_daily(at: Time, zone: &TimeZone, after: Millis) -> Millis {
    let Ok(after) = Timestamp::from_millisecond(after) else { return after };
    let mut day = after.to_zoned(zone.clone()).date();
    // Today, tomorrow, or the day after when tomorrow's was moved to before `after`.
    for _ in 0..3 {
        if let Ok(occurrence) = day.to_datetime(at).to_zoned(zone.clone())
            && occurrence.timestamp() > after
        {
            return occurrence.timestamp().as_millisecond();
        }
        day = day.saturating_add(1.day());
    }
    after.as_millisecond() + 86_400_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> Millis {
        text.parse::<Timestamp>().expect("timestamp").as_millisecond()
    }

    fn daily(at: &str, zone: &str) -> Schedule {
        let at = Time::strptime("%H:%M", at).expect("time");
        Schedule::Daily { at, zone: TimeZone::get(zone).expect("zone") }
    }

    #[test]
    fn a_daily_job_runs_at_its_hour_and_makes_up_for_what_was_missed() {
        let job = daily("02:00", "Asia/Shanghai");
        let ran = ms("2026-07-01T18:00:03Z"); // 02:00 in Shanghai
        assert_eq!(job.due(Some(ran), ran), ms("2026-07-02T18:00:00Z"));
        // Three days off: the missed run lies in the past, so it is due now.
        assert!(job.due(Some(ran), ms("2026-07-05T00:00:00Z")) < ms("2026-07-05T00:00:00Z"));
        // Never ran: the next 02:00, not at once.
        assert_eq!(job.due(None, ms("2026-07-05T00:00:00Z")), ms("2026-07-05T18:00:00Z"));
    }

    #[test]
    fn a_skipped_hour_does_not_skip_the_day() {
        // Berlin jumps from 02:00 to 03:00 on 2026-03-29.
        let job = daily("02:30", "Europe/Berlin");
        let due = job.due(Some(ms("2026-03-28T12:00:00Z")), 0);
        assert_eq!(due, ms("2026-03-29T01:30:00Z"));
        assert_eq!(job.due(Some(due), due), ms("2026-03-30T00:30:00Z"));
    }

    #[test]
    fn an_interval_counts_from_the_last_run() {
        let job = Schedule::Every { ms: 60_000 };
        assert_eq!(job.due(None, 5), 5);
        assert_eq!(job.due(Some(1_000), 5_000), 61_000);
    }
}
