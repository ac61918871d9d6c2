use model::Millis;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::client::Source;
use super::kinds::Kinds;
use crate::native::{ErrorCode, Refusal};

/// What is said to one connection. What many are told is an [`Event`].
#[derive(Debug)]
pub enum ServerMessage<'a> {
    Connected(Connected<'a>),
    Disconnected {
        reason: &'a str,
    },
    /// A token was accepted, and holds until then.
    Authenticated {
        expires_at: Option<Millis>,
        request_id: Option<&'a str>,
    },
    Subscribed(Subscription<'a>),
    Unsubscribed(Subscription<'a>),
    Pong {
        request_id: Option<&'a str>,
    },
    Error(&'a Refusal),
    Warning(Warning<'a>),
    /// The last words to a connection that was never accepted.
    Rejected {
        code: ErrorCode,
        reason: &'a str,
    },
    History(HistoryData<'a>),
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connected<'a> {
    pub connection_id: &'a str,
    /// Milliseconds.
    pub heartbeat_interval: u64,
    pub max_reconnect_attempts: u32,
    /// Which run of the histories offsets belong to.
    pub epoch: &'a str,
}

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription<'a> {
    /// Everything that is subscribed to now, or what no longer is.
    #[serde(rename = "subscribed")]
    pub types: Kinds,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub channels: &'a [String],
    /// What was sent up to here is in the snapshot; events with a higher offset follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epoch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Warning<'a> {
    pub code: ErrorCode,
    pub message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
}

#[derive(Debug, Clone)]
pub struct HistoryData<'a> {
    pub source: &'a Source,
    /// Oldest first.
    pub records: &'a [&'a RawValue],
    pub limit: u32,
    pub has_more: bool,
    /// Something between what was asked for and these records is no longer known.
    pub gap: bool,
    /// `None` where it follows a subscription instead of a request.
    pub request_id: Option<&'a str>,
}

/// Something that happened, with data that were serialised once for all transports.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    pub id: Uuid,
    pub timestamp: Millis,
    pub event: &'a str,
    pub data: &'a RawValue,
    /// The number within its stream.
    pub seq: Option<u64>,
    /// The place in the history.
    pub offset: Option<u64>,
    pub epoch: Option<&'a str>,
    /// Sent from version 1.1 on.
    pub metadata: Option<&'a RawValue>,
}
