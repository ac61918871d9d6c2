//! A client's side of the wire, as simple as it can be, and a few ways to read what it sent.

use std::borrow::Cow;

use crate::websocket::{CloseCode, Limits, Message, Reader, Violation};

pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;
pub const CONTINUATION: u8 = 0x0;
pub const FIN: u8 = 0x80;
pub const RSV1: u8 = 0x40;

pub const MAX: usize = 100_000;
pub const LIMITS: Limits = Limits { max_message: MAX, max_fragments: 8, deflate: true };

/// A masked frame; `first` is its first byte.
pub fn frame(first: u8, mask: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    match payload.len() {
        len @ 0..=125 => out.push(0x80 | len as u8),
        len @ 126..=0xffff => {
            out.push(0x80 | 126);
            out.extend((len as u16).to_be_bytes());
        }
        len => {
            out.push(0x80 | 127);
            out.extend((len as u64).to_be_bytes());
        }
    }
    out.extend(mask);
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(b, k)| b ^ k));
    out
}

/// Frames behind one another, each masked differently.
pub fn wire(frames: &[(u8, &[u8])]) -> Vec<u8> {
    let mask = |n: usize| (0x9e37_79b9_u32.wrapping_mul(n as u32 + 1)).to_be_bytes();
    frames.iter().enumerate().flat_map(|(n, (first, p))| frame(*first, mask(n), p)).collect()
}

/// All messages, with `chunk` giving the sizes in which the bytes arrive, and how it ended.
pub fn read_in(
    reader: &mut Reader,
    bytes: &[u8],
    chunk: impl IntoIterator<Item = usize>,
) -> (Vec<Message<'static>>, Option<Violation>) {
    let mut messages = Vec::new();
    let mut rest = bytes;
    let mut sizes = chunk.into_iter();
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(rest.len()).clamp(1, rest.len());
        let (now, later) = rest.split_at(size);
        rest = later;
        let mut scratch = now.to_vec();
        let mut input = scratch.as_mut_slice();
        loop {
            match reader.read(&mut input) {
                Ok(Some(message)) => messages.push(owned(message)),
                Ok(None) => break,
                Err(violation) => return (messages, Some(violation)),
            }
        }
        assert!(input.is_empty(), "everything is read before more is asked for");
    }
    (messages, None)
}

pub fn read(bytes: &[u8]) -> (Vec<Message<'static>>, Option<Violation>) {
    read_in(&mut Reader::new(LIMITS), bytes, [])
}

fn owned(message: Message<'_>) -> Message<'static> {
    let bytes = |b: Cow<'_, [u8]>| Cow::Owned(b.into_owned());
    match message {
        Message::Text(s) => Message::Text(Cow::Owned(s.into_owned())),
        Message::Binary(b) => Message::Binary(bytes(b)),
        Message::Ping(b) => Message::Ping(bytes(b)),
        Message::Pong(b) => Message::Pong(bytes(b)),
        Message::Close { code, reason } => {
            Message::Close { code, reason: Cow::Owned(reason.into_owned()) }
        }
    }
}

pub fn text(s: &str) -> Message<'_> {
    Message::Text(Cow::Borrowed(s))
}

pub fn binary(b: &[u8]) -> Message<'_> {
    Message::Binary(Cow::Borrowed(b))
}

pub fn ping(b: &[u8]) -> Message<'_> {
    Message::Ping(Cow::Borrowed(b))
}

pub fn pong(b: &[u8]) -> Message<'_> {
    Message::Pong(Cow::Borrowed(b))
}

pub fn closed(code: Option<CloseCode>, reason: &str) -> Message<'_> {
    Message::Close { code, reason: Cow::Borrowed(reason) }
}
