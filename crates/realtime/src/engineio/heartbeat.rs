use std::time::{Duration, Instant};

/// The server pings, one interval after it was last answered; who does not answer in time is dead.
#[derive(Debug)]
pub(super) struct Heartbeat {
    interval: Duration,
    timeout: Duration,
    pinged: Instant,
    awaiting: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    Nothing(Instant),
    Ping(Instant),
    Dead,
}

impl Heartbeat {
    pub fn new(interval: Duration, timeout: Duration, now: Instant) -> Self {
        Heartbeat { interval, timeout, pinged: now, awaiting: false }
    }

    pub fn answered(&mut self) {
        self.awaiting = false;
    }

    pub fn first(&self) -> Instant {
        self.pinged + self.interval
    }

    pub fn beat(&mut self, now: Instant) -> Due {
        let (next, deadline) = (self.pinged + self.interval, self.pinged + self.timeout);
        if self.awaiting {
            if now >= deadline { Due::Dead } else { Due::Nothing(deadline) }
        } else if now >= next {
            self.pinged = now;
            self.awaiting = true;
            Due::Ping(now + self.interval.min(self.timeout))
        } else {
            Due::Nothing(next)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pings_follow_each_other_by_the_interval_and_silence_ends_at_the_timeout() {
        let ms = Duration::from_millis;
        for (interval, timeout) in [(ms(300), ms(200)), (ms(250), ms(600))] {
            let start = Instant::now();
            let mut heartbeat = Heartbeat::new(interval, timeout, start);
            assert_eq!(heartbeat.beat(start), Due::Nothing(start + interval));
            let first = start + interval;
            assert!(matches!(heartbeat.beat(first), Due::Ping(_)));
            heartbeat.answered();
            let early = first + interval.min(timeout);
            let second = first + interval;
            if early < second {
                assert_eq!(heartbeat.beat(early), Due::Nothing(second));
            }
            assert!(matches!(heartbeat.beat(second), Due::Ping(_)));
            let before = second + timeout - ms(1);
            assert_eq!(heartbeat.beat(before), Due::Nothing(second + timeout));
            assert_eq!(heartbeat.beat(second + timeout), Due::Dead);
        }
    }
}
