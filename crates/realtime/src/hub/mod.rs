//! The hub: rooms, and getting what is published in them to everybody who is there.
//!
//! [`Hub::publish`] gives an event its place in the order of things (`order`), remembers it
//! (`history`) and hands it to every shard; a shard (`shard`) finds whom it is for (`table`,
//! `members`), builds what each of them gets (`run`, `wire`), once for all who get the same, and
//! writes it straight to their connections (`link`, `outbox`).
//!
//! - An event is encoded once for each [`Wire`], not once for each client.
//! - A client gets one copy, however many of an event's rooms it is in.
//! - Offsets ascend in the order of delivery; a client resumes from the last one it saw.
//! - Every queue is bounded: lanes drop the lowest priority first and refuse what must not be
//!   dropped; outboxes have their ladder; histories forget.

mod audience;
mod core;
mod delivery;
mod event;
pub mod filter;
pub mod history;
mod joining;
pub mod lanes;
mod latency;
mod link;
mod members;
mod options;
mod order;
mod outbox;
mod run;
mod scope;
mod shard;
mod stats;
mod subscriber;
mod table;
#[cfg(test)]
pub(crate) mod tests;
pub mod wire;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use tokio::net::TcpStream;

pub(crate) use self::core::Core;
pub use self::core::Overloaded;
pub use audience::{Audience, EVERYBODY};
pub use event::{Body, Event, Facts, Merge, Publication, Window, weight};
pub use joining::{Granted, Wish};
pub use latency::{Latencies, Latency};
pub use link::{Ending, Link};
pub use members::Terms;
pub use options::HubOptions;
pub use outbox::{Fate, Part};
pub use scope::Scope;
pub use stats::HubStats;
pub use subscriber::{Joined, Past, Subscriber};
pub use wire::{Dialect, Wire};

use history::{Histories, Since};
use lanes::Lanes;
use order::Order;
use table::Entry;

/// How somebody comes into a scope.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub id: Arc<str>,
    pub dialect: Dialect,
    pub rooms: Vec<Arc<str>>,
    /// It was here before, and has seen everything up to this offset.
    pub after: Option<u64>,
}

/// A handle; clones share the hub.
#[derive(Debug, Clone)]
pub struct Hub(Arc<Core>);

impl Hub {
    /// Starts its loops on the current runtime. They end with the last handle.
    pub fn start(options: &HubOptions) -> Self {
        let epoch: Arc<str> = format!("{:08x}", rand::random::<u32>()).into();
        let lanes = lanes::Bounds { items: options.lane_items, bytes: options.lane_bytes };
        let past = history::Bounds { rooms: options.history_rooms, bytes: options.history_bytes };
        let order = Order::new(Arc::clone(&epoch), Lanes::new(lanes), Histories::new(past));
        let core = Arc::new(Core::new(options, order, epoch));
        for shard in &core.shards {
            tokio::spawn(Arc::clone(shard).run(Arc::downgrade(&core)));
        }
        Hub(core)
    }

    pub fn scope(&self, tenant: &str, namespace: &str) -> Arc<Scope> {
        self.0.scopes.of(tenant, namespace)
    }

    /// Of this life of the hub; offsets of another one mean nothing.
    pub fn epoch(&self) -> &Arc<str> {
        &self.0.epoch
    }

    pub fn publish(&self, publication: Publication) -> Result<(), Overloaded> {
        self.0.publish(publication)
    }

    pub fn link_to_stream(&self, stream: Arc<TcpStream>) -> Arc<Link> {
        Arc::new(Link::to_stream(self.next_link(), stream, Arc::clone(&self.0.pressure)))
    }

    /// For a client that fetches what waits for it.
    pub fn link_to_fetch(&self) -> Arc<Link> {
        Arc::new(Link::fetched(self.next_link(), Arc::clone(&self.0.pressure)))
    }

    fn next_link(&self) -> u64 {
        self.0.links.fetch_add(1, Ordering::Relaxed)
    }

    /// From now on `id` is in the scope: what is published to everybody or to its id reaches it.
    pub fn attach(
        &self,
        scope: &Arc<Scope>,
        id: Arc<str>,
        link: &Arc<Link>,
        dialect: Dialect,
    ) -> Subscriber {
        let order = self.0.order();
        self.place(scope, id, link, dialect, order.offset())
    }

    /// The same, in rooms from the beginning, and with a past. What `greet` makes of that goes out
    /// before anything new; `None`: it does not come after all.
    pub fn arrive(
        &self,
        scope: &Arc<Scope>,
        link: &Arc<Link>,
        arrival: Arrival,
        greet: impl FnOnce(&Since<Vec<Arc<Event>>>) -> Option<Bytes>,
    ) -> Option<(Subscriber, u64)> {
        // Held until everything is done, so that nothing is published in between.
        let order = self.0.order();
        let offset = order.offset();
        let missed = match arrival.after {
            None => Since::Complete(Vec::new()),
            Some(after) => {
                let own = [Arc::clone(&arrival.id), EVERYBODY.into()];
                let rooms: Vec<_> = arrival.rooms.iter().cloned().chain(own).collect();
                match order.since(scope, &rooms, after) {
                    Since::Complete(mut events) => {
                        events.retain(|event| !event.leaves_out(&rooms));
                        Since::Complete(events)
                    }
                    gap => gap,
                }
            }
        };
        let greeting = greet(&missed)?;
        link.send(Part::must(greeting), std::time::Instant::now());
        let subscriber = self.place(scope, arrival.id, link, arrival.dialect, offset);
        let mut table = self.0.shards[subscriber.shard].table();
        for room in &arrival.rooms {
            table.join(subscriber.slot, room, offset, Terms::default());
        }
        drop(table);
        Some((subscriber, offset))
    }

    fn place(
        &self,
        scope: &Arc<Scope>,
        id: Arc<str>,
        link: &Arc<Link>,
        dialect: Dialect,
        offset: u64,
    ) -> Subscriber {
        let shard = usize::try_from(link.id).unwrap_or(0) % self.0.shards.len();
        let entry = Entry {
            id: Arc::clone(&id),
            scope: Arc::clone(scope),
            link: Arc::clone(link),
            dialect,
            rooms: Vec::new(),
        };
        let slot = self.0.shards[shard].table().add(entry, offset);
        Subscriber {
            core: Arc::clone(&self.0),
            scope: Arc::clone(scope),
            id,
            link: Arc::clone(link),
            shard,
            slot,
            detached: false.into(),
        }
    }

    /// What was published to any of the rooms after `offset`, each event once, in order.
    pub fn since(&self, scope: &Scope, rooms: &[Arc<str>], offset: u64) -> Since<Vec<Arc<Event>>> {
        self.0.order().since(scope, rooms, offset)
    }

    pub fn last(&self, scope: &Scope, room: &str, count: usize) -> Vec<Arc<Event>> {
        self.0.order().last(scope, room, count)
    }

    /// The offset of the latest event.
    pub fn offset(&self) -> u64 {
        self.0.order().offset()
    }

    /// Nobody will ask for the room's past again.
    pub fn forget(&self, scope: &Scope, room: &str) {
        self.0.order().forget(scope, room);
    }

    /// Lets go of what is too old; to be called every few seconds.
    pub fn expire(&self) {
        let at = self.0.clock.now();
        let mut order = self.0.order();
        order.expire(at);
        order.forget_quiet(std::time::Instant::now());
    }

    pub fn count(&self, scope: &Scope, room: Option<&str>) -> usize {
        self.0.shards.iter().map(|shard| shard.table().count(scope.id, room)).sum()
    }

    /// The ids of those in a room, or in the scope.
    pub fn members(&self, scope: &Scope, room: Option<&str>) -> Vec<Arc<str>> {
        let mut ids = Vec::new();
        for shard in &self.0.shards {
            let table = shard.table();
            let slots = table.slots(scope.id, room);
            ids.extend(slots.into_iter().filter_map(|s| Some(Arc::clone(&table.entry(s)?.id))));
        }
        ids
    }

    pub fn rooms(&self, scope: &Scope) -> Vec<(Arc<str>, usize)> {
        let mut rooms = std::collections::BTreeMap::new();
        for shard in &self.0.shards {
            for (name, count) in shard.table().room_names(scope.id) {
                *rooms.entry(name).or_default() += count;
            }
        }
        rooms.into_iter().collect()
    }

    pub fn stats(&self) -> HubStats {
        stats::read(&self.0)
    }
}
