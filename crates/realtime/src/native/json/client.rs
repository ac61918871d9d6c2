use model::Millis;
use uuid::Uuid;

use super::kinds::Kinds;
use crate::hub::filter::Severity;
use crate::native::{Position, Secret};

/// A valid message of a client.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientMessage {
    /// As the client wrote it: answers repeat it as `requestId`.
    pub id: String,
    /// The client's clock.
    pub sent_at: Millis,
    pub action: Action,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Subscribe(Subscribe),
    Unsubscribe(Unsubscribe),
    Ping,
    GetHistory(History),
    /// The message `of` was received and dealt with.
    Ack {
        of: String,
    },
    /// The first message of a connection without a ticket, or a fresh ticket for a running one.
    Auth {
        token: Secret,
    },
}

/// At least one type or channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscribe {
    pub types: Kinds,
    /// Named channels, under the same policy as those of the simple protocol.
    pub channels: Vec<String>,
    /// The shortest time between two messages.
    pub throttle_ms: Option<u32>,
    pub filter: Option<Filter>,
    pub mode: SubscribeMode,
    /// Whether recent history follows the confirmation.
    pub history: bool,
    /// Where an earlier connection got to: what came after it follows instead of recent history.
    pub since: Option<Position>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SubscribeMode {
    #[default]
    Add,
    /// Nothing else stays subscribed.
    Replace,
}

/// As it was asked for; what it means is for [`HealthFilter`](crate::hub::filter::HealthFilter).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub min_severity: Option<Severity>,
    /// Empty: all of them.
    pub components: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsubscribe {
    /// Neither types nor channels were named.
    Everything,
    Of {
        types: Kinds,
        channels: Vec<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub source: Source,
    /// 1 to 100.
    pub limit: u32,
    /// Only what is older.
    pub before: Option<Position>,
    /// Only what is newer.
    pub since: Option<Position>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// One type.
    Type(super::Kind),
    Channel(String),
}

/// What a message may leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `id`, `type` and `timestamp` must be there.
    Strict,
    /// What is missing of them is filled in by these.
    Lenient { id: Uuid, now: Millis },
}
