//! What waits to be written to one connection, and what happens when it becomes too much.
//!
//! The ladder, by bytes: above half of the limit, volatile and best-effort frames are dropped and
//! keyed state is replaced by its newest; what must arrive is kept until the limit, beyond which
//! the connection is closed as a slow consumer. A reader that stalls never delays another.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

/// What may become of a frame that cannot be written at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Arrives, or the connection ends.
    Must,
    /// Goes when room is needed.
    May,
    /// Is never queued.
    Volatile,
}

/// Whole frames that belong together.
#[derive(Debug, Clone)]
pub struct Part {
    pub frames: Bytes,
    pub fate: Fate,
    /// Of state of which only the newest counts.
    pub key: Option<Arc<str>>,
}

impl Part {
    pub fn must(frames: Bytes) -> Self {
        Part { frames, fate: Fate::Must, key: None }
    }
}

/// What came of an attempt to queue.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Queued {
    pub dropped: u32,
    pub conflated: u32,
    /// The client has not been told for a while that it loses messages.
    pub warn: bool,
    /// Nothing could be given up any more: the connection has to end.
    pub overflow: bool,
}

#[derive(Debug, Default)]
pub struct Outbox {
    parts: VecDeque<Part>,
    /// Bytes of the first part that the kernel has already.
    written: usize,
    bytes: usize,
    /// Parts that may go or be replaced; spares the search when there are none.
    flexible: usize,
    warned: Option<Instant>,
}

/// A client that keeps falling behind is told so this often.
const WARN_EVERY: Duration = Duration::from_secs(1);

impl Outbox {
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// `skip`: bytes of the frames that were written already.
    pub fn push(&mut self, part: Part, skip: usize, limit: usize, now: Instant) -> Queued {
        let mut came = Queued::default();
        let started = skip > 0;
        if part.fate == Fate::Volatile && !started {
            came.dropped = 1;
            return came;
        }
        let soft = limit / 2;
        let size = part.frames.len() - skip;
        if !started && self.bytes + size > soft && self.replace(&part) {
            came.conflated = 1;
            return came;
        }
        if self.bytes + size > soft {
            came.dropped = self.make_room(soft.saturating_sub(size));
            if self.bytes + size > soft && part.fate == Fate::May && !started {
                came.dropped += 1;
                came.warn = self.may_warn(now);
                return came;
            }
            came.warn = came.dropped > 0 && self.may_warn(now);
        }
        if self.bytes + size > limit {
            came.overflow = true;
            return came;
        }
        if started {
            self.written = skip;
        }
        self.bytes += size;
        self.flexible += usize::from(is_flexible(&part));
        self.parts.push_back(part);
        came
    }

    /// The newest state takes the place of the one that waits.
    fn replace(&mut self, part: &Part) -> bool {
        let Some(key) = part.key.as_ref().filter(|_| self.flexible > 0) else { return false };
        let fixed = usize::from(self.written > 0);
        let Some(older) =
            self.parts.iter_mut().skip(fixed).find(|waiting| waiting.key.as_ref() == Some(key))
        else {
            return false;
        };
        self.bytes = self.bytes + part.frames.len() - older.frames.len();
        older.frames = part.frames.clone();
        true
    }

    /// Gives up what may go, oldest first, until no more than `target` bytes wait.
    fn make_room(&mut self, target: usize) -> u32 {
        let mut dropped = 0;
        if self.flexible == 0 || self.bytes <= target {
            return 0;
        }
        let mut first = true;
        let begun = self.written > 0;
        let (bytes, flexible) = (&mut self.bytes, &mut self.flexible);
        self.parts.retain(|part| {
            let under_way = std::mem::take(&mut first) && begun;
            if under_way || *bytes <= target || part.fate != Fate::May {
                return true;
            }
            *bytes -= part.frames.len();
            *flexible -= 1;
            dropped += 1;
            false
        });
        dropped
    }

    fn may_warn(&mut self, now: Instant) -> bool {
        let due = self.warned.is_none_or(|at| now.duration_since(at) >= WARN_EVERY);
        if due {
            self.warned = Some(now);
        }
        due
    }

    /// The bytes to write next.
    pub fn slices(&self) -> impl Iterator<Item = &[u8]> {
        let first = self.parts.front().map(|part| &part.frames[self.written..]);
        first.into_iter().chain(self.parts.iter().skip(1).map(|part| &part.frames[..]))
    }

    /// The kernel took `count` bytes of [`Outbox::slices`].
    pub fn advance(&mut self, mut count: usize) {
        self.bytes -= count;
        while let Some(part) = self.parts.front() {
            let rest = part.frames.len() - self.written;
            if count < rest {
                self.written += count;
                return;
            }
            count -= rest;
            self.written = 0;
            self.pop();
        }
        // An idle connection keeps no buffer.
        self.parts = VecDeque::new();
    }

    /// Takes whole parts for a client that fetches, the first one whatever its size.
    pub fn take(&mut self, budget: usize) -> Vec<Bytes> {
        let mut taken = Vec::new();
        let mut total = 0;
        while let Some(part) = self.parts.front() {
            total += part.frames.len();
            if total > budget && !taken.is_empty() {
                break;
            }
            self.bytes -= part.frames.len();
            taken.push(part.frames.clone());
            self.pop();
        }
        taken
    }

    fn pop(&mut self) {
        if let Some(part) = self.parts.pop_front() {
            self.flexible -= usize::from(is_flexible(&part));
        }
    }

    /// Only what was begun has to be finished.
    pub fn abandon(&mut self) {
        let begun = self.parts.pop_front().filter(|_| self.written > 0);
        let written = self.written;
        *self = Outbox::default();
        if let Some(part) = begun {
            self.written = written;
            self.bytes = part.frames.len() - written;
            self.flexible = usize::from(is_flexible(&part));
            self.parts.push_back(part);
        }
    }

    pub fn clear(&mut self) {
        *self = Outbox::default();
    }
}

fn is_flexible(part: &Part) -> bool {
    part.fate == Fate::May || part.key.is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 1 << 20;

    proptest! {
        #[test]
        fn of_what_is_given_up_the_frame_that_was_begun_is_finished(
            sizes in prop::collection::vec(1_usize..50, 1..10),
            written in 0_usize..300,
        ) {
            let mut outbox = Outbox::default();
            for (n, size) in sizes.iter().enumerate() {
                let part = Part::must(vec![n as u8; *size].into());
                prop_assert_eq!(outbox.push(part, 0, LIMIT, Instant::now()), Queued::default());
            }
            let written = written.min(sizes.iter().sum());
            if written > 0 {
                outbox.advance(written);
            }
            outbox.abandon();
            let mut rest = written;
            let begun = sizes.iter().enumerate().find(|(_, size)| {
                let inside = rest < **size;
                rest -= if inside { 0 } else { **size };
                inside
            });
            let owed = begun.filter(|_| rest > 0).map(|(n, size)| vec![n as u8; size - rest]);
            let left: Vec<u8> = outbox.slices().flatten().copied().collect();
            prop_assert_eq!(&left, &owed.unwrap_or_default());
            prop_assert_eq!(outbox.bytes(), left.len());
        }
    }
}
