//! Token buckets for very many callers in little memory: a bounded map that forgets the least
//! recently seen first. Being forgotten only refills a bucket.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, PoisonError};

use model::Millis;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub per_minute: u32,
    pub burst: u32,
}

#[derive(Debug)]
pub(crate) struct Limiter {
    hasher: RandomState,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    capacity: usize,
    index: HashMap<u64, usize>,
    slots: Vec<Slot>,
    /// Most and least recently used; [`NONE`] while empty.
    newest: usize,
    oldest: usize,
}

#[derive(Debug)]
struct Slot {
    key: u64,
    tokens: f64,
    seen: Millis,
    newer: usize,
    older: usize,
}

const NONE: usize = usize::MAX;

impl Limiter {
    pub fn new(capacity: usize) -> Self {
        let buckets = Buckets {
            capacity: capacity.max(1),
            index: HashMap::new(),
            slots: Vec::new(),
            newest: NONE,
            oldest: NONE,
        };
        Limiter { hasher: RandomState::new(), buckets: Mutex::new(buckets) }
    }

    /// Takes one token, or says in how many seconds there will be one.
    pub fn take(&self, caller: &impl Hash, rate: Rate, now: Millis) -> Result<(), u32> {
        let key = self.hasher.hash_one(caller);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = buckets.touch(key, f64::from(rate.burst), now);
        let elapsed = now.saturating_sub(slot.seen).max(0) as f64;
        let per_ms = f64::from(rate.per_minute) / 60_000.0;
        slot.tokens = (slot.tokens + elapsed * per_ms).min(f64::from(rate.burst));
        slot.seen = slot.seen.max(now);
        if slot.tokens >= 1.0 {
            slot.tokens -= 1.0;
            return Ok(());
        }
        let wait_s = (1.0 - slot.tokens) / per_ms / 1000.0;
        Err(wait_s.ceil().clamp(1.0, 3600.0) as u32)
    }
}

impl Buckets {
    /// The slot of `key`, now the newest; a fresh one is full.
    fn touch(&mut self, key: u64, full: f64, now: Millis) -> &mut Slot {
        let at = match self.index.get(&key) {
            Some(&at) => {
                self.unlink(at);
                at
            }
            None => {
                let fresh = Slot { key, tokens: full, seen: now, newer: NONE, older: NONE };
                let at = if self.slots.len() < self.capacity {
                    self.slots.push(fresh);
                    self.slots.len() - 1
                } else {
                    let at = self.oldest;
                    self.unlink(at);
                    self.index.remove(&self.slots[at].key);
                    self.slots[at] = fresh;
                    at
                };
                self.index.insert(key, at);
                at
            }
        };
        self.slots[at].older = self.newest;
        self.slots[at].newer = NONE;
        match self.newest {
            NONE => self.oldest = at,
            newest => self.slots[newest].newer = at,
        }
        self.newest = at;
        &mut self.slots[at]
    }

    fn unlink(&mut self, at: usize) {
        let (newer, older) = (self.slots[at].newer, self.slots[at].older);
        match newer {
            NONE => self.newest = older,
            n => self.slots[n].older = older,
        }
        match older {
            NONE => self.oldest = newer,
            o => self.slots[o].newer = newer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIXTY: Rate = Rate { per_minute: 60, burst: 60 };

    #[test]
    fn sixty_a_minute_with_a_burst_of_sixty() {
        let limiter = Limiter::new(100);
        for _ in 0..60 {
            assert_eq!(limiter.take(&("ip", "user"), SIXTY, 0), Ok(()));
        }
        assert_eq!(limiter.take(&("ip", "user"), SIXTY, 0), Err(1));
        assert_eq!(limiter.take(&("ip", "other"), SIXTY, 0), Ok(()));
        assert_eq!(limiter.take(&("ip", "user"), SIXTY, 1000), Ok(()));
        assert_eq!(limiter.take(&("ip", "user"), SIXTY, 1000), Err(1));
        // Idle time earns a burst, not more.
        let later = 3_600_000;
        let granted = (0..200).filter(|_| limiter.take(&("ip", "user"), SIXTY, later).is_ok());
        assert_eq!(granted.count(), 60);
    }

    #[test]
    fn a_clock_that_jumps_back_gives_nothing_away() {
        let limiter = Limiter::new(10);
        let slow = Rate { per_minute: 6, burst: 1 };
        assert_eq!(limiter.take(&1, slow, 10_000), Ok(()));
        assert_eq!(limiter.take(&1, slow, 0), Err(10));
        assert_eq!(limiter.take(&1, slow, 20_000), Ok(()));
    }

    #[test]
    fn memory_is_bounded_and_the_least_recent_is_forgotten() {
        let limiter = Limiter::new(3);
        let one = Rate { per_minute: 1, burst: 1 };
        for caller in [1, 2, 3] {
            assert_eq!(limiter.take(&caller, one, 0), Ok(()));
        }
        assert!(limiter.take(&1, one, 0).is_err(), "seen again, so the newest");
        for caller in 10..1000 {
            assert_eq!(limiter.take(&caller, one, 0), Ok(()));
        }
        let buckets = limiter.buckets.lock().expect("lock");
        assert_eq!((buckets.slots.len(), buckets.index.len()), (3, 3));
    }
}
