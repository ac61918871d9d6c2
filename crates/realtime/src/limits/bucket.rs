//! One token bucket. Arithmetic is in whole numbers, so that it neither drifts nor rounds in
//! anybody's favour.

use model::Millis;

/// The smallest amount a bucket knows: what a rate of one a minute earns in a millisecond.
const PER_TOKEN: u64 = 60_000;

/// How many may come at once, and how many a minute after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    burst: u32,
    per_minute: u32,
}

#[derive(Debug, Clone)]
pub struct Bucket {
    rate: Rate,
    /// In parts of a token, see [`PER_TOKEN`].
    level: u64,
    filled_at: Millis,
}

impl Rate {
    pub const fn per_second(n: u32, burst: u32) -> Self {
        Rate { burst, per_minute: n.saturating_mul(60) }
    }

    pub const fn per_minute(n: u32, burst: u32) -> Self {
        Rate { burst, per_minute: n }
    }

    const fn full(self) -> u64 {
        self.burst as u64 * PER_TOKEN
    }
}

impl Bucket {
    /// A newcomer has the whole burst.
    pub const fn new(rate: Rate, now: Millis) -> Self {
        Bucket { rate, level: rate.full(), filled_at: now }
    }

    /// Takes one token, or says in how many milliseconds there will be one ([`Millis::MAX`]:
    /// never).
    pub fn take(&mut self, now: Millis) -> Result<(), Millis> {
        self.level = self.level_at(now);
        // A clock that was set back earns nothing twice.
        self.filled_at = self.filled_at.max(now);
        if self.level >= PER_TOKEN {
            self.level -= PER_TOKEN;
            return Ok(());
        }
        if self.rate.burst == 0 || self.rate.per_minute == 0 {
            return Err(Millis::MAX);
        }
        let missing = PER_TOKEN - self.level;
        let wait = missing.div_ceil(u64::from(self.rate.per_minute));
        // Behind its own clock, a bucket waits for that to be reached first.
        let behind = self.filled_at.saturating_sub(now);
        Err(behind.saturating_add(wait.cast_signed()))
    }

    /// Nothing distinguishes a full bucket from a new one.
    pub fn is_full(&self, now: Millis) -> bool {
        self.level_at(now) == self.rate.full()
    }

    fn level_at(&self, now: Millis) -> u64 {
        let elapsed = u64::try_from(now.saturating_sub(self.filled_at)).unwrap_or(0);
        let earned = elapsed.saturating_mul(u64::from(self.rate.per_minute));
        self.level.saturating_add(earned).min(self.rate.full())
    }
}
