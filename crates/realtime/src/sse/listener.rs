use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Instant;

use bytes::Bytes;

use super::door::Inner;
use crate::gate::{Admitted, Guest, Standing};
use crate::hub::{Ending, Link, Part};
use crate::net::pulse::Beat;
use crate::registry::{CloseReason, ConnectionRecord, Registered};

const KEEP_ALIVE: &[u8] = b": \n\n";

/// Somebody who reads a stream.
pub(super) struct Listener {
    pub door: Arc<Inner>,
    pub link: Arc<Link>,
    pub admitted: Admitted,
    pub record: OnceLock<Arc<ConnectionRecord>>,
    /// Since when something waits that is not fetched.
    pub stuck: Mutex<Option<Instant>>,
}

/// What lasts as long as the stream.
pub(super) struct Held {
    pub listener: Arc<Listener>,
    pub registered: Option<Registered>,
}

impl Listener {
    pub fn end(&self, reason: CloseReason) {
        // A stream has no last word of its own; whoever may come back does so by itself.
        let word = match reason {
            CloseReason::Unauthorised => "unauthorized",
            CloseReason::Shutdown => "server shutdown",
            CloseReason::Evicted | CloseReason::Replaced => "overload",
            _ => "closed",
        };
        let told = format!("event: disconnected\ndata: {{\"reason\":\"{word}\"}}\n\n");
        self.link.send(Part::must(told.into()), Instant::now());
        self.link.end(Ending { farewell: Bytes::new(), reason: word, abrupt: false });
        if let Some(record) = self.record.get() {
            record.close(reason);
        }
    }

    /// The stream as the registry closes it: [`ConnectionRecord::close`] comes back here, so the
    /// second end of a listener does nothing.
    pub fn close_handle(own: Weak<Self>) -> Box<dyn Fn(CloseReason) + Send + Sync> {
        Box::new(move |reason| {
            if let Some(listener) = own.upgrade()
                && listener.link.ending().is_none()
            {
                listener.end(reason);
            }
        })
    }
}

impl Guest for Listener {
    /// A stream cannot show a fresh token: it ends, and comes back with one.
    fn recheck(&self) {
        if self.door.premises.gate.standing(&self.admitted.identity) != Standing::Good {
            self.end(CloseReason::Unauthorised);
        }
    }

    fn dismiss(&self) {
        self.end(CloseReason::Shutdown);
    }
}

impl Beat for Listener {
    fn beat(&self, now: Instant) -> Option<Instant> {
        if self.link.ending().is_some() || self.link.is_gone() {
            return None;
        }
        let options = &self.door.options;
        let mut stuck = self.stuck.lock().unwrap_or_else(PoisonError::into_inner);
        if self.link.has_waiting() {
            let since = *stuck.get_or_insert(now);
            if now.saturating_duration_since(since) >= options.timeout {
                self.end(CloseReason::HeartbeatTimeout);
                return None;
            }
        } else {
            *stuck = None;
            if let Some(record) = self.record.get() {
                record.seen(self.door.premises.clock.now());
            }
            self.link.send(Part::must(Bytes::from_static(KEEP_ALIVE)), now);
        }
        drop(stuck);
        self.recheck();
        Some(now + options.keep_alive)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.listener.door.roster.leave(self.listener.link.id);
        if let (Some(registered), Some(record)) =
            (self.registered.take(), self.listener.record.get())
        {
            record.sent(self.listener.link.sent(), 0);
            record.dropped(self.listener.link.dropped());
            registered.finish(CloseReason::Gone);
        }
    }
}
