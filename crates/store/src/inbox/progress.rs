//! How far writer and mover have come: what each tells the other, and anyone who asks.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::Millis;

use super::Backlog;

#[derive(Debug, Default)]
pub(crate) struct Progress {
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct State {
    backlog: Backlog,
    /// How many wait for the mover to catch up.
    hurried: u32,
    /// The mover shall end: it waits for nothing any more.
    stopping: bool,
}

impl State {
    fn waits_for_nothing(&self) -> bool {
        self.hurried > 0 || self.stopping
    }
}

impl Progress {
    pub fn new(backlog: Backlog) -> Self {
        Progress { state: Mutex::new(State { backlog, ..State::default() }), moved: Condvar::new() }
    }

    pub fn backlog(&self) -> Backlog {
        self.lock().backlog
    }

    pub fn committed(&self, seq: i64, at: Millis, items: u64, bytes: u64) {
        let mut state = self.lock();
        let backlog = &mut state.backlog;
        backlog.committed_seq = seq;
        backlog.items += items;
        backlog.bytes += bytes;
        backlog.oldest.get_or_insert(at);
        drop(state);
        self.moved.notify_all();
    }

    pub fn applied(&self, seq: i64, items: u64, bytes: u64) {
        let mut state = self.lock();
        let backlog = &mut state.backlog;
        backlog.applied_seq = seq;
        backlog.items = backlog.items.saturating_sub(items);
        backlog.bytes = backlog.bytes.saturating_sub(bytes);
        if backlog.applied_seq >= backlog.committed_seq {
            // Heals the sums, should a step ever have been applied without being counted.
            *backlog = Backlog { items: 0, bytes: 0, oldest: None, ..*backlog };
        }
        drop(state);
        self.moved.notify_all();
    }

    /// The mover has begun with the batch committed at `at`: nothing older waits.
    pub fn reading(&self, at: Millis) {
        self.lock().backlog.oldest = Some(at);
    }

    /// Waits until something waits for the mover, at most `idle`; then until it is `enough`, at
    /// most `coalesce`.
    pub fn await_more(&self, idle: Duration, coalesce: Duration, enough: u64) {
        let none = |s: &mut State| s.backlog.items == 0 && !s.waits_for_nothing();
        let waited = self.moved.wait_timeout_while(self.lock(), idle, none);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let few = |s: &mut State| s.backlog.items < enough && !s.waits_for_nothing();
        drop(self.moved.wait_timeout_while(state, coalesce, few));
    }

    /// Waits before another attempt.
    pub fn pause(&self, time: Duration) {
        drop(self.moved.wait_timeout_while(self.lock(), time, |s| !s.stopping));
    }

    pub fn stop_mover(&self) {
        self.lock().stopping = true;
        self.moved.notify_all();
    }

    /// Waits until all that was committed before the call is in the warehouse.
    pub fn await_applied(&self, patience: Duration) -> bool {
        let mut state = self.lock();
        state.hurried += 1;
        let target = state.backlog.committed_seq;
        self.moved.notify_all();
        let behind = |s: &mut State| s.backlog.applied_seq < target;
        let waited = self.moved.wait_timeout_while(state, patience, behind);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.hurried -= 1;
        state.backlog.applied_seq >= target
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Counters only: whole at every step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
