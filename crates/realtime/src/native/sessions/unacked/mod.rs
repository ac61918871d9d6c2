//! Delivery at least once, for clients that acknowledge.
//!
//! Nothing is noted when an event is delivered. From time to time the histories of the client's
//! rooms are asked what it must have got since the last look; what it has not acknowledged by
//! then is kept (a reference, not a copy) and sent again. So only reliable events that their rooms
//! remember can be repeated, and clients that do not acknowledge cost nothing.

#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;

use super::options::Resend;
use super::subscriptions::Subscriptions;
use crate::hub::history::Since;
use crate::hub::{Event, Hub, Scope, weight};

/// Acknowledgements between two looks; those beyond are not believed.
const EARLY: usize = 4096;

#[derive(Debug)]
pub(super) struct Unacked {
    options: Resend,
    /// Everything up to here was looked at.
    seen: u64,
    /// By offset.
    pending: VecDeque<Pending>,
    bytes: usize,
    /// Acknowledged before anybody had looked.
    early: HashSet<Uuid>,
    expired: u64,
}

#[derive(Debug)]
struct Pending {
    event: Arc<Event>,
    tries: u32,
    next: Instant,
}

impl Unacked {
    /// What was published up to `offset` needs no acknowledgement.
    pub fn since(offset: u64, options: Resend) -> Self {
        Unacked {
            options,
            seen: offset,
            pending: VecDeque::new(),
            bytes: 0,
            early: HashSet::new(),
            expired: 0,
        }
    }

    pub fn acked(&mut self, id: &str) {
        let Ok(id) = Uuid::try_parse(id) else { return };
        if let Some(at) = self.pending.iter().position(|pending| pending.event.id == id) {
            self.remove(at);
        } else if self.early.len() < EARLY {
            self.early.insert(id);
        }
    }

    /// Given up since this was last asked.
    pub fn take_expired(&mut self) -> u64 {
        std::mem::take(&mut self.expired)
    }

    /// What has to be sent again now.
    pub fn due(
        &mut self,
        hub: &Hub,
        scope: &Scope,
        subscriptions: &Subscriptions,
        now: Instant,
    ) -> Vec<Arc<Event>> {
        self.look(hub, scope, subscriptions);
        self.give_up(now);
        let Resend { after, .. } = self.options;
        let mut again = Vec::new();
        for pending in self.pending.iter_mut().filter(|pending| pending.next <= now) {
            pending.tries += 1;
            pending.next = now + after * 2_u32.saturating_pow(pending.tries.min(16));
            again.push(Arc::clone(&pending.event));
        }
        again
    }

    fn look(&mut self, hub: &Hub, scope: &Scope, subscriptions: &Subscriptions) {
        let until = hub.offset();
        let rooms = subscriptions.rooms();
        let mut found = hub.since(scope, &rooms, self.seen);
        if let Since::Gap { oldest } = found {
            self.expired += 1;
            found = hub.since(scope, &rooms, oldest);
        }
        if let Since::Complete(events) = found {
            for event in events {
                self.seen = event.offset;
                let acked = self.early.remove(&event.id);
                if event.reliable() && !acked && subscriptions.gets(&event) {
                    self.bytes += weight(&event.publication);
                    let next = event.born + self.options.after;
                    self.pending.push_back(Pending { event, tries: 0, next });
                }
            }
        }
        self.seen = self.seen.max(until);
        self.early.clear();
    }

    fn give_up(&mut self, now: Instant) {
        while self.pending.len() > self.options.events || self.bytes > self.options.bytes {
            self.remove(0);
            self.expired += 1;
        }
        let Resend { times, longest, .. } = self.options;
        let over = |pending: &Pending| {
            let age = now.saturating_duration_since(pending.event.born);
            age > longest || (pending.tries >= times && pending.next <= now)
        };
        let (mut bytes, mut expired) = (0, 0);
        self.pending.retain(|pending| {
            let over = over(pending);
            if over {
                bytes += weight(&pending.event.publication);
                expired += 1;
            }
            !over
        });
        self.bytes -= bytes;
        self.expired += expired;
    }

    fn remove(&mut self, at: usize) {
        if let Some(pending) = self.pending.remove(at) {
            self.bytes -= weight(&pending.event.publication);
        }
    }
}
