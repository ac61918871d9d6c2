use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::hub::Link;
use crate::net::pulse::{Beat, Pulse};

/// A client that is not read from for a while.
pub(super) struct Pause {
    link: Arc<Link>,
    born: Instant,
    /// Milliseconds after that; 0: it is read from.
    until: AtomicU64,
}

impl Pause {
    pub fn new(link: &Arc<Link>) -> Arc<Self> {
        let (link, born) = (Arc::clone(link), Instant::now());
        Arc::new(Pause { link, born, until: AtomicU64::new(0) })
    }

    pub fn begin(self: &Arc<Self>, time: Duration, pulse: &Pulse) {
        let until = self.born.elapsed() + time;
        let millis = u64::try_from(until.as_millis()).unwrap_or(u64::MAX);
        self.until.store(millis, Ordering::Relaxed);
        pulse.add(self, self.born + until);
    }

    pub fn holds(&self) -> bool {
        let until = self.until.load(Ordering::Relaxed);
        until > 0 && self.born.elapsed() < Duration::from_millis(until)
    }
}

impl Beat for Pause {
    fn beat(&self, _: Instant) -> Option<Instant> {
        self.link.rouse();
        None
    }
}
