//! One clock for all connections: who has to be looked at, and when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

use tokio::sync::Notify;

#[cfg(test)]
mod tests;

/// Something that has to be looked at from time to time.
pub trait Beat: Send + Sync {
    /// Does what is due, and says when to come again; `None`: never.
    fn beat(&self, now: Instant) -> Option<Instant>;
}

/// A handle; clones share the clock, which stops with the last.
#[derive(Clone)]
pub struct Pulse(Arc<Shared>);

#[derive(Default)]
struct Shared {
    heap: Mutex<BinaryHeap<Reverse<Entry>>>,
    sooner: Arc<Notify>,
}

struct Entry {
    at: Instant,
    who: Weak<dyn Beat>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.at.cmp(&other.at)
    }
}

impl Pulse {
    /// Starts it on the current runtime.
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        tokio::spawn(run(Arc::downgrade(&shared)));
        Pulse(shared)
    }

    pub fn add<B: Beat + 'static>(&self, who: &Arc<B>, at: Instant) {
        let who: Weak<dyn Beat> = Arc::downgrade(&(Arc::clone(who) as Arc<dyn Beat>));
        let mut heap = self.0.heap.lock().unwrap_or_else(PoisonError::into_inner);
        let first = heap.peek().is_none_or(|Reverse(next)| at < next.at);
        heap.push(Reverse(Entry { at, who }));
        drop(heap);
        if first {
            self.0.sooner.notify_one();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.sooner.notify_one();
    }
}

/// Holds on to nothing while it waits, or the clock would never stop.
async fn run(shared: Weak<Shared>) {
    loop {
        let Some(own) = shared.upgrade() else { return };
        let next = beat_all(&own);
        let sooner = Arc::clone(&own.sooner);
        drop(own);
        let sleep = async {
            match next {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sleep => {}
            () = sooner.notified() => {}
        }
    }
}

/// Looks at everybody who is due; returns when the next one is.
fn beat_all(shared: &Shared) -> Option<Instant> {
    loop {
        // Of the clock that is slept by, which tests can move.
        let now = tokio::time::Instant::now().into_std();
        let who = {
            let mut heap = shared.heap.lock().unwrap_or_else(PoisonError::into_inner);
            match heap.peek() {
                None => return None,
                Some(Reverse(entry)) if entry.at > now => return Some(entry.at),
                Some(_) => heap.pop().map(|Reverse(entry)| entry.who),
            }
        };
        let Some(who) = who.and_then(|who| who.upgrade()) else { continue };
        if let Some(at) = who.beat(now) {
            let again = Entry { at, who: Arc::downgrade(&who) };
            shared.heap.lock().unwrap_or_else(PoisonError::into_inner).push(Reverse(again));
        }
    }
}
