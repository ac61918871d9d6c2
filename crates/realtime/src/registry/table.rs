//! What is behind the lock. Every index changes here and only here, so that they always agree,
//! and an entry that has become empty is removed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use model::{Millis, ProjectId};

use super::departures::Departures;
use super::{CloseReason, ConnectionRecord, Counters, Protocol, Tier};
use crate::limits::Source;

/// In whose name a place is held, from the reservation to the end of the connection.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    pub project: ProjectId,
    pub user: Option<Arc<str>>,
    pub source: Source,
    pub protocol: Protocol,
    pub tier: Tier,
}

/// The limit is the protocol's, so each protocol counts for itself.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct UserKey {
    pub project: ProjectId,
    pub user: Arc<str>,
    pub protocol: Protocol,
}

#[derive(Default)]
pub(super) struct Table {
    /// Places taken: connections, and reservations that may become one.
    pub held: usize,
    pub by_id: BTreeMap<Arc<str>, Arc<ConnectionRecord>>,
    pub by_user: HashMap<UserKey, Holding>,
    pub by_source: HashMap<Source, usize>,
    pub by_project: HashMap<ProjectId, BTreeSet<Arc<str>>>,
    pub counters: Counters,
    pub departures: Departures,
}

#[derive(Default)]
pub(super) struct Holding {
    pub held: usize,
    pub open: BTreeSet<Arc<str>>,
}

impl Claim {
    pub fn user_key(&self) -> Option<UserKey> {
        let user = Arc::clone(self.user.as_ref()?);
        Some(UserKey { project: self.project, user, protocol: self.protocol })
    }
}

impl Table {
    /// Takes a place. Whether there is one was asked before, under the same lock.
    pub fn hold(&mut self, claim: &Claim) {
        self.held += 1;
        *self.by_source.entry(claim.source).or_default() += 1;
        if let Some(key) = claim.user_key() {
            self.by_user.entry(key).or_default().held += 1;
        }
    }

    pub fn release(&mut self, claim: &Claim) {
        self.held -= 1;
        if let Some(held) = self.by_source.get_mut(&claim.source) {
            *held -= 1;
            if *held == 0 {
                self.by_source.remove(&claim.source);
            }
        }
        if let Some(key) = claim.user_key()
            && let Some(holding) = self.by_user.get_mut(&key)
        {
            holding.held -= 1;
            if holding.held == 0 {
                self.by_user.remove(&key);
            }
        }
    }

    /// Turns a held place into a connection. An id that is given out twice is our mistake; the
    /// older one then has to go, so that no connection is without an entry.
    pub fn open(
        &mut self,
        record: &Arc<ConnectionRecord>,
        now: Millis,
    ) -> Option<Arc<ConnectionRecord>> {
        let twin = self.by_id.get(record.id()).cloned();
        if let Some(twin) = &twin {
            self.close(twin, CloseReason::Replaced, now);
        }
        let id = record.id();
        self.by_id.insert(Arc::clone(id), Arc::clone(record));
        self.by_project.entry(record.project()).or_default().insert(Arc::clone(id));
        if let Some(key) = record.claim.user_key() {
            self.by_user.entry(key).or_default().open.insert(Arc::clone(id));
        }
        self.counters.connects += 1;
        self.counters.reconnects += u64::from(self.departures.is_back(&record.claim, now));
        twin
    }

    /// Takes a connection out of every index and frees its place. Whoever comes second, the
    /// guard of an evicted connection for instance, changes nothing.
    pub fn close(&mut self, record: &Arc<ConnectionRecord>, reason: CloseReason, now: Millis) {
        let id = record.id();
        if !self.by_id.get(id).is_some_and(|listed| Arc::ptr_eq(listed, record)) {
            return;
        }
        self.by_id.remove(id);
        if let Some(ids) = self.by_project.get_mut(&record.project()) {
            ids.remove(id);
            if ids.is_empty() {
                self.by_project.remove(&record.project());
            }
        }
        if let Some(key) = record.claim.user_key()
            && let Some(holding) = self.by_user.get_mut(&key)
        {
            holding.open.remove(id);
        }
        self.release(&record.claim);
        record.end(reason);
        *self.counters.disconnects.entry(record.ending().unwrap_or(reason)).or_default() += 1;
        self.departures.left(&record.claim, now);
    }
}
