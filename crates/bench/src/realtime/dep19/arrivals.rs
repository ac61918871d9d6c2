use std::time::Duration;

const FIRST_RATE: f64 = 10.0;
const LAST_RATE: f64 = 100.0;
const RISE_SECS: f64 = 60.0;
const HOLD_SECS: f64 = 120.0;

/// How many users have arrived when.
#[derive(Debug, Clone, Copy)]
pub struct Phases {
    rise: f64,
    hold: f64,
}

impl Phases {
    /// Rates stay as they are; only the time shrinks by `factor`.
    pub fn new(factor: f64) -> Self {
        Phases { rise: RISE_SECS * factor, hold: HOLD_SECS * factor }
    }

    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.rise + self.hold)
    }

    pub fn over(&self, elapsed: Duration) -> bool {
        elapsed >= self.duration()
    }

    /// The area below the rate: a trapezium, then a rectangle.
    pub fn arrivals(&self, elapsed: Duration) -> usize {
        let rising = elapsed.as_secs_f64().min(self.rise);
        let holding = (elapsed.as_secs_f64() - self.rise).clamp(0.0, self.hold);
        let gained = (LAST_RATE - FIRST_RATE) * rising / self.rise;
        (rising * (FIRST_RATE + gained / 2.0) + holding * LAST_RATE) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_of_rise_and_two_of_holding() {
        let phases = Phases::new(1.0);
        let after = |secs| phases.arrivals(Duration::from_secs(secs));
        assert_eq!([after(0), after(60), after(120), after(180)], [0, 3_300, 9_300, 15_300]);
        assert_eq!(after(999), 15_300);
        assert!(after(1) >= 10 && after(1) < 12);
        assert!(!phases.over(Duration::from_secs(179)) && phases.over(Duration::from_secs(180)));
    }
}
