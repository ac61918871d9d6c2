use std::collections::VecDeque;

use super::Class;

/// One priority, first in first out. Reliable and best-effort items wait apart, so that the oldest
/// one that may be dropped is always at hand; their numbers tell whose turn it is.
#[derive(Debug)]
pub(super) struct Lane<T> {
    reliable: VecDeque<Waiting<T>>,
    best_effort: VecDeque<Waiting<T>>,
    best_effort_bytes: usize,
    next_number: u64,
    dropped: u64,
}

#[derive(Debug)]
struct Waiting<T> {
    number: u64,
    bytes: usize,
    item: T,
}

impl<T> Default for Lane<T> {
    fn default() -> Self {
        Lane {
            reliable: VecDeque::new(),
            best_effort: VecDeque::new(),
            best_effort_bytes: 0,
            next_number: 0,
            dropped: 0,
        }
    }
}

impl<T> Lane<T> {
    pub fn push(&mut self, item: T, bytes: usize, class: Class) {
        let waiting = Waiting { number: self.next_number, bytes, item };
        self.next_number += 1;
        match class {
            Class::Reliable => self.reliable.push_back(waiting),
            Class::BestEffort => {
                self.best_effort_bytes += bytes;
                self.best_effort.push_back(waiting);
            }
        }
    }

    /// Whoever came first, with its size.
    pub fn pop(&mut self) -> Option<(T, usize)> {
        let best_effort_is_first = match (self.reliable.front(), self.best_effort.front()) {
            (Some(reliable), Some(best_effort)) => best_effort.number < reliable.number,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        if best_effort_is_first {
            return self.pop_best_effort();
        }
        self.reliable.pop_front().map(|waiting| (waiting.item, waiting.bytes))
    }

    /// Frees the bytes of the oldest best-effort item, if there is one.
    pub fn drop_oldest(&mut self) -> Option<usize> {
        let (_, bytes) = self.pop_best_effort()?;
        self.dropped += 1;
        Some(bytes)
    }

    /// A best-effort item that never came in is lost as well; a reliable one is its publisher's.
    pub fn count_refused(&mut self, class: Class) {
        self.dropped += u64::from(class == Class::BestEffort);
    }

    pub fn droppable_items(&self) -> usize {
        self.best_effort.len()
    }

    pub fn droppable_bytes(&self) -> usize {
        self.best_effort_bytes
    }

    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    fn pop_best_effort(&mut self) -> Option<(T, usize)> {
        let waiting = self.best_effort.pop_front()?;
        self.best_effort_bytes -= waiting.bytes;
        Some((waiting.item, waiting.bytes))
    }
}
