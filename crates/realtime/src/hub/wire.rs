//! How an event is written for each kind of client. Everything here is called once per event and
//! kind, however many clients there are.

use std::fmt::Write;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use model::Millis;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::event::{Event, Merge};
use super::scope::Scope;
use crate::native::{ErrorCode, Version, json, simple};
use crate::socketio::packet;
use crate::websocket::{deflate, frame};

/// Below this a deflated message is hardly smaller, and costs both sides more than it saves.
const WORTH_DEFLATING: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Socket.IO events under their own names.
    SocketIo,
    /// Socket.IO events that carry their offset, for clients that may resume.
    SocketIoResumable,
    /// The one event `message` with `{type, payload}`, for clients that asked for it.
    SocketIoMessage,
    Json,
    /// The JSON protocol's version 1.1.
    Json11,
    Simple,
    Sse,
    /// The data alone, for protocols of their own.
    Bare,
}

/// A dialect, and whether the connection agreed on permessage-deflate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wire {
    pub dialect: Dialect,
    pub deflate: bool,
}

impl Wire {
    pub const COUNT: usize = 16;

    pub const fn plain(dialect: Dialect) -> Self {
        Wire { dialect, deflate: false }
    }

    pub(super) const fn index(self) -> usize {
        (self.dialect as usize) * 2 + self.deflate as usize
    }
}

/// One or more whole frames; for SSE, the lines of one event.
pub(super) fn encode(event: &Event, wire: Wire) -> Bytes {
    let body = &event.publication.body;
    match wire.dialect {
        Dialect::SocketIo => socket_io(event, wire, |array| {
            push_name(array, &body.name);
            push_args(array, &body.args);
        }),
        Dialect::SocketIoResumable => socket_io(event, wire, |array| {
            push_name(array, &body.name);
            push_args(array, &body.args);
            // Attachments come after the text, so a string at the end disturbs nothing.
            if event.publication.keep.is_some() {
                let _ = write!(array, ",\"{}\"", token(&event.epoch, event.offset));
            }
        }),
        Dialect::SocketIoMessage => socket_io(event, wire, |array| {
            array.push_str("\"message\",{\"type\":");
            push_name(array, &body.name);
            let _ = write!(array, ",\"payload\":{}}}", event.data());
        }),
        Dialect::Json | Dialect::Json11 => json_text(&[event], wire),
        Dialect::Simple => {
            let data = event.data();
            text(&simple_text(event, event.name(), &data), wire)
        }
        Dialect::Sse => crate::sse::event_lines(event),
        Dialect::Bare => text(&event.data(), wire),
    }
}

/// Several events in one message; see [`super::event::Merge`].
pub(super) fn merged(events: &[&Arc<Event>], wire: Wire) -> Bytes {
    let all: Vec<&Event> = events.iter().map(|event| &***event).collect();
    let first = all[0];
    let name = match &first.publication.merge {
        Merge::Named(name) => name,
        _ => &first.publication.body.name,
    };
    let list = || {
        let data: Vec<_> = all.iter().map(|event| event.data()).collect();
        format!("[{}]", data.join(","))
    };
    match wire.dialect {
        Dialect::Json | Dialect::Json11 => json_text(&all, wire),
        Dialect::Simple => text(&simple_text(first, name, &list()), wire),
        Dialect::SocketIo | Dialect::SocketIoResumable => {
            let last = all[all.len() - 1];
            let resumable = wire.dialect == Dialect::SocketIoResumable;
            let offset = match resumable && last.publication.keep.is_some() {
                true => format!(",\"{}\"", token(&last.epoch, last.offset)),
                false => String::new(),
            };
            let array = format!("[{},{}{offset}]", quoted(name), list());
            let namespace = &first.publication.scope.namespace;
            text(packet::event_text(namespace, None, 0, &array).message(), wire)
        }
        Dialect::SocketIoMessage => {
            let array =
                format!("[\"message\",{{\"type\":{},\"payload\":{}}}]", quoted(name), list());
            let namespace = &first.publication.scope.namespace;
            text(packet::event_text(namespace, None, 0, &array).message(), wire)
        }
        Dialect::Bare => text(&list(), wire),
        // Never merged.
        Dialect::Sse => all.iter().flat_map(|event| crate::sse::event_lines(event)).collect(),
    }
}

fn json_text(events: &[&Event], wire: Wire) -> Bytes {
    let first = events[0];
    let version = if wire.dialect == Dialect::Json11 { Version::V1_1 } else { Version::V1_0 };
    let (id, timestamp) = (first.id, first.at);
    let envelope = json::Envelope { id, timestamp, version, direction: false };
    let data: Vec<_> = events.iter().map(|event| raw(&event.data())).collect();
    let list = events.iter().zip(&data).map(|(event, data)| json::Event {
        id: event.id,
        timestamp: event.at,
        event: event.name(),
        data,
        seq: None,
        offset: Some(event.offset),
        epoch: None,
        metadata: None,
    });
    let list: Vec<_> = list.collect();
    let mut out = Vec::new();
    json::write_events(&mut out, envelope, first.publication.body.kind, &list);
    text(&String::from_utf8_lossy(&out), wire)
}

fn simple_text(event: &Event, name: &str, data: &str) -> String {
    let data = raw(data);
    let request_id = event.reliable().then(|| event.id.to_string());
    let mut out = Vec::new();
    simple::write_push(
        &mut out,
        &simple::Push {
            event: name,
            data: &data,
            ts: event.at,
            request_id: request_id.as_deref(),
            seq: None,
            offset: Some(event.offset),
            epoch: None,
        },
    );
    String::from_utf8_lossy(&out).into_owned()
}

/// What was serialised before is JSON.
fn raw(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap_or_default()
}

/// Told to a client that does not keep up.
pub(super) fn warning(wire: Wire, scope: &Scope, dropped: u64, at: Millis) -> Bytes {
    const MESSAGE: &str = "Messages were dropped because this connection does not keep up";
    let code = ErrorCode::QueueOverflow;
    let dropped = Some(dropped);
    match wire.dialect {
        Dialect::Json | Dialect::Json11 => {
            let version =
                if wire.dialect == Dialect::Json11 { Version::V1_1 } else { Version::V1_0 };
            let id = Uuid::now_v7();
            let envelope = json::Envelope { id, timestamp: at, version, direction: false };
            let warning = json::Warning { code, message: MESSAGE, dropped };
            let mut out = Vec::new();
            json::write(&mut out, envelope, &json::ServerMessage::Warning(warning));
            text(&String::from_utf8_lossy(&out), wire)
        }
        Dialect::Simple => {
            let warning = simple::ServerMessage::Warning { code, message: MESSAGE, dropped };
            let mut out = Vec::new();
            simple::write(&mut out, at, None, &warning);
            text(&String::from_utf8_lossy(&out), wire)
        }
        Dialect::Sse => {
            let data = serde_json::json!({ "code": code, "message": MESSAGE, "dropped": dropped });
            format!("event: warning\ndata: {data}\n\n").into()
        }
        _ => {
            let data = serde_json::json!({ "code": code, "message": MESSAGE, "dropped": dropped });
            let array = format!("[\"error\",{data}]");
            text(packet::event_text(&scope.namespace, None, 0, &array).message(), wire)
        }
    }
}

/// What a client hands back to resume: an offset means nothing in another life of the hub.
pub fn token(epoch: &str, offset: u64) -> String {
    format!("{epoch}-{offset}")
}

/// The offset in a token of this epoch.
pub fn parse_token(epoch: &str, token: &str) -> Option<u64> {
    token.strip_prefix(epoch)?.strip_prefix('-')?.parse().ok()
}

fn quoted(name: &str) -> String {
    // A string always serialises.
    serde_json::to_string(name).unwrap_or_default()
}

fn push_name(array: &mut String, name: &str) {
    array.push_str(&quoted(name));
}

fn push_args(array: &mut String, args: &str) {
    if !args.is_empty() {
        array.push(',');
        array.push_str(args);
    }
}

fn socket_io(event: &Event, wire: Wire, inside: impl FnOnce(&mut String)) -> Bytes {
    let body = &event.publication.body;
    let mut array = String::with_capacity(body.name.len() + body.args.len() + 64);
    array.push('[');
    inside(&mut array);
    array.push(']');
    let attached = body.attachments.len();
    let message = packet::event_text(&event.publication.scope.namespace, None, attached, &array);
    self::message(message.message(), &body.attachments, wire)
}

/// A text and the bytes that belong to it, as frames that nothing comes between.
pub fn message(first: &str, attachments: &[Bytes], wire: Wire) -> Bytes {
    let first = text(first, wire);
    if attachments.is_empty() {
        return first;
    }
    let mut all = BytesMut::from(&first[..]);
    attachments.iter().for_each(|bytes| all.extend_from_slice(&binary(bytes, wire)));
    all.freeze()
}

/// A text message as one frame, deflated where that was agreed and pays.
pub fn text(message: &str, wire: Wire) -> Bytes {
    match squeezed(message.as_bytes(), wire) {
        Some(small) => frame::compressed_text(&small),
        None => frame::text(message),
    }
}

pub fn binary(message: &[u8], wire: Wire) -> Bytes {
    match squeezed(message, wire) {
        Some(small) => frame::compressed_binary(&small),
        None => frame::binary(message),
    }
}

fn squeezed(message: &[u8], wire: Wire) -> Option<Bytes> {
    let worth = wire.deflate && message.len() >= WORTH_DEFLATING;
    worth.then(|| deflate::compress(message)).flatten().map(Bytes::from)
}
