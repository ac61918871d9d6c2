use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use model::Clock;

use super::event::{Event, Publication, Window};
use super::link::Pressure;
use super::options::HubOptions;
use super::order::{Order, Placed};
use super::scope::Scopes;
use super::shard::Shard;

/// Of the lanes, at a time.
const TAKEN: usize = 128;

/// The publisher has to come back later: what it said was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too much waits to be delivered")]
pub struct Overloaded;

/// What the handles of the hub share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(super) shards: Vec<Arc<Shard>>,
    order: Mutex<Order>,
    pub(super) scopes: Scopes,
    pub(super) pressure: Arc<Pressure>,
    pub(super) epoch: Arc<str>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) links: AtomicU64,
    pub(super) published: AtomicU64,
    pub(super) refused: AtomicU64,
}

impl Core {
    pub(super) fn new(options: &HubOptions, order: Order, epoch: Arc<str>) -> Self {
        let limits = (options.waiting_per_connection, options.waiting_in_all);
        Core {
            shards: (0..options.shards.max(1))
                .map(|_| Arc::new(Shard::new(Arc::clone(&options.clock))))
                .collect(),
            order: Mutex::new(order),
            scopes: Scopes::default(),
            pressure: Arc::new(Pressure::new(limits.0, limits.1)),
            epoch,
            clock: Arc::clone(&options.clock),
            links: AtomicU64::new(0),
            published: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }

    pub(super) fn order(&self) -> MutexGuard<'_, Order> {
        self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_room(&self) -> bool {
        self.shards.iter().all(|shard| shard.has_room())
    }

    pub fn publish(self: &Arc<Self>, publication: Publication) -> Result<(), Overloaded> {
        let window = publication.window.clone();
        let (now, at) = (Instant::now(), self.clock.now());
        let mut order = self.order();
        match order.place(publication, self.has_room(), now, at) {
            // While the order is held, so that every shard sees the same one.
            Placed::Now(event) => self.push(&event),
            Placed::Waits => {}
            Placed::Gathers { full: true, .. } => {
                // While the order is held, so that the last one is this one.
                let taken = window.is_none_or(|window| self.release(&mut order, &window));
                if !taken {
                    return Err(Overloaded);
                }
            }
            Placed::Gathers { first, until, .. } => {
                drop(order);
                if let Some(window) = window.filter(|_| first) {
                    self.release_later(window, until);
                }
            }
            Placed::Refused => {
                self.refused.fetch_add(1, Ordering::Relaxed);
                return Err(Overloaded);
            }
        }
        self.published.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn push(&self, event: &Arc<Event>) {
        for shard in &self.shards {
            shard.push(Arc::clone(event));
        }
    }

    fn release_later(self: &Arc<Self>, window: Window, until: Instant) {
        let core = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep_until(until.into()).await;
            if let Some(core) = core.upgrade() {
                core.release(&mut core.order(), &window);
            }
        });
    }

    /// Whether the last of what had gathered was taken.
    fn release(&self, order: &mut Order, window: &Window) -> bool {
        let (now, at) = (Instant::now(), self.clock.now());
        let mut taken = true;
        for publication in order.release(&window.stream, window.wait, now) {
            let single = Publication { window: None, ..publication };
            let placed = order.place(single, self.has_room(), now, at);
            taken = !matches!(placed, Placed::Refused);
            if let Placed::Now(event) = &placed {
                self.push(event);
            }
            self.refused.fetch_add(u64::from(!taken), Ordering::Relaxed);
        }
        taken
    }

    /// Moves on what waits in the lanes, as far as the shards have room.
    pub fn pump(&self) {
        let mut order = self.order();
        while order.waiting() > 0 && self.has_room() {
            for event in order.next(TAKEN, self.clock.now()) {
                self.push(&event);
            }
        }
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        for shard in &self.shards {
            shard.rouse();
        }
    }
}
