//! Writing to each connection what a batch has for it.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use super::event::Event;
use super::link::{Ending, Link};
use super::outbox::{Part, Queued};
use super::run::Runs;
use super::shard::{Item, Shard};
use super::table::Due;
use super::wire::{Dialect, Wire, warning};

/// A connection and what is due to it.
pub(super) struct Job {
    pub link: Arc<Link>,
    pub dialect: Dialect,
    pub slot: u32,
    pub dues: Range<usize>,
}

/// One batch on its way out.
pub(super) struct Delivery<'a> {
    shard: &'a Shard,
    items: &'a VecDeque<Item>,
    runs: Runs,
    /// Events in a row for the connection at hand.
    row: Vec<u32>,
    now: Instant,
}

impl<'a> Delivery<'a> {
    pub fn new(shard: &'a Shard, items: &'a VecDeque<Item>, now: Instant) -> Self {
        Delivery { shard, items, runs: Runs::default(), row: Vec::new(), now }
    }

    /// Everything in its order; what stands in a row goes out in one write.
    pub fn write(&mut self, job: &Job, dues: &[Due]) {
        for due in dues {
            match &self.items[due.item as usize] {
                Item::Event(_) => self.row.push(due.item),
                // The slot may be somebody else's by now.
                Item::Held { link, .. } if Arc::ptr_eq(link, &job.link) => self.row.push(due.item),
                Item::Direct { link, part, .. } => {
                    self.flush(job);
                    let came = link.send(part.clone(), self.now);
                    if Arc::ptr_eq(link, &job.link) {
                        self.see_to(job, came);
                    }
                }
                Item::End { link, ending, .. } => {
                    self.flush(job);
                    link.end(ending.clone());
                }
                Item::Held { .. } | Item::Detach { .. } => {}
            }
        }
        self.flush(job);
    }

    fn flush(&mut self, job: &Job) {
        if self.row.is_empty() {
            return;
        }
        let items = self.items;
        let run = self.runs.get(wire(job), &self.row, |index| event(&items[index as usize]));
        let came = job.link.deliver(&run.whole, &run.parts, self.now);
        self.row.clear();
        self.see_to(job, came);
    }

    /// Tells a client that it loses messages, or ends what cannot go on.
    fn see_to(&self, job: &Job, came: Queued) {
        if came.overflow {
            job.link.end(Ending::slow_consumer());
        } else if came.warn {
            let scope = self.shard.table().entry(job.slot).map(|entry| Arc::clone(&entry.scope));
            let Some(scope) = scope else { return };
            let (dropped, at) = (job.link.dropped(), self.shard.clock.now());
            job.link.send(Part::must(warning(wire(job), &scope, dropped, at)), self.now);
        }
    }
}

fn wire(job: &Job) -> Wire {
    Wire { dialect: job.dialect, deflate: job.link.deflates() }
}

fn event(item: &Item) -> Option<&Arc<Event>> {
    match item {
        Item::Event(event) | Item::Held { event, .. } => Some(event),
        Item::Direct { .. } | Item::End { .. } | Item::Detach { .. } => None,
    }
}
