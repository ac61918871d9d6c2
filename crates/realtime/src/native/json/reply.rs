//! What the answers to one connection carry in `data`.

use model::Millis;
use serde::Serialize;
use serde_json::value::RawValue;

use super::client::Source;
use super::kinds::{Kind, Kinds};
use super::server::{Connected, HistoryData, ServerMessage};
use super::write::Envelope;
use crate::native::{ErrorCode, Version};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Greeting<'a> {
    #[serde(flatten)]
    connected: &'a Connected<'a>,
    server_time: Millis,
    supported_types: Kinds,
    protocol_version: &'static str,
    supported_versions: [&'static str; 2],
}

/// Data that say when they held, also once they are out of their envelope.
#[derive(Serialize)]
struct Stamped<D> {
    timestamp: Millis,
    #[serde(flatten)]
    data: D,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Millis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Reason<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<ErrorCode>,
    reason: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Records<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    data: &'a [&'a RawValue],
    limit: u32,
    has_more: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    gap: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

/// Appends a message for one connection to `out`.
pub fn write(out: &mut Vec<u8>, envelope: Envelope, message: &ServerMessage<'_>) {
    let timestamp = envelope.timestamp;
    match message {
        ServerMessage::Connected(connected) => {
            let data = Greeting::new(connected, envelope);
            envelope.put(out, Kind::System, "connected", data);
        }
        ServerMessage::Disconnected { reason } => {
            envelope.put(out, Kind::System, "disconnected", Reason { code: None, reason });
        }
        &ServerMessage::Authenticated { expires_at, request_id } => {
            let data = Answer { expires_at, request_id };
            envelope.put(out, Kind::System, "authenticated", Stamped { timestamp, data });
        }
        ServerMessage::Subscribed(data) => {
            envelope.put(out, Kind::Config, "subscribed", Stamped { timestamp, data });
        }
        ServerMessage::Unsubscribed(data) => {
            envelope.put(out, Kind::Config, "unsubscribed", Stamped { timestamp, data });
        }
        &ServerMessage::Pong { request_id } => {
            let data = Answer { expires_at: None, request_id };
            envelope.put(out, Kind::System, "pong", Stamped { timestamp, data });
        }
        ServerMessage::Error(refusal) => envelope.put(out, Kind::Error, "error", refusal),
        ServerMessage::Warning(warning) => envelope.put(out, Kind::System, "warning", warning),
        &ServerMessage::Rejected { code, reason } => {
            let data = Reason { code: Some(code), reason };
            envelope.put(out, Kind::Error, "connection_rejected", data);
        }
        ServerMessage::History(history) => {
            envelope.put(out, Kind::System, "history_data", Records::from(history));
        }
    }
}

impl<'a> Greeting<'a> {
    fn new(connected: &'a Connected<'a>, envelope: Envelope) -> Self {
        Greeting {
            connected,
            server_time: envelope.timestamp,
            supported_types: Kinds::SUPPORTED,
            protocol_version: envelope.version.as_str(),
            supported_versions: Version::SUPPORTED,
        }
    }
}

impl<'a> From<&'a HistoryData<'a>> for Records<'a> {
    fn from(history: &'a HistoryData<'a>) -> Self {
        let (kind, channel) = match history.source {
            Source::Type(kind) => (Some(*kind), None),
            Source::Channel(name) => (None, Some(name.as_str())),
        };
        Records {
            kind,
            channel,
            data: history.records,
            limit: history.limit,
            has_more: history.has_more,
            gap: history.gap,
            request_id: history.request_id,
        }
    }
}
