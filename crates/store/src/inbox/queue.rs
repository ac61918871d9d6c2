//! What waits for the writer. Bounded by submissions and by bytes; when full, the newcomer is
//! refused.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Receipt, Submission, SubmitError};

const MOST_SUBMISSIONS: usize = 16_384;
/// One commit takes no more than this, so that the last in line does not wait for a huge one.
const GROUP_BYTES: usize = 8 << 20;
const GROUP_ITEMS: usize = 20_000;

pub(crate) type Answer = Result<Receipt, SubmitError>;

#[derive(Debug)]
pub(crate) struct Waiting {
    pub submission: Submission,
    pub answer: oneshot::Sender<Answer>,
}

pub(crate) type ChoreWork = dyn FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<()> + Send;

/// Something else to do in the writer's next transaction: it is the only one who writes.
pub(crate) struct Chore {
    pub work: Box<ChoreWork>,
    pub done: std::sync::mpsc::Sender<bool>,
}

#[derive(Default)]
pub(crate) struct Work {
    pub group: Vec<Waiting>,
    pub chores: Vec<Chore>,
    /// Nothing will come any more.
    pub ended: bool,
}

pub(crate) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
    most_bytes: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Waiting>,
    bytes: usize,
    chores: Vec<Chore>,
    /// Submissions are refused; the mover's chores still come.
    intake_closed: bool,
    ended: bool,
}

pub(crate) enum Push {
    Queued,
    Full(Submission),
    Closed(Submission),
}

impl Queue {
    pub fn new(most_bytes: usize) -> Self {
        Queue { state: Mutex::default(), ready: Condvar::new(), most_bytes }
    }

    pub fn push(&self, waiting: Waiting) -> Push {
        let bytes = waiting.submission.bytes();
        let mut state = self.lock();
        if state.intake_closed || state.ended {
            return Push::Closed(waiting.submission);
        }
        let full = state.waiting.len() >= MOST_SUBMISSIONS
            || (state.bytes + bytes > self.most_bytes && !state.waiting.is_empty());
        if full {
            return Push::Full(waiting.submission);
        }
        state.bytes += bytes;
        state.waiting.push_back(waiting);
        drop(state);
        self.ready.notify_one();
        Push::Queued
    }

    /// `false` if the writer has gone.
    pub fn push_chore(&self, chore: Chore) -> bool {
        let mut state = self.lock();
        if state.ended {
            return false;
        }
        state.chores.push(chore);
        drop(state);
        self.ready.notify_one();
        true
    }

    /// Everything that came in meanwhile, up to the size of a group: under load commits grow by
    /// themselves, and a lone submission waits for nobody.
    pub fn take(&self, idle: Duration) -> Work {
        let state = self.lock();
        let quiet = |s: &mut State| s.waiting.is_empty() && s.chores.is_empty() && !s.ended;
        let waited = self.ready.wait_timeout_while(state, idle, quiet);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let mut work = Work { chores: std::mem::take(&mut state.chores), ..Work::default() };
        let (mut bytes, mut items) = (0, 0);
        while bytes < GROUP_BYTES && items < GROUP_ITEMS {
            let Some(waiting) = state.waiting.pop_front() else { break };
            bytes += waiting.submission.bytes();
            items += waiting.submission.items.len();
            work.group.push(waiting);
        }
        state.bytes -= bytes;
        work.ended = state.ended && state.waiting.is_empty();
        work
    }

    pub fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    pub fn close_intake(&self) {
        self.lock().intake_closed = true;
    }

    /// What waits is still taken; then the writer ends.
    pub fn end(&self) {
        self.lock().ended = true;
        self.ready.notify_all();
    }

    /// The writer is gone: whoever waits learns it by the hang-up.
    pub fn abandon(&self) {
        let mut state = self.lock();
        state.ended = true;
        state.waiting.clear();
        state.chores.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
