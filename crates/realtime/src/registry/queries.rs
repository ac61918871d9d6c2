//! Questions to the registry. They take references out of the lock and do the rest outside.

use std::net::IpAddr;
use std::ops::Bound;
use std::sync::Arc;

use model::ProjectId;

use super::table::UserKey;
use super::{ConnectionRecord, Protocol, Registry};
use crate::limits::Source;

pub const LONGEST_PAGE: usize = 1000;

/// In order of ids, which are chance: whoever comes or goes in between shifts nobody else.
pub struct Page {
    pub connections: Vec<Arc<ConnectionRecord>>,
    /// What to ask for `after` to go on; `None` at the end.
    pub next: Option<Arc<str>>,
}

impl Registry {
    pub fn get(&self, id: &str) -> Option<Arc<ConnectionRecord>> {
        self.table().by_id.get(id).cloned()
    }

    pub fn page(&self, after: Option<&str>, limit: usize) -> Page {
        let table = self.table();
        let limit = limit.clamp(1, LONGEST_PAGE);
        let following = table.by_id.range::<str, _>(following(after));
        page(following.map(|(_, record)| Arc::clone(record)), limit)
    }

    pub fn page_of_project(&self, project: ProjectId, after: Option<&str>, limit: usize) -> Page {
        let table = self.table();
        let limit = limit.clamp(1, LONGEST_PAGE);
        let ids = table.by_project.get(&project);
        let following = ids.into_iter().flat_map(|ids| ids.range::<str, _>(following(after)));
        page(following.filter_map(|id| table.by_id.get(id).cloned()), limit)
    }

    /// All connections of a user, of every protocol.
    pub fn by_user(&self, project: ProjectId, user: &str) -> Vec<Arc<ConnectionRecord>> {
        let user: Arc<str> = user.into();
        let table = self.table();
        let key = |protocol| UserKey { project, user: Arc::clone(&user), protocol };
        let holdings = Protocol::ALL.into_iter().filter_map(|p| table.by_user.get(&key(p)));
        let ids = holdings.flat_map(|holding| &holding.open);
        ids.filter_map(|id| table.by_id.get(id).cloned()).collect()
    }

    /// Places taken from where this address is, reservations included.
    pub fn held_from(&self, ip: IpAddr) -> usize {
        self.table().by_source.get(&Source::from(ip)).copied().unwrap_or(0)
    }

    pub fn count(&self) -> usize {
        self.table().by_id.len()
    }

    /// Places taken, reservations included: what the total limits.
    pub fn held(&self) -> usize {
        self.table().held
    }

    /// Up to `limit` connections that do nothing at all. Being alive is not doing something;
    /// whether they are is the heartbeat's business.
    pub fn idle(&self, limit: usize) -> Vec<Arc<ConnectionRecord>> {
        let before = self.shared.clock.now().saturating_sub(self.shared.options.idle_after);
        let idle =
            |r: &&Arc<ConnectionRecord>| r.subscriptions() == 0 && r.last_message() <= before;
        self.table().by_id.values().filter(idle).take(limit).cloned().collect()
    }

    pub(super) fn everybody(&self) -> Vec<Arc<ConnectionRecord>> {
        self.table().by_id.values().cloned().collect()
    }
}

fn following(after: Option<&str>) -> (Bound<&str>, Bound<&str>) {
    (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded)
}

fn page(mut following: impl Iterator<Item = Arc<ConnectionRecord>>, limit: usize) -> Page {
    let connections: Vec<_> = following.by_ref().take(limit).collect();
    let more = following.next().is_some();
    let last = connections.last().map(|record| Arc::clone(record.id()));
    Page { connections, next: last.filter(|_| more) }
}
