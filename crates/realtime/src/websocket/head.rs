//! The head of a frame as a client sends it: 6 to 14 bytes, of which the payload's length and the
//! mask are the last.

use super::Violation;
use super::frame::{FIN, MAX_CONTROL, MAX_HEADER, Opcode, RSV1};

const OTHER_RESERVED: u8 = 0x30;
const OPCODE: u8 = 0x0f;
const MASKED: u8 = 0x80;
const LENGTH: u8 = 0x7f;
const MASK_LEN: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub fin: bool,
    pub rsv1: bool,
    pub opcode: Opcode,
    pub mask: [u8; 4],
    pub len: u64,
}

impl Head {
    /// The head that `bytes` begin with, and its size. `None` if there is more to come; what the
    /// first two bytes give away is refused without waiting.
    pub fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>, Violation> {
        let [first, second, rest @ ..] = bytes else { return Ok(None) };
        let fin = first & FIN != 0;
        if first & OTHER_RESERVED != 0 {
            return Err(Violation::ReservedBits);
        }
        let opcode = Opcode::from_bits(first & OPCODE).ok_or(Violation::ReservedOpcode)?;
        if second & MASKED == 0 {
            return Err(Violation::Unmasked);
        }
        let short = second & LENGTH;
        if opcode.is_control() {
            if !fin {
                return Err(Violation::FragmentedControl);
            }
            if usize::from(short) > MAX_CONTROL {
                return Err(Violation::LongControl);
            }
        }
        let Some((len, rest)) = length(short, rest)? else { return Ok(None) };
        let Some((mask, payload)) = rest.split_first_chunk::<MASK_LEN>() else { return Ok(None) };
        let head = Head { fin, rsv1: first & RSV1 != 0, opcode, mask: *mask, len };
        Ok(Some((head, bytes.len() - payload.len())))
    }

    /// Whether the frame is neither the beginning nor the continuation of a longer message.
    pub fn is_message(&self) -> bool {
        self.fin && self.opcode != Opcode::Continuation
    }
}

fn length(short: u8, rest: &[u8]) -> Result<Option<(u64, &[u8])>, Violation> {
    let (len, shortest, rest) = match short {
        126 => {
            let Some((len, rest)) = rest.split_first_chunk() else { return Ok(None) };
            (u64::from(u16::from_be_bytes(*len)), 126..=0xffff, rest)
        }
        127 => {
            let Some((len, rest)) = rest.split_first_chunk() else { return Ok(None) };
            // The protocol keeps the top bit clear.
            (u64::from_be_bytes(*len), 0x1_0000..=u64::MAX >> 1, rest)
        }
        len => (u64::from(len), 0..=125, rest),
    };
    if shortest.contains(&len) { Ok(Some((len, rest))) } else { Err(Violation::LengthForm) }
}

/// The beginning of a head that has not arrived whole.
#[derive(Debug, Default)]
pub(super) struct Stash {
    bytes: [u8; MAX_HEADER + MASK_LEN],
    len: usize,
}

impl Stash {
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes from `input` what belongs to the head. `None` if that was all there is.
    pub fn head(&mut self, input: &mut &mut [u8]) -> Result<Option<Head>, Violation> {
        let known = self.len;
        let added = input.len().min(self.bytes.len() - known);
        self.bytes[known..known + added].copy_from_slice(&input[..added]);
        self.len += added;
        let parsed = Head::parse(&self.bytes[..self.len])?;
        let taken = match parsed {
            Some((_, size)) => size - known,
            None => added,
        };
        let _read = input.split_off_mut(..taken);
        if parsed.is_some() {
            self.len = 0;
        }
        Ok(parsed.map(|(head, _)| head))
    }
}
