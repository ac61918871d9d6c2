//! How long a connection is borne that keeps breaking the rules.

use std::collections::VecDeque;

use model::Millis;

const MINUTE: Millis = 60_000;
const SECOND: Millis = 1000;

/// Nobody is borne longer than this, whatever the options say; it bounds the memory as well.
const MOST_BORNE: u16 = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violation {
    /// What was sent could not be read.
    Parse,
    /// A subscription was asked for that this caller may not have.
    Refused,
    /// The bucket of messages was empty.
    Flood,
}

/// From which violation within a minute on a connection is throttled, and when it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    pub throttle_at: u16,
    pub disconnect_at: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    /// Read no more from it for a while.
    Throttle,
    /// Close with 1008.
    Disconnect,
}

/// How often each rule was broken so far: for the line in the log that explains a closing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Violations {
    pub parse: u32,
    pub refused: u32,
    pub floods: u32,
}

/// The violations of one connection. It allocates nothing before the first one.
#[derive(Debug)]
pub struct Abuse {
    patience: Patience,
    /// The latest, at most `disconnect_at` of them.
    recent: VecDeque<Millis>,
    flooded_at: Option<Millis>,
    violations: Violations,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { throttle_at: 10, disconnect_at: 30 }
    }
}

impl Abuse {
    pub fn new(patience: Patience) -> Self {
        let disconnect_at = patience.disconnect_at.clamp(1, MOST_BORNE);
        let patience = Patience { disconnect_at, ..patience };
        Abuse {
            patience,
            recent: VecDeque::new(),
            flooded_at: None,
            violations: Violations::default(),
        }
    }

    pub fn record(&mut self, violation: Violation, now: Millis) -> Verdict {
        let tally = match violation {
            Violation::Parse => &mut self.violations.parse,
            Violation::Refused => &mut self.violations.refused,
            Violation::Flood => {
                // One burst is refused message by message, and is still one flood.
                if self.flooded_at.is_some_and(|at| now.saturating_sub(at) < SECOND) {
                    return self.verdict(now);
                }
                self.flooded_at = Some(now);
                &mut self.violations.floods
            }
        };
        *tally = tally.saturating_add(1);
        if self.recent.len() == usize::from(self.patience.disconnect_at) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        self.verdict(now)
    }

    pub fn verdict(&mut self, now: Millis) -> Verdict {
        while self.recent.front().is_some_and(|&at| now.saturating_sub(at) >= MINUTE) {
            self.recent.pop_front();
        }
        let within_a_minute = self.recent.len();
        if within_a_minute >= usize::from(self.patience.disconnect_at) {
            Verdict::Disconnect
        } else if within_a_minute >= usize::from(self.patience.throttle_at.max(1)) {
            Verdict::Throttle
        } else {
            Verdict::Ok
        }
    }

    pub fn violations(&self) -> Violations {
        self.violations
    }
}
