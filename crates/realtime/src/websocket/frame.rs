//! Frames as the server sends them: whole and unmasked, encoded once and shared by everybody who
//! gets them.

use bytes::{BufMut, Bytes, BytesMut};

use super::CloseCode;

/// The longest header of a frame without a mask.
pub const MAX_HEADER: usize = 10;
/// The most that a ping, pong or close frame carries.
pub const MAX_CONTROL: usize = 125;

pub(super) const FIN: u8 = 0x80;
pub(super) const RSV1: u8 = 0x40;
const CODE_LEN: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opcode {
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xa,
}

impl Opcode {
    pub(super) fn from_bits(bits: u8) -> Option<Opcode> {
        Some(match bits {
            0x0 => Opcode::Continuation,
            0x1 => Opcode::Text,
            0x2 => Opcode::Binary,
            0x8 => Opcode::Close,
            0x9 => Opcode::Ping,
            0xa => Opcode::Pong,
            _ => return None,
        })
    }

    pub fn is_control(self) -> bool {
        matches!(self, Opcode::Close | Opcode::Ping | Opcode::Pong)
    }
}

/// Writes the header of a frame that is a whole message; `rsv1` marks a compressed one.
pub fn header(opcode: Opcode, len: usize, rsv1: bool, out: &mut impl BufMut) {
    out.put_u8(FIN | if rsv1 { RSV1 } else { 0 } | opcode as u8);
    match (len, u16::try_from(len)) {
        (0..=125, _) => out.put_u8(len as u8),
        (_, Ok(len)) => {
            out.put_u8(126);
            out.put_u16(len);
        }
        (_, Err(_)) => {
            out.put_u8(127);
            out.put_u64(len as u64);
        }
    }
}

pub fn text(payload: &str) -> Bytes {
    encode(Opcode::Text, false, payload.as_bytes())
}

pub fn binary(payload: &[u8]) -> Bytes {
    encode(Opcode::Binary, false, payload)
}

/// A text whose UTF-8 went through [`deflate::compress`](super::deflate::compress).
pub fn compressed_text(deflated: &[u8]) -> Bytes {
    encode(Opcode::Text, true, deflated)
}

/// A binary message that went through [`deflate::compress`](super::deflate::compress).
pub fn compressed_binary(deflated: &[u8]) -> Bytes {
    encode(Opcode::Binary, true, deflated)
}

/// What does not fit into a control frame is cut off.
pub fn ping(payload: &[u8]) -> Bytes {
    encode(Opcode::Ping, false, &payload[..payload.len().min(MAX_CONTROL)])
}

/// The answer to a ping, with the ping's payload; cut like one.
pub fn pong(payload: &[u8]) -> Bytes {
    encode(Opcode::Pong, false, &payload[..payload.len().min(MAX_CONTROL)])
}

/// The reason is cut between two characters where it does not fit.
pub fn close(code: CloseCode, reason: &str) -> Bytes {
    let reason = &reason[..reason.floor_char_boundary(MAX_CONTROL - CODE_LEN)];
    let len = CODE_LEN + reason.len();
    let mut out = BytesMut::with_capacity(MAX_HEADER + len);
    header(Opcode::Close, len, false, &mut out);
    out.put_u16(code.get());
    out.put_slice(reason.as_bytes());
    out.freeze()
}

fn encode(opcode: Opcode, rsv1: bool, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(MAX_HEADER + payload.len());
    header(opcode, payload.len(), rsv1, &mut out);
    out.put_slice(payload);
    out.freeze()
}

/// What whole, uncompressed frames of this side carry, and whether it is text.
pub fn payloads(mut frames: &[u8]) -> impl Iterator<Item = (bool, &[u8])> {
    std::iter::from_fn(move || {
        let (first, second) = (*frames.first()?, *frames.get(1)?);
        let (start, len) = match second {
            126 => (4, usize::from(u16::from_be_bytes(frames.get(2..4)?.try_into().ok()?))),
            127 => {
                let len = u64::from_be_bytes(frames.get(2..10)?.try_into().ok()?);
                (10, usize::try_from(len).ok()?)
            }
            short => (2, usize::from(short)),
        };
        let payload = frames.get(start..start + len)?;
        frames = &frames[start + len..];
        Some((first & 0x0f == Opcode::Text as u8, payload))
    })
}
