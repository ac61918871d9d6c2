//! Who was here a moment ago: kept so that a client that lost its connection can go on.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Extensions;

use crate::hub::Scope;

#[cfg(test)]
mod tests;

/// A socket that is gone and may come back.
pub(super) struct Absent {
    pub id: Arc<str>,
    pub scope: Arc<Scope>,
    pub rooms: Vec<Arc<str>>,
    /// Those of its rooms that it did not ask for itself.
    pub given: Vec<Arc<str>>,
    pub data: Extensions,
    /// Where it was when it came, should it have seen nothing since.
    pub offset: u64,
}

/// By their private ids. The one that goes next anyway goes first when there are too many.
#[derive(Default)]
pub(super) struct Absentees {
    known: HashMap<Arc<str>, (Instant, Absent)>,
    /// Exactly those that are known. Who comes back takes its time along, or it would end an
    /// absence that begins later.
    order: BTreeSet<(Instant, Arc<str>)>,
}

const MOST: usize = 100_000;

impl Absentees {
    /// Returns those that will not come back any more.
    pub fn put(&mut self, private_id: Arc<str>, absent: Absent, until: Instant) -> Vec<Absent> {
        let mut over: Vec<_> = self.remove(&private_id).into_iter().collect();
        self.order.insert((until, Arc::clone(&private_id)));
        self.known.insert(private_id, (until, absent));
        over.extend(self.expire(Instant::now()));
        while self.known.len() > MOST
            && let Some((_, first)) = self.order.pop_first()
        {
            over.extend(self.known.remove(&first).map(|(_, absent)| absent));
        }
        over
    }

    /// Only in the scope that it was in: elsewhere it is nobody, and stays absent.
    pub fn take(&mut self, private_id: &str, scope: &Scope) -> Option<Absent> {
        let (_, absent) = self.known.get(private_id)?;
        if *absent.scope != *scope {
            return None;
        }
        self.remove(private_id)
    }

    fn remove(&mut self, private_id: &str) -> Option<Absent> {
        let (private_id, (until, absent)) = self.known.remove_entry(private_id)?;
        self.order.remove(&(until, private_id));
        Some(absent)
    }

    pub fn expire(&mut self, now: Instant) -> Vec<Absent> {
        let mut over = Vec::new();
        while let Some((until, _)) = self.order.first()
            && *until <= now
            && let Some((_, id)) = self.order.pop_first()
        {
            over.extend(self.known.remove(&id).map(|(_, absent)| absent));
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
