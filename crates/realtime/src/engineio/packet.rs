//! The packets of Engine.IO v4 in their text form, as WebSocket text and in polling bodies.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// The handshake of the server, as JSON.
    Open(&'a str),
    Close,
    /// Carries text only while an upgrade is probed.
    Ping(&'a str),
    Pong(&'a str),
    Message(&'a str),
    /// A WebSocket sends the bytes as they are; as text they are `b` and base64.
    Binary(Bytes),
    Upgrade,
    Noop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    #[error("the packet is empty")]
    Empty,
    #[error("the packet has an unknown type")]
    UnknownType,
    #[error("the packet carries text that its type does not have")]
    UnexpectedText,
    #[error("the binary packet is not base64")]
    Base64,
}

/// Base64 must be canonical: one meaning has one spelling.
pub fn decode_text(text: &str) -> Result<Packet<'_>, PacketError> {
    let kind = *text.as_bytes().first().ok_or(PacketError::Empty)?;
    let rest = text.get(1..).ok_or(PacketError::UnknownType)?;
    let bare = |packet| if rest.is_empty() { Ok(packet) } else { Err(PacketError::UnexpectedText) };
    match kind {
        b'0' => Ok(Packet::Open(rest)),
        b'1' => bare(Packet::Close),
        b'2' => Ok(Packet::Ping(rest)),
        b'3' => Ok(Packet::Pong(rest)),
        b'4' => Ok(Packet::Message(rest)),
        b'5' => bare(Packet::Upgrade),
        b'6' => bare(Packet::Noop),
        b'b' => match STANDARD.decode(rest) {
            Ok(bytes) => Ok(Packet::Binary(bytes.into())),
            Err(_) => Err(PacketError::Base64),
        },
        _ => Err(PacketError::UnknownType),
    }
}

impl Packet<'_> {
    pub fn to_text(&self) -> String {
        let (kind, text) = match self {
            Packet::Open(text) => ('0', *text),
            Packet::Close => ('1', ""),
            Packet::Ping(text) => ('2', *text),
            Packet::Pong(text) => ('3', *text),
            Packet::Message(text) => ('4', *text),
            Packet::Upgrade => ('5', ""),
            Packet::Noop => ('6', ""),
            Packet::Binary(bytes) => {
                let mut out = String::with_capacity(binary_text_len(bytes));
                write_binary(&mut out, bytes);
                return out;
            }
        };
        let mut out = String::with_capacity(1 + text.len());
        out.push(kind);
        out.push_str(text);
        out
    }
}

pub(super) fn write_binary(out: &mut String, bytes: &[u8]) {
    out.push('b');
    STANDARD.encode_string(bytes, out);
}

/// How long [`write_binary`] makes `bytes`, without doing it.
pub(super) fn binary_text_len(bytes: &[u8]) -> usize {
    1 + bytes.len().div_ceil(3) * 4
}

/// What the server says in its `Open` packet, in the order of the stock server's fields.
pub fn handshake_json(
    sid: &str,
    upgrades: &[&str],
    ping_interval: Duration,
    ping_timeout: Duration,
    max_payload: usize,
) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Handshake<'a> {
        sid: &'a str,
        upgrades: &'a [&'a str],
        ping_interval: u64,
        ping_timeout: u64,
        max_payload: usize,
    }
    let handshake = Handshake {
        sid,
        upgrades,
        ping_interval: millis(ping_interval),
        ping_timeout: millis(ping_timeout),
        max_payload,
    };
    serde_json::to_string(&handshake).expect("strings and numbers always serialise")
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
