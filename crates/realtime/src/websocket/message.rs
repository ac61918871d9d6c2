//! What a client said, once it is complete.

use std::borrow::Cow;

use super::deflate::{InflateError, inflate};
use super::frame::Opcode;
use super::head::Head;
use super::{CloseCode, Violation};

/// Borrowed from the input where a message came in one piece, which is nearly always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message<'a> {
    Text(Cow<'a, str>),
    Binary(Cow<'a, [u8]>),
    Ping(Cow<'a, [u8]>),
    Pong(Cow<'a, [u8]>),
    /// The last message: whatever follows it is not read.
    Close {
        code: Option<CloseCode>,
        reason: Cow<'a, str>,
    },
}

/// The message of a single frame.
pub(super) fn whole<'a>(
    head: &Head,
    payload: Cow<'a, [u8]>,
    max: usize,
) -> Result<Message<'a>, Violation> {
    match head.opcode {
        Opcode::Close => close(payload),
        Opcode::Ping => Ok(Message::Ping(payload)),
        Opcode::Pong => Ok(Message::Pong(payload)),
        Opcode::Text | Opcode::Binary | Opcode::Continuation => Kind::of(head).finish(payload, max),
    }
}

/// What the first frame of a message says about all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub text: bool,
    pub compressed: bool,
}

impl Kind {
    pub fn of(first: &Head) -> Kind {
        Kind { text: first.opcode == Opcode::Text, compressed: first.rsv1 }
    }

    /// `payload` is all of the message.
    pub fn finish(self, payload: Cow<'_, [u8]>, max: usize) -> Result<Message<'_>, Violation> {
        let payload = if self.compressed {
            Cow::Owned(inflate(&payload, max).map_err(|e| match e {
                InflateError::TooBig => Violation::TooBig,
                InflateError::Damaged => Violation::Deflate,
            })?)
        } else {
            payload
        };
        if self.text { text(payload).map(Message::Text) } else { Ok(Message::Binary(payload)) }
    }
}

fn close(payload: Cow<'_, [u8]>) -> Result<Message<'_>, Violation> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() {
            Ok(Message::Close { code: None, reason: Cow::Borrowed("") })
        } else {
            Err(Violation::ClosePayload)
        };
    };
    let code = CloseCode::new(u16::from_be_bytes(*code)).ok_or(Violation::ClosePayload)?;
    let start = payload.len() - reason.len();
    let reason = text(match payload {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[start..]),
        Cow::Owned(mut bytes) => Cow::Owned(bytes.split_off(start)),
    })?;
    Ok(Message::Close { code: Some(code), reason })
}

fn text(payload: Cow<'_, [u8]>) -> Result<Cow<'_, str>, Violation> {
    match payload {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        Cow::Owned(bytes) => String::from_utf8(bytes).ok().map(Cow::Owned),
    }
    .ok_or(Violation::Utf8)
}
