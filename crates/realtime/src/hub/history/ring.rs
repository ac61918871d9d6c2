use std::collections::VecDeque;

use model::Millis;

use super::{Keep, Since};

/// The newest events of one room.
#[derive(Debug, Clone)]
pub struct Ring<T> {
    entries: VecDeque<Entry<T>>,
    bytes: usize,
    keep: Keep,
    /// The highest offset seen, whether it was kept or not.
    newest: u64,
    /// The highest offset that is not kept, or may not be: complete answers begin after it.
    floor: u64,
}

/// One event. Items are cloned on their way out, so they should be cheap to clone.
#[derive(Debug, Clone)]
pub struct Entry<T> {
    pub offset: u64,
    pub at: Millis,
    /// What it counts as; the caller knows what it shares with others.
    pub bytes: usize,
    pub item: T,
}

impl<T: Clone> Ring<T> {
    /// An empty ring that knows nothing of what happened up to `floor`.
    pub fn after(floor: u64) -> Self {
        Ring { entries: VecDeque::new(), bytes: 0, keep: Keep::NOTHING, newest: floor, floor }
    }

    /// Keeps `entry`, and drops from the oldest end what `keep` has no room for.
    ///
    /// Offsets ascend. One that does not would break the order, so it is not kept and counts as
    /// dropped; a repetition of the newest is ignored.
    pub fn push(&mut self, entry: Entry<T>, keep: Keep) {
        if entry.offset <= self.newest {
            if entry.offset < self.newest {
                self.forget_until(entry.offset);
            }
            return;
        }
        self.newest = entry.offset;
        self.keep = keep;
        if keep.count == 0 || entry.bytes > keep.bytes {
            return self.clear();
        }
        self.shrink(keep.count - 1, keep.bytes - entry.bytes);
        let now = entry.at;
        self.bytes += entry.bytes;
        self.entries.push_back(entry);
        self.expire(now);
    }

    /// Everything after `offset`.
    pub fn since(&self, offset: u64) -> Since<Vec<T>> {
        if offset < self.floor {
            return Since::Gap { oldest: self.floor };
        }
        Since::Complete(self.after_offset(offset).map(|entry| entry.item.clone()).collect())
    }

    /// The newest `n`, in order.
    pub fn last(&self, n: usize) -> Vec<T> {
        let skipped = self.entries.len().saturating_sub(n);
        self.entries.iter().skip(skipped).map(|entry| entry.item.clone()).collect()
    }

    /// Drops what has reached its age. What was pushed after the clock had jumped back goes with
    /// what is before it.
    pub fn expire(&mut self, now: Millis) {
        let oldest_kept = now.saturating_sub(self.keep.age_ms);
        while self.entries.front().is_some_and(|entry| entry.at <= oldest_kept) {
            self.drop_oldest();
        }
    }

    /// Drops everything, and remembers that it did.
    pub fn clear(&mut self) {
        // Not `VecDeque::clear`, which keeps the memory.
        self.entries = VecDeque::new();
        self.bytes = 0;
        self.floor = self.newest;
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The highest offset seen, whether it was kept or not.
    pub fn newest(&self) -> u64 {
        self.newest
    }

    /// The lowest offset from which [`Ring::since`] is complete.
    pub fn floor(&self) -> u64 {
        self.floor
    }

    pub(super) fn after_offset(&self, offset: u64) -> impl Iterator<Item = &Entry<T>> {
        let from = self.entries.partition_point(|entry| entry.offset <= offset);
        self.entries.range(from..)
    }

    fn shrink(&mut self, count: usize, bytes: usize) {
        while self.entries.len() > count || self.bytes > bytes {
            self.drop_oldest();
        }
    }

    /// Answers about the time before `offset` are no longer complete.
    fn forget_until(&mut self, offset: u64) {
        self.floor = self.floor.max(offset);
    }

    fn drop_oldest(&mut self) {
        if let Some(entry) = self.entries.pop_front() {
            self.bytes -= entry.bytes;
            self.forget_until(entry.offset);
        }
    }
}
