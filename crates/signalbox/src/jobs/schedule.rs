use jiff::civil::Time;
use jiff::tz::TimeZone;
use model::Millis;
use store::backup::next_run;

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
            (Schedule::Daily { at, zone }, last) => next_run(last.unwrap_or(now), *at, zone),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

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
    fn an_interval_counts_from_the_last_run() {
        let job = Schedule::Every { ms: 60_000 };
        assert_eq!(job.due(None, 5), 5);
        assert_eq!(job.due(Some(1_000), 5_000), 61_000);
    }
}
