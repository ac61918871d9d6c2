//! The order of things: what is published gets its offset here, and is remembered.
//!
//! Priorities and windows come first, offsets second, so that offsets ascend in the order in
//! which events go out, and a client that resumes from the last one it saw misses nothing.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use model::Millis;

use super::event::{Event, Publication, Window, weight};
use super::history::{Entry, Histories, Since};
use super::lanes::{Class, Lanes, Priority, Push};
use super::scope::Scope;

#[cfg(test)]
mod tests;

#[derive(Debug)]
pub(super) struct Order {
    epoch: Arc<str>,
    last: u64,
    lanes: Lanes<Publication>,
    histories: Histories<Arc<Event>>,
    windows: HashMap<Arc<str>, Gathering>,
}

#[derive(Debug)]
struct Gathering {
    until: Instant,
    waiting: Vec<Publication>,
}

/// What became of a publication.
#[derive(Debug)]
pub(super) enum Placed {
    Now(Arc<Event>),
    /// Goes when the shards have room.
    Waits,
    /// Goes with others of its stream; the caller sees to it that somebody comes back then.
    Gathers {
        first: bool,
        full: bool,
        until: Instant,
    },
    Refused,
}

impl Order {
    pub fn new(
        epoch: Arc<str>,
        lanes: Lanes<Publication>,
        histories: Histories<Arc<Event>>,
    ) -> Self {
        Order { epoch, last: 0, lanes, histories, windows: HashMap::new() }
    }

    /// Of the latest event.
    pub fn offset(&self) -> u64 {
        self.last
    }

    pub fn waiting(&self) -> usize {
        self.lanes.len()
    }

    /// Lost because too much waited.
    pub fn dropped(&self) -> u64 {
        Priority::ALL.iter().map(|priority| self.lanes.dropped(*priority)).sum()
    }

    /// `room`: whether the shards can take more.
    pub fn place(
        &mut self,
        publication: Publication,
        room: bool,
        now: Instant,
        at: Millis,
    ) -> Placed {
        if let Some(window) = publication.window.clone()
            && publication.priority != Priority::High
            && let Some(placed) = self.gather(&window, &publication, now)
        {
            return placed;
        }
        self.queue(publication, room, at)
    }

    fn queue(&mut self, publication: Publication, room: bool, at: Millis) -> Placed {
        if room && self.lanes.is_empty() {
            return Placed::Now(self.sequence(publication, at));
        }
        let (priority, class) = (publication.priority, publication.class);
        let size = weight(&publication);
        match self.lanes.push(priority, publication, size, class) {
            Push::Refused => Placed::Refused,
            Push::Queued | Push::QueuedAfterDropping(_) => Placed::Waits,
        }
    }

    fn gather(
        &mut self,
        window: &Window,
        publication: &Publication,
        now: Instant,
    ) -> Option<Placed> {
        let Some(gathering) = self.windows.get_mut(&window.stream) else {
            let gathering = Gathering { until: now + window.wait, waiting: Vec::new() };
            self.windows.insert(Arc::clone(&window.stream), gathering);
            return None;
        };
        if gathering.until <= now && gathering.waiting.is_empty() {
            gathering.until = now + window.wait;
            return None;
        }
        let first = gathering.waiting.is_empty();
        gathering.waiting.push(publication.clone());
        // What is reliable goes at once, and all before it: its publisher has to hear if it cannot.
        let reliable = publication.class == Class::Reliable;
        let full = reliable || gathering.waiting.len() >= window.count;
        Some(Placed::Gathers { first, full, until: gathering.until })
    }

    /// What has gathered, in its order.
    pub fn release(
        &mut self,
        stream: &str,
        wait: std::time::Duration,
        now: Instant,
    ) -> Vec<Publication> {
        let Some(gathering) = self.windows.get_mut(stream) else { return Vec::new() };
        gathering.until = now + wait;
        std::mem::take(&mut gathering.waiting)
    }

    /// Streams that have been quiet need no window.
    pub fn forget_quiet(&mut self, now: Instant) {
        self.windows.retain(|_, gathering| gathering.until > now || !gathering.waiting.is_empty());
    }

    /// The next of the lanes, in the order of their priority.
    pub fn next(&mut self, max: usize, at: Millis) -> Vec<Arc<Event>> {
        let mut taken = Vec::new();
        self.lanes.take(max, &mut taken);
        taken.into_iter().map(|publication| self.sequence(publication, at)).collect()
    }

    fn sequence(&mut self, publication: Publication, at: Millis) -> Arc<Event> {
        self.last += 1;
        let event = Arc::new(Event::new(publication, self.last, Arc::clone(&self.epoch), at));
        if let Some(keep) = event.publication.keep {
            let size = weight(&event.publication);
            for room in event.publication.audience.kept_in() {
                let key = history_key(&event.publication.scope, &room);
                let entry =
                    Entry { offset: event.offset, at, bytes: size, item: Arc::clone(&event) };
                self.histories.push(&key, entry, keep);
            }
        }
        event
    }

    /// What was published to any of the rooms after `offset`, unless it was kept from one of them.
    pub fn since(&self, scope: &Scope, rooms: &[Arc<str>], offset: u64) -> Since<Vec<Arc<Event>>> {
        let keys: Vec<_> = rooms.iter().map(|room| history_key(scope, room)).collect();
        let mut since = self.histories.merge_since(&keys, offset);
        if let Since::Complete(events) = &mut since {
            let left_out = |room: &Arc<str>| rooms.contains(room);
            events.retain(|event| !event.publication.audience.except.iter().any(left_out));
        }
        since
    }

    pub fn last(&self, scope: &Scope, room: &str, count: usize) -> Vec<Arc<Event>> {
        self.histories.last(&history_key(scope, room), count)
    }

    pub fn forget(&mut self, scope: &Scope, room: &str) {
        self.histories.forget(&history_key(scope, room));
    }

    pub fn expire(&mut self, at: Millis) {
        self.histories.expire(at);
    }
}

/// By name: a scope that everybody has left is made anew, and its rooms must not claim to know what
/// they have forgotten. Neither tenants nor namespaces have control characters.
fn history_key(scope: &Scope, room: &str) -> Arc<str> {
    format!("{}\n{}\n{room}", scope.tenant, scope.namespace).into()
}
