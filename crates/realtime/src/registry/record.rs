//! One connection, as everybody sees it: its transport writes here, the control API reads.

use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use model::{Millis, ProjectId};
use serde_json::Value;

use super::table::Claim;
use super::{CloseReason, Protocol, Tier, Transport};
use crate::hub::Link;

/// Browsers stay far below; the rest is nobody's name but a buffer.
const LONGEST_AGENT: usize = 256;

/// Asks the transport to close. It is called from any thread, perhaps more than once, and
/// returns at once.
pub type CloseHandle = Box<dyn Fn(CloseReason) + Send + Sync>;

/// What is known once the handshake is done.
pub struct ConnectionInfo {
    /// Made by us, and unguessable.
    pub id: Arc<str>,
    pub roles: Vec<String>,
    pub agent: String,
    pub transport: Transport,
    pub close: CloseHandle,
}

pub struct ConnectionRecord {
    pub(super) claim: Claim,
    id: Arc<str>,
    roles: Vec<String>,
    /// In full, which is why it is never written anywhere.
    ip: IpAddr,
    agent: Box<str>,
    connected_at: Millis,
    last_seen: AtomicI64,
    last_message: AtomicI64,
    pub(super) messages_in: AtomicU64,
    pub(super) messages_out: AtomicU64,
    pub(super) bytes_in: AtomicU64,
    pub(super) bytes_out: AtomicU64,
    pub(super) dropped: AtomicU64,
    /// Beside the summary, so that sweeps need no lock.
    subscriptions: AtomicU32,
    changing: Mutex<Changing>,
    /// Counts what goes out, where the transport has one.
    link: OnceLock<Weak<Link>>,
    ending: OnceLock<CloseReason>,
    close: CloseHandle,
}

struct Changing {
    transport: Transport,
    summary: Option<Arc<Value>>,
}

impl ConnectionRecord {
    pub(super) fn new(claim: Claim, ip: IpAddr, info: ConnectionInfo, now: Millis) -> Self {
        let agent = &info.agent[..info.agent.floor_char_boundary(LONGEST_AGENT)];
        ConnectionRecord {
            claim,
            id: info.id,
            roles: info.roles,
            ip,
            agent: agent.into(),
            connected_at: now,
            last_seen: AtomicI64::new(now),
            last_message: AtomicI64::new(now),
            messages_in: AtomicU64::new(0),
            messages_out: AtomicU64::new(0),
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            subscriptions: AtomicU32::new(0),
            changing: Mutex::new(Changing { transport: info.transport, summary: None }),
            link: OnceLock::new(),
            ending: OnceLock::new(),
            close: info.close,
        }
    }

    /// Any sign of life: a frame, a pong, for SSE a write that went through.
    pub fn seen(&self, now: Millis) {
        self.last_seen.fetch_max(now, Relaxed);
    }

    /// A message of the application. Pings are none: they would keep idlers alive.
    pub fn received(&self, bytes: u64, now: Millis) {
        self.messages_in.fetch_add(1, Relaxed);
        self.bytes_in.fetch_add(bytes, Relaxed);
        self.last_message.fetch_max(now, Relaxed);
        self.seen(now);
    }

    pub fn sent(&self, messages: u64, bytes: u64) {
        self.messages_out.fetch_add(messages, Relaxed);
        self.bytes_out.fetch_add(bytes, Relaxed);
    }

    /// What the link counts is counted here as well, at the moment somebody asks.
    pub fn follow(&self, link: &Arc<Link>) {
        self.link.get_or_init(|| Arc::downgrade(link));
    }

    /// Messages out and lost, by the link's account.
    pub(super) fn on_link(&self) -> (u64, u64) {
        let link = self.link.get().and_then(Weak::upgrade);
        link.map_or((0, 0), |link| (link.sent(), link.dropped()))
    }

    pub fn dropped(&self, messages: u64) {
        self.dropped.fetch_add(messages, Relaxed);
    }

    /// Replaces what is said about its subscriptions: how many there are, and a summary made of
    /// what was accepted, which bounds it.
    pub fn subscribed(&self, count: u32, summary: Option<Value>) {
        let mut changing = self.changing();
        changing.summary = summary.map(Arc::new);
        self.subscriptions.store(count, Relaxed);
    }

    /// Engine.IO starts with polling and moves on.
    pub fn upgraded(&self, transport: Transport) {
        self.changing().transport = transport;
    }

    /// The first reason stays the reason.
    pub fn close(&self, reason: CloseReason) {
        self.end(reason);
        (self.close)(self.ending().unwrap_or(reason));
    }

    pub(super) fn end(&self, reason: CloseReason) {
        self.ending.get_or_init(|| reason);
    }

    pub fn ending(&self) -> Option<CloseReason> {
        self.ending.get().copied()
    }

    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    pub fn project(&self) -> ProjectId {
        self.claim.project
    }

    pub fn user(&self) -> Option<&str> {
        self.claim.user.as_deref()
    }

    pub fn protocol(&self) -> Protocol {
        self.claim.protocol
    }

    pub fn tier(&self) -> Tier {
        self.claim.tier
    }

    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    pub fn ip(&self) -> IpAddr {
        self.ip
    }

    pub fn agent(&self) -> &str {
        &self.agent
    }

    pub fn transport(&self) -> Transport {
        self.changing().transport
    }

    pub fn summary(&self) -> Option<Arc<Value>> {
        self.changing().summary.clone()
    }

    pub fn subscriptions(&self) -> u32 {
        self.subscriptions.load(Relaxed)
    }

    pub fn connected_at(&self) -> Millis {
        self.connected_at
    }

    pub fn last_seen(&self) -> Millis {
        self.last_seen.load(Relaxed)
    }

    /// When it last said something, or else when it came.
    pub fn last_message(&self) -> Millis {
        self.last_message.load(Relaxed)
    }

    pub(super) fn is_stale(&self, stale_after: Millis, now: Millis) -> bool {
        now.saturating_sub(self.last_seen()) > stale_after
    }

    fn changing(&self) -> MutexGuard<'_, Changing> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
