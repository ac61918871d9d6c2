//! A part of the connections, and the one loop that writes to them.
//!
//! What is published gathers in a queue while the loop is busy; each turn takes all of it, finds
//! whom it is for, and writes once to each connection, whatever the number of events.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use model::Clock;
use tokio::sync::Notify;

use super::Core;
use super::delivery::{Delivery, Job};
use super::event::Event;
use super::latency::Latency;
use super::link::{Ending, Link};
use super::outbox::Part;
use super::table::{Due, Recall, Table};
use super::wire::Dialect;

/// Items that wait before publishers have to use the lanes.
const HIGH_WATER: usize = 256;
/// Items for single subscribers that wait; beyond, they are written at once, out of turn.
const DIRECT_WATER: usize = 65_536;
/// Connections written to before others may use the thread.
const WRITES_PER_TURN: usize = 128;

/// Turns for which a shard that was idle waits for more, and of how many it must have been quiet.
const LINGER: usize = 64;
const QUIET: usize = 4;

#[derive(Debug)]
pub(super) enum Item {
    Event(Arc<Event>),
    /// For one subscriber, in its turn among the events.
    Direct {
        slot: u32,
        link: Arc<Link>,
        part: Part,
    },
    End {
        slot: u32,
        link: Arc<Link>,
        ending: Ending,
    },
    /// Events that were held back for a throttled subscriber.
    Held {
        slot: u32,
        link: Arc<Link>,
        event: Arc<Event>,
    },
    /// It leaves, after everything that was published before.
    Detach {
        slot: u32,
    },
}

#[derive(Debug)]
pub(super) struct Shard {
    pub clock: Arc<dyn Clock>,
    table: Mutex<Table>,
    queue: Mutex<Queue>,
    wake: Notify,
    pub latency: Latency,
    pub delivered: AtomicU64,
}

#[derive(Debug, Default)]
struct Queue {
    items: VecDeque<Item>,
    events: usize,
    busy: bool,
}

impl Shard {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Shard {
            clock,
            table: Mutex::default(),
            queue: Mutex::default(),
            wake: Notify::new(),
            latency: Latency::default(),
            delivered: AtomicU64::new(0),
        }
    }

    pub fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn has_room(&self) -> bool {
        self.queue().events < HIGH_WATER
    }

    pub fn waiting(&self) -> usize {
        self.queue().items.len()
    }

    pub fn push(&self, event: Arc<Event>) {
        let mut queue = self.queue();
        queue.events += 1;
        queue.items.push_back(Item::Event(event));
        let rouse = !queue.busy;
        drop(queue);
        if rouse {
            self.wake.notify_one();
        }
    }

    /// After everything that was published before. `Err` gives it back: nothing is before it.
    pub fn in_turn(&self, item: Item) -> Result<(), Item> {
        let mut queue = self.queue();
        let idle = queue.items.is_empty() && !queue.busy;
        if idle || queue.items.len() >= DIRECT_WATER {
            return Err(item);
        }
        queue.items.push_back(item);
        let rouse = !queue.busy;
        drop(queue);
        if rouse {
            self.wake.notify_one();
        }
        Ok(())
    }

    /// Until the hub is gone.
    pub async fn run(self: Arc<Self>, core: Weak<Core>) {
        let mut recalls: Vec<Recall> = Vec::new();
        loop {
            let next = recalls.iter().map(|recall| recall.at).min();
            let sleep = async {
                match next {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.wake.notified() => {}
                () = sleep => self.recall(&mut recalls),
            }
            self.linger().await;
            while let Some(items) = self.begin() {
                self.dispatch(&items, &mut recalls).await;
                let Some(core) = core.upgrade() else { return };
                core.pump();
            }
            if core.strong_count() == 0 {
                return;
            }
        }
    }

    /// What is published in one go mostly comes within a few microseconds: whoever waits for it
    /// writes once to each connection instead of twice.
    async fn linger(&self) {
        let (mut waiting, mut quiet) = (self.waiting(), 0);
        for _ in 0..LINGER {
            tokio::task::yield_now().await;
            let now = self.waiting();
            quiet = if now == waiting { quiet + 1 } else { 0 };
            waiting = now;
            if quiet == QUIET {
                return;
            }
        }
    }

    pub fn rouse(&self) {
        self.wake.notify_one();
    }

    /// All that waits. `None`: nothing, and the loop is idle from now on.
    fn begin(&self) -> Option<VecDeque<Item>> {
        let mut queue = self.queue();
        queue.busy = !queue.items.is_empty();
        queue.events = 0;
        queue.busy.then(|| std::mem::take(&mut queue.items))
    }

    fn recall(&self, recalls: &mut Vec<Recall>) {
        let now = Instant::now();
        let mut due = Vec::new();
        recalls.retain(|recall| {
            let later = recall.at > now;
            if !later {
                due.push(recall.clone());
            }
            later
        });
        for recall in due {
            let recalled = self.table().recall(&recall);
            let Some((link, held)) = recalled else { continue };
            let mut queue = self.queue();
            for event in held {
                let link = Arc::clone(&link);
                queue.items.push_back(Item::Held { slot: recall.slot, link, event });
            }
        }
        self.wake.notify_one();
    }

    async fn dispatch(&self, items: &VecDeque<Item>, recalls: &mut Vec<Recall>) {
        let now = Instant::now();
        let (dues, jobs) = self.address(items, recalls, now);
        let mut delivery = Delivery::new(self, items, now);
        for (count, job) in jobs.iter().enumerate() {
            delivery.write(job, &dues[job.dues.clone()]);
            if count % WRITES_PER_TURN == WRITES_PER_TURN - 1 {
                tokio::task::yield_now().await;
            }
        }
        self.delivered.fetch_add(dues.len() as u64, Ordering::Relaxed);
        for item in items {
            if let Item::Event(event) = item {
                self.latency.record(event.born.elapsed());
            }
        }
    }

    /// Whom the items are for, grouped by connection.
    fn address(
        &self,
        items: &VecDeque<Item>,
        recalls: &mut Vec<Recall>,
        now: Instant,
    ) -> (Vec<Due>, Vec<Job>) {
        let mut dues = Vec::new();
        let mut table = self.table();
        for (index, item) in items.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            match item {
                Item::Event(event) => table.address(index, event, now, &mut dues, recalls),
                Item::Direct { slot, .. } | Item::End { slot, .. } | Item::Held { slot, .. } => {
                    dues.push(Due { slot: *slot, item: index });
                }
                Item::Detach { slot } => table.ignore(*slot),
            }
        }
        // Rooms list their members in this order already, so this mostly merges.
        dues.sort_by_key(|due| due.slot);
        let mut jobs = Vec::new();
        let mut start = 0;
        for group in dues.chunk_by(|one, next| one.slot == next.slot) {
            let dues = start..start + group.len();
            start = dues.end;
            let slot = group[0].slot;
            let receiver = match table.entry(slot) {
                Some(entry) => Some((Arc::clone(&entry.link), entry.dialect)),
                // It has left already; what was said to it before still goes out.
                None => group.iter().find_map(|due| match &items[due.item as usize] {
                    Item::Direct { link, .. } | Item::End { link, .. } => {
                        Some((Arc::clone(link), Dialect::SocketIo))
                    }
                    _ => None,
                }),
            };
            if let Some((link, dialect)) = receiver {
                jobs.push(Job { link, dialect, slot, dues });
            }
        }
        for item in items {
            if let Item::Detach { slot } = item {
                table.remove(*slot);
            }
        }
        (dues, jobs)
    }
}
