//! What waits to be written to one connection, and what happens when it becomes too much.
//!
//! The ladder, by bytes: above half of the limit, volatile and best-effort frames are dropped and
//! keyed state is replaced by its newest; what must arrive is kept until the limit, beyond which
//! the connection is closed as a slow consumer. A reader that stalls never delays another.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

#[cfg(test)]
mod tests;

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

    /// Whether the kernel has the beginning of a part and not its end.
    fn is_cut(&self) -> bool {
        self.written > 0
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// `skip`: bytes of the frames that were written already.
    pub fn push(&mut self, mut part: Part, skip: usize, limit: usize, now: Instant) -> Queued {
        let mut came = Queued::default();
        if skip > 0 {
            // Bytes are only written past an empty queue. Whatever its size, the rest has to
            // follow, or the client takes the next frame for a piece of this one.
            self.written = skip;
            self.append(part, skip);
            return came;
        }
        if part.fate == Fate::Volatile {
            came.dropped = 1;
            return came;
        }
        let size = part.frames.len();
        // Alone, anything goes: refused once, it would be refused for ever.
        let alone = self.parts.is_empty();
        let (soft, limit) = if alone { (usize::MAX, usize::MAX) } else { (limit / 2, limit) };
        if self.bytes + size > soft {
            if let Some(at) = self.older(&part) {
                came.conflated = 1;
                if self.replace(at, &mut part, limit) {
                    return came;
                }
                if self.is_empty() {
                    self.append(part, 0);
                    return came;
                }
            }
            came.dropped = self.make_room(soft.saturating_sub(size));
            if self.bytes + size > soft && part.fate == Fate::May {
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
        self.append(part, 0);
        came
    }

    fn append(&mut self, part: Part, skip: usize) {
        self.bytes += part.frames.len() - skip;
        self.flexible += usize::from(is_flexible(&part));
        self.parts.push_back(part);
    }

    /// Where the state waits that `part` makes superfluous.
    fn older(&self, part: &Part) -> Option<usize> {
        let key = part.key.as_ref().filter(|_| self.flexible > 0)?;
        let fixed = usize::from(self.written > 0);
        let mut waiting = self.parts.iter().enumerate().skip(fixed);
        waiting.find(|(_, waiting)| waiting.key.as_ref() == Some(key)).map(|(at, _)| at)
    }

    /// The newest state takes the place of the one that waits, or state that changes faster than
    /// the client reads would never arrive. But nothing overtakes what must arrive: who resumes
    /// from an offset is to have had all of that before it. `false`: the older one has gone, and
    /// the newer one is still to be queued.
    fn replace(&mut self, at: usize, part: &mut Part, limit: usize) -> bool {
        let older = &self.parts[at];
        if older.fate == Fate::Must {
            part.fate = Fate::Must;
        }
        let without = self.bytes - older.frames.len();
        let overtakes = self.parts.range(at + 1..).any(|behind| behind.fate == Fate::Must);
        if overtakes || without + part.frames.len() > limit {
            self.bytes = without;
            self.flexible -= 1;
            self.parts.remove(at);
            self.rest();
            return false;
        }
        self.bytes = without + part.frames.len();
        self.parts[at] = part.clone();
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
        self.rest();
        dropped
    }

    /// An idle connection keeps no buffer.
    fn rest(&mut self) {
        if self.parts.is_empty() {
            self.parts = VecDeque::new();
        }
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
        self.rest();
    }

    /// Takes whole parts for a client that fetches, the first one whatever its size.
    pub fn take(&mut self, budget: usize) -> Vec<Bytes> {
        let mut taken = Vec::new();
        let mut total = 0;
        if self.is_cut() {
            // It has become a stream's meanwhile, which has the beginning already.
            return taken;
        }
        while let Some(part) = self.parts.front() {
            total += part.frames.len();
            if total > budget && !taken.is_empty() {
                break;
            }
            self.bytes -= part.frames.len();
            taken.push(part.frames.clone());
            self.pop();
        }
        self.rest();
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
