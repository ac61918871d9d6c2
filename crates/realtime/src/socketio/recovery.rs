//! Who was here a moment ago: kept so that a client that lost its connection can go on.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Extensions;

use crate::hub::Scope;

/// A socket that is gone and may come back.
pub(super) struct Absent {
    pub id: Arc<str>,
    pub scope: Arc<Scope>,
    pub rooms: Vec<Arc<str>>,
    pub data: Extensions,
    /// Where it was when it came, should it have seen nothing since.
    pub offset: u64,
}

/// By their private ids. The one gone longest goes first when there are too many.
#[derive(Default)]
pub(super) struct Absentees {
    known: HashMap<Arc<str>, Absent>,
    order: VecDeque<(Instant, Arc<str>)>,
}

const MOST: usize = 100_000;

impl Absentees {
    /// Returns those that will not come back any more.
    pub fn put(&mut self, private_id: Arc<str>, absent: Absent, until: Instant) -> Vec<Absent> {
        self.known.insert(Arc::clone(&private_id), absent);
        self.order.push_back((until, private_id));
        let crowded = self.known.len() > MOST;
        let mut over = self.expire(Instant::now());
        if crowded && let Some((_, first)) = self.order.pop_front() {
            over.extend(self.known.remove(&first));
        }
        over
    }

    pub fn take(&mut self, private_id: &str) -> Option<Absent> {
        self.known.remove(private_id)
    }

    pub fn expire(&mut self, now: Instant) -> Vec<Absent> {
        let mut over = Vec::new();
        while let Some((until, _)) = self.order.front()
            && *until <= now
        {
            if let Some((_, id)) = self.order.pop_front() {
                over.extend(self.known.remove(&id));
            }
        }
        over
    }
}

/// The reasons after which a client may come back: none of its own or the server's wishes.
pub(super) fn may_return(reason: &str) -> bool {
    !matches!(reason, "client namespace disconnect" | "server namespace disconnect" | "parse error")
}

/// How much of each room is remembered for those who come back within `time`.
pub(super) fn keep(time: Duration) -> crate::hub::history::Keep {
    let age = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    crate::hub::history::Keep { count: 10_000, bytes: 4 << 20, age_ms: age }
}
