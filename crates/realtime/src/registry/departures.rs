//! Who left within the last minute, so that coming back can be recognised.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use model::Millis;

use super::table::Claim;

const RECENT: Millis = 60_000;

/// Beyond that many within a minute the earliest is forgotten: a reconnect less is counted.
const REMEMBERED: usize = 16_384;

#[derive(Default)]
pub(super) struct Departures {
    hasher: RandomState,
    left: HashMap<u64, Left>,
    /// In order of time, the earliest first; one for each departure.
    order: VecDeque<(u64, Millis)>,
}

struct Left {
    connections: u32,
    last: Millis,
}

impl Departures {
    pub fn left(&mut self, claim: &Claim, now: Millis) {
        self.forget_before(now.saturating_sub(RECENT));
        if self.order.len() == REMEMBERED {
            self.forget_first();
        }
        let key = self.key(claim);
        let left = self.left.entry(key).or_insert(Left { connections: 0, last: now });
        left.connections += 1;
        left.last = now;
        self.order.push_back((key, now));
    }

    /// Each departure can be undone once.
    pub fn is_back(&mut self, claim: &Claim, now: Millis) -> bool {
        self.forget_before(now.saturating_sub(RECENT));
        let key = self.key(claim);
        let Some(left) = self.left.get_mut(&key) else { return false };
        left.connections -= 1;
        if left.connections == 0 {
            self.left.remove(&key);
        }
        true
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.left.len().max(self.order.len())
    }

    fn forget_before(&mut self, then: Millis) {
        while self.order.front().is_some_and(|&(_, at)| at < then) {
            self.forget_first();
        }
    }

    /// Somebody who left again later stays known; that departure is further back in the queue.
    fn forget_first(&mut self) {
        if let Some((key, at)) = self.order.pop_front()
            && self.left.get(&key).is_some_and(|left| left.last <= at)
        {
            self.left.remove(&key);
        }
    }

    /// The same person from the same place; of the anonymous only the place is known.
    fn key(&self, claim: &Claim) -> u64 {
        self.hasher.hash_one((claim.project, &claim.user, claim.source))
    }
}
