use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use bytes::Bytes;

use super::Core;
use super::event::Event;
use super::history::Since;
use super::link::{Ending, Link};
use super::members::Terms;
use super::outbox::{Fate, Part};
use super::scope::Scope;
use super::shard::{Item, Shard};
use super::table::Table;

/// One connection's presence in one scope. Dropped, it is out of every room.
#[derive(Debug)]
pub struct Subscriber {
    pub(super) core: Arc<Core>,
    pub(super) scope: Arc<Scope>,
    pub(super) id: Arc<str>,
    pub(super) link: Arc<Link>,
    pub(super) shard: usize,
    pub(super) slot: u32,
    pub(super) detached: AtomicBool,
}

/// A place in a room, and what was said in it before.
#[derive(Debug)]
pub struct Joined {
    /// Everything up to here is in `earlier` or was known; what comes after follows by itself.
    pub offset: u64,
    pub earlier: Since<Vec<Arc<Event>>>,
}

/// What a newcomer wants to have of a room's past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    Nothing,
    Last(usize),
    After(u64),
}

impl Subscriber {
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    pub fn scope(&self) -> &Arc<Scope> {
        &self.scope
    }

    pub fn link(&self) -> &Arc<Link> {
        &self.link
    }

    fn shard(&self) -> &Shard {
        &self.core.shards[self.shard]
    }

    /// `None` once it is detached: the slot may be somebody else's.
    pub(super) fn in_table<R>(&self, f: impl FnOnce(&mut Table) -> R) -> Option<R> {
        let mut table = self.shard().table();
        (!self.detached.load(Ordering::Acquire)).then(|| f(&mut table))
    }

    /// From now on: nothing that was published before comes, nothing after is missed. What
    /// `greet` makes of the room's past goes out before anything new.
    pub fn join(
        &self,
        room: &str,
        terms: Terms,
        past: Past,
        greet: impl FnOnce(&Joined) -> Option<Bytes>,
    ) -> Joined {
        let room: Arc<str> = room.into();
        // Held while the place is taken, so that nothing is published between the two.
        let order = self.core.order();
        let offset = order.offset();
        let earlier = match past {
            Past::Nothing => Since::Complete(Vec::new()),
            Past::Last(count) => Since::Complete(order.last(&self.scope, &room, count)),
            Past::After(after) => order.since(&self.scope, &[Arc::clone(&room)], after),
        };
        let joined = Joined { offset, earlier };
        if let Some(greeting) = greet(&joined) {
            self.send(greeting);
        }
        // Who is in the room already, and asked for no past, is still to get what waits in the shard.
        let known = |table: &Table| match past {
            Past::Nothing => table.after(self.slot, &room),
            Past::Last(_) | Past::After(_) => None,
        };
        self.in_table(|table| {
            let after = known(table).unwrap_or(offset);
            table.join(self.slot, &room, after, terms);
        });
        drop(order);
        joined
    }

    /// Out of every room, after everything that was published before.
    pub fn detach(&self) {
        if self.detached.swap(true, Ordering::AcqRel) {
            return;
        }
        if self.shard().in_turn(Item::Detach { slot: self.slot }).is_err() {
            self.shard().table().remove(self.slot);
        }
    }

    pub fn leave(&self, room: &str) -> bool {
        self.in_table(|table| table.leave(self.slot, room)).unwrap_or(false)
    }

    /// Without its own, which it never leaves.
    pub fn rooms(&self) -> Vec<Arc<str>> {
        let rooms = |table: &mut Table| table.entry(self.slot).map(|entry| entry.rooms.clone());
        self.in_table(rooms).flatten().unwrap_or_default()
    }

    /// Holds back what is published in a room, or no longer; returns how much was held back.
    pub fn pause(&self, room: &str, paused: bool) -> Option<u64> {
        self.in_table(|table| table.pause(self.slot, room, paused)).flatten()
    }

    /// To this subscriber alone, after everything that was published before.
    pub fn send(&self, frames: Bytes) {
        self.deliver(Part::must(frames));
    }

    /// The same, but not worth queueing.
    pub fn send_volatile(&self, frames: Bytes) {
        self.deliver(Part { frames, fate: Fate::Volatile, key: None });
    }

    fn deliver(&self, part: Part) {
        let item = Item::Direct { slot: self.slot, link: Arc::clone(&self.link), part };
        if let Err(Item::Direct { part, .. }) = self.shard().in_turn(item) {
            self.link.send(part, Instant::now());
        }
    }

    /// Ends the whole connection after everything that was published before.
    pub fn end(&self, ending: Ending) {
        let item = Item::End { slot: self.slot, link: Arc::clone(&self.link), ending };
        if let Err(Item::End { ending, .. }) = self.shard().in_turn(item) {
            self.link.end(ending);
        }
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.detach();
    }
}
