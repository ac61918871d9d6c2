use serde::{Deserialize, Serialize};

use crate::origin::origin_matches;
use crate::{Millis, ProjectId, ProjectSettings};

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scope {
    /// Send telemetry and web-see reports.
    #[serde(rename = "ingest:events")]
    IngestEvents,
    /// Send logs.
    #[serde(rename = "ingest:logs")]
    IngestLogs,
    /// Read events, logs, recordings and figures of the project.
    #[serde(rename = "query:read")]
    QueryRead,
    /// Hand out tickets for live connections, and revoke them.
    #[serde(rename = "realtime:tickets")]
    RealtimeTickets,
    /// Send events to live connections.
    #[serde(rename = "realtime:publish")]
    RealtimePublish,
}

impl Scope {
    pub const ALL: [Scope; 5] = [
        Scope::IngestEvents,
        Scope::IngestLogs,
        Scope::QueryRead,
        Scope::RealtimeTickets,
        Scope::RealtimePublish,
    ];

    /// Whether a key of this kind may have it: what ships in a page or signs requests only sends.
    pub const fn fits(self, kind: KeyKind) -> bool {
        matches!(self, Scope::IngestEvents | Scope::IngestLogs) || matches!(kind, KeyKind::Secret)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Scope::IngestEvents => "ingest:events",
            Scope::IngestLogs => "ingest:logs",
            Scope::QueryRead => "query:read",
            Scope::RealtimeTickets => "realtime:tickets",
            Scope::RealtimePublish => "realtime:publish",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// Ships in a page: anyone can read it, so it only ingests, and only from allowed origins.
    Public,
    /// Stays on a server; kept as a hash.
    Secret,
    /// Signs requests (HMAC) and tokens (HS256); kept encrypted.
    Signing,
}

/// A key as the pipeline needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectKey {
    pub id: i64,
    pub kind: KeyKind,
    pub scopes: Vec<Scope>,
    /// Narrower than the project's origins when not empty.
    pub origins: Vec<String>,
    /// Environment that the key is bound to; overrides what the sender claims.
    pub env: Option<String>,
    pub expires_at: Option<Millis>,
    /// Only of signing keys.
    pub signing_secret: Option<Vec<u8>>,
}

impl ProjectKey {
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    pub fn expired(&self, now: Millis) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

/// A project as the pipeline sees it: an immutable snapshot, replaced whole on every change.
#[derive(Debug, Clone)]
pub struct Project {
    pub id: ProjectId,
    pub slug: String,
    pub demo: bool,
    pub environments: Vec<String>,
    pub settings: ProjectSettings,
    /// Keys the pseudonyms of this project.
    pub salt: [u8; 32],
    /// Signing keys that are in force, newest first.
    pub signing: Vec<ProjectKey>,
    /// Changes whenever anything above does.
    pub version: u64,
}

impl Project {
    /// Whether a page at `origin` may send with `key`.
    pub fn allows_origin(&self, key: &ProjectKey, origin: &str) -> bool {
        let list =
            if key.origins.is_empty() { &self.settings.access.origins } else { &key.origins };
        list.iter().any(|entry| origin_matches(entry, origin))
    }
}
