//! What operators see of a connection.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use model::{Millis, ProjectId};
use serde::Serialize;
use serde_json::Value;

use super::{ConnectionRecord, Protocol, Registry, Tier, Transport};

/// The fields of both of the seeds' records, and what else is known.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    pub id: Arc<str>,
    pub project: ProjectId,
    pub user_id: Option<Arc<str>>,
    pub roles: Vec<String>,
    pub ip: IpAddr,
    pub user_agent: String,
    pub protocol: Protocol,
    pub transport: Transport,
    pub tier: Tier,
    pub connected_at: Millis,
    pub last_heartbeat: Millis,
    pub last_message_at: Option<Millis>,
    pub is_alive: bool,
    /// `null` until there is one.
    pub subscription: Option<Arc<Value>>,
    pub subscriptions: u32,
    /// Both directions.
    pub message_count: u64,
    pub messages_in: u64,
    pub messages_out: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
    pub dropped: u64,
}

impl Registry {
    pub fn view(&self, connection: &ConnectionRecord) -> ConnectionView {
        connection.view(self.shared.options.stale_after, self.shared.clock.now())
    }
}

impl ConnectionRecord {
    fn view(&self, stale_after: Millis, now: Millis) -> ConnectionView {
        let messages_in = self.messages_in.load(Relaxed);
        let (sent, lost) = self.on_link();
        let messages_out = self.messages_out.load(Relaxed).saturating_add(sent);
        ConnectionView {
            id: Arc::clone(self.id()),
            project: self.project(),
            user_id: self.claim.user.clone(),
            roles: self.roles().to_vec(),
            ip: self.ip(),
            user_agent: self.agent().to_owned(),
            protocol: self.protocol(),
            transport: self.transport(),
            tier: self.tier(),
            connected_at: self.connected_at(),
            last_heartbeat: self.last_seen(),
            last_message_at: (messages_in > 0).then(|| self.last_message()),
            is_alive: self.ending().is_none() && !self.is_stale(stale_after, now),
            subscription: self.summary(),
            subscriptions: self.subscriptions(),
            message_count: messages_in.saturating_add(messages_out),
            messages_in,
            messages_out,
            bytes_in: self.bytes_in.load(Relaxed),
            bytes_out: self.bytes_out.load(Relaxed),
            dropped: self.dropped.load(Relaxed).saturating_add(lost),
        }
    }
}
