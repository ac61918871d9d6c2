//! How far writer and mover have come: what each tells the other, and anyone who asks.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::Millis;

use super::Backlog;

#[derive(Debug, Default)]
pub(crate) struct Progress {
    backlog: Mutex<Backlog>,
    moved: Condvar,
}

impl Progress {
    pub fn new(backlog: Backlog) -> Self {
        Progress { backlog: Mutex::new(backlog), moved: Condvar::new() }
    }

    pub fn backlog(&self) -> Backlog {
        *self.lock()
    }

    pub fn committed(&self, seq: i64, at: Millis, items: u64, bytes: u64) {
        let mut backlog = self.lock();
        backlog.committed_seq = seq;
        backlog.items += items;
        backlog.bytes += bytes;
        backlog.oldest.get_or_insert(at);
        drop(backlog);
        self.moved.notify_all();
    }

    pub fn applied(&self, seq: i64, items: u64, bytes: u64) {
        let mut backlog = self.lock();
        backlog.applied_seq = seq;
        backlog.items = backlog.items.saturating_sub(items);
        backlog.bytes = backlog.bytes.saturating_sub(bytes);
        if backlog.applied_seq >= backlog.committed_seq {
            backlog.oldest = None;
        }
        drop(backlog);
        self.moved.notify_all();
    }

    /// The mover has begun with the batch committed at `at`: nothing older waits.
    pub fn reading(&self, at: Millis) {
        self.lock().oldest = Some(at);
    }

    /// Waits for a commit after `seq`; `false` if none came in time.
    pub fn await_commit(&self, seq: i64, patience: Duration) -> bool {
        let none = |b: &mut Backlog| b.committed_seq <= seq;
        let waited = self.moved.wait_timeout_while(self.lock(), patience, none);
        let (backlog, _) = waited.unwrap_or_else(PoisonError::into_inner);
        backlog.committed_seq > seq
    }

    /// Waits until all that was committed before the call is in the warehouse.
    pub fn await_applied(&self, patience: Duration) -> bool {
        let target = self.lock().committed_seq;
        let behind = |b: &mut Backlog| b.applied_seq < target;
        let waited = self.moved.wait_timeout_while(self.lock(), patience, behind);
        let (backlog, _) = waited.unwrap_or_else(PoisonError::into_inner);
        backlog.applied_seq >= target
    }

    fn lock(&self) -> MutexGuard<'_, Backlog> {
        // Counters only: whole at every step.
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
