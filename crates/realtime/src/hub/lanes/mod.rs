//! What waits to be sent: three lanes in order of priority, bounded together.
//!
//! When they are full, the oldest best-effort item of the lowest lane makes room. A reliable item
//! is never dropped; when nothing else is left to drop, the next one is refused instead, so that
//! its publisher hears of it.

mod lane;

#[cfg(test)]
mod tests;

use lane::Lane;

model::names! {
    /// Whose turn it is; within a priority, whoever came first.
    #[derive(Default, PartialOrd, Ord)]
    Priority {
        High = "high",
        #[default]
        Normal = "normal",
        Low = "low",
    }
}

/// What becomes of an item when there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Stays until it is taken.
    Reliable,
    /// Gives way to whatever is newer or more urgent.
    BestEffort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Push {
    Queued,
    /// So many best-effort items gave way; at least one.
    QueuedAfterDropping(usize),
    /// There is no room, and nothing that may give way to this item: it is gone, nothing else is.
    Refused,
}

#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub items: usize,
    pub bytes: usize,
}

#[derive(Debug)]
pub struct Lanes<T> {
    bounds: Bounds,
    /// By [`Priority`], the most urgent first.
    lanes: [Lane<T>; 3],
    items: usize,
    bytes: usize,
}

impl<T> Lanes<T> {
    pub fn new(bounds: Bounds) -> Self {
        Lanes { bounds, lanes: Default::default(), items: 0, bytes: 0 }
    }

    /// Queues `item`, which counts as `bytes`.
    pub fn push(&mut self, priority: Priority, item: T, bytes: usize, class: Class) -> Push {
        let lowest_kept = match class {
            Class::Reliable => Priority::High,
            // What is as urgent but older goes first, what is more urgent stays.
            Class::BestEffort => priority,
        };
        if !self.can_make_room(lowest_kept, bytes) {
            self.lanes[priority as usize].count_refused(class);
            return Push::Refused;
        }
        let dropped = self.make_room(bytes);
        self.lanes[priority as usize].push(item, bytes, class);
        self.items += 1;
        self.bytes += bytes;
        match dropped {
            0 => Push::Queued,
            n => Push::QueuedAfterDropping(n),
        }
    }

    /// Moves up to `max` items into `out`, the most urgent lane first, and says how many.
    pub fn take(&mut self, max: usize, out: &mut Vec<T>) -> usize {
        let taken = max.min(self.items);
        out.reserve(taken);
        let until = out.len() + taken;
        for lane in &mut self.lanes {
            while out.len() < until {
                let Some((item, bytes)) = lane.pop() else { break };
                out.push(item);
                self.items -= 1;
                self.bytes -= bytes;
            }
        }
        taken
    }

    pub fn len(&self) -> usize {
        self.items
    }

    pub fn is_empty(&self) -> bool {
        self.items == 0
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Best-effort items of this priority that were lost since the start, on arrival or later.
    pub fn dropped(&self, priority: Priority) -> u64 {
        self.lanes[priority as usize].dropped()
    }

    /// Whether dropping every best-effort item from `from` downwards would be enough. Asked first,
    /// so that nothing is dropped for the sake of an item that is refused in the end.
    fn can_make_room(&self, from: Priority, bytes: usize) -> bool {
        let lanes = &self.lanes[from as usize..];
        let items_left = self.items - lanes.iter().map(Lane::droppable_items).sum::<usize>();
        let bytes_left = self.bytes - lanes.iter().map(Lane::droppable_bytes).sum::<usize>();
        items_left < self.bounds.items && bytes_left.saturating_add(bytes) <= self.bounds.bytes
    }

    /// Drops from the lowest lane upwards until one item of `bytes` fits.
    fn make_room(&mut self, bytes: usize) -> usize {
        let before = self.items;
        for lane in self.lanes.iter_mut().rev() {
            while self.items >= self.bounds.items
                || self.bytes.saturating_add(bytes) > self.bounds.bytes
            {
                let Some(freed) = lane.drop_oldest() else { break };
                self.items -= 1;
                self.bytes -= freed;
            }
        }
        before - self.items
    }
}
