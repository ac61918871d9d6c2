//! Sums over the connections: the statistics of both of the seeds in one.

use std::collections::{BTreeMap, BTreeSet};

use model::{Millis, ProjectId};
use serde::Serialize;

use super::{ConnectionRecord, Protocol, Registry};

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    pub total: usize,
    /// The same under the other name.
    pub total_connections: usize,
    /// Connections of each user; the anonymous are in no entry.
    pub by_user: BTreeMap<String, usize>,
    /// Users of different projects are different, even if they are called the same.
    pub unique_users: usize,
    /// In milliseconds; 0 while nobody is connected.
    pub average_uptime: f64,
    pub average_subscriptions: f64,
    pub by_protocol: BTreeMap<Protocol, usize>,
}

impl Registry {
    /// Of one project, or of all.
    pub fn stats(&self, project: Option<ProjectId>) -> Stats {
        let everybody = self.everybody();
        let of_project = |r: &&ConnectionRecord| project.is_none_or(|p| r.project() == p);
        let connections = everybody.iter().map(AsRef::as_ref).filter(of_project);
        Stats::of(connections, self.shared.clock.now())
    }
}

impl Stats {
    fn of<'r>(connections: impl Iterator<Item = &'r ConnectionRecord>, now: Millis) -> Self {
        let mut stats = Stats::default();
        let mut users = BTreeSet::new();
        let mut uptime: Millis = 0;
        let mut subscriptions: u64 = 0;
        for connection in connections {
            stats.total += 1;
            uptime = uptime.saturating_add(now.saturating_sub(connection.connected_at()).max(0));
            subscriptions += u64::from(connection.subscriptions());
            *stats.by_protocol.entry(connection.protocol()).or_default() += 1;
            if let Some(user) = connection.user() {
                users.insert((connection.project(), user));
                *stats.by_user.entry(user.to_owned()).or_default() += 1;
            }
        }
        stats.total_connections = stats.total;
        stats.unique_users = users.len();
        let of_each = |sum: f64| if stats.total == 0 { 0.0 } else { sum / stats.total as f64 };
        stats.average_uptime = of_each(uptime as f64);
        stats.average_subscriptions = of_each(subscriptions as f64);
        stats
    }
}
