//! Which nonces were used. A signature is valid for at most ten minutes (five on either side of
//! its timestamp), so remembering two generations of ten minutes sees every replay.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use model::Millis;

const GENERATION_MS: Millis = 10 * 60 * 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nonce {
    Fresh,
    Used,
    /// The memory is full. Forgetting early would let replays in, so the request is refused.
    Full,
}

#[derive(Debug)]
pub(crate) struct Nonces {
    // Two keyed 64-bit hashes per nonce: nobody can aim for a collision.
    hashers: (RandomState, RandomState),
    generations: Mutex<Generations>,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Generations {
    began: Millis,
    young: HashSet<u128>,
    old: HashSet<u128>,
}

impl Nonces {
    pub fn new(capacity: usize) -> Self {
        Nonces { hashers: Default::default(), generations: Mutex::default(), capacity }
    }

    pub fn claim(&self, key: i64, nonce: &str, now: Millis) -> Nonce {
        let high = u128::from(self.hashers.0.hash_one((key, nonce)));
        let hash = high << 64 | u128::from(self.hashers.1.hash_one((key, nonce)));
        let mut g = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.saturating_sub(g.began);
        if age >= 2 * GENERATION_MS {
            *g = Generations { began: now, ..Generations::default() };
        } else if age >= GENERATION_MS {
            g.old = std::mem::take(&mut g.young);
            g.began = now;
        }
        if g.old.contains(&hash) || g.young.contains(&hash) {
            return Nonce::Used;
        }
        if g.young.len() >= self.capacity {
            return Nonce::Full;
        }
        g.young.insert(hash);
        Nonce::Fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_used_once_per_key_for_ten_minutes() {
        let nonces = Nonces::new(10);
        let minute = 60_000;
        assert_eq!(nonces.claim(1, "abcdefgh", 100), Nonce::Fresh);
        assert_eq!(nonces.claim(2, "abcdefgh", 100), Nonce::Fresh);
        for later in [0, 5, 9, 10, 11, 19] {
            assert_eq!(nonces.claim(1, "abcdefgh", 100 + later * minute), Nonce::Used, "{later}");
        }
        assert_eq!(nonces.claim(1, "abcdefgh", 100 + 60 * minute), Nonce::Fresh);
    }

    #[test]
    fn a_full_memory_refuses_rather_than_forgets() {
        let nonces = Nonces::new(2);
        assert_eq!(nonces.claim(1, "aaaaaaaa", 0), Nonce::Fresh);
        assert_eq!(nonces.claim(1, "bbbbbbbb", 0), Nonce::Fresh);
        assert_eq!(nonces.claim(1, "cccccccc", 0), Nonce::Full);
        assert_eq!(nonces.claim(1, "aaaaaaaa", 0), Nonce::Used);
        assert_eq!(nonces.claim(1, "cccccccc", GENERATION_MS), Nonce::Fresh);
    }
}
