//! The recent past of rooms, for whoever joins late or comes back: `get_history`, `since` on /ws,
//! `Last-Event-ID` and Socket.IO's connection state recovery all read it.
//!
//! The one promise: an answer that calls itself complete is complete. Whatever has been dropped,
//! forgotten or never kept raises a mark, and a question about the time before it is a gap.

mod ring;
mod rooms;

#[cfg(test)]
mod tests;

use model::Millis;

pub use ring::{Entry, Ring};
pub use rooms::{Bounds, Histories};

/// How much of a room is kept. Comes with every event, so that a change takes effect at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    pub count: usize,
    pub bytes: usize,
    pub age_ms: Millis,
}

impl Keep {
    pub const NOTHING: Keep = Keep { count: 0, bytes: 0, age_ms: 0 };
}

/// What happened after an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since<R> {
    /// All of it, in order.
    Complete(R),
    /// Some of it is no longer known. From `oldest` on, the answer would be complete.
    Gap { oldest: u64 },
}
