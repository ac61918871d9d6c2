//! Bodies of HTTP long-polling: packets as text, joined by a record separator.

use super::packet::{self, Packet, PacketError};

const SEPARATOR: char = '\u{1e}';

/// A body for one answer, filled from a queue until the next packet would not fit.
#[derive(Debug)]
pub struct PayloadWriter {
    body: String,
    budget: usize,
    packets: usize,
}

impl PayloadWriter {
    /// `budget` is in bytes of the body.
    pub fn new(budget: usize) -> Self {
        PayloadWriter { body: String::new(), budget, packets: 0 }
    }

    /// Takes an encoded packet, or leaves it for the next body and says `false`. It must not
    /// contain the separator; JSON never does, since it escapes control characters.
    #[must_use]
    pub fn push_text(&mut self, packet: &str) -> bool {
        let fits = self.begin(packet.len());
        if fits {
            self.body.push_str(packet);
        }
        fits
    }

    /// Like [`push_text`](Self::push_text), for bytes that a WebSocket would send as they are.
    #[must_use]
    pub fn push_binary(&mut self, bytes: &[u8]) -> bool {
        let fits = self.begin(packet::binary_text_len(bytes));
        if fits {
            packet::write_binary(&mut self.body, bytes);
        }
        fits
    }

    /// The first packet goes whatever its size: refused once, it would be refused for ever.
    fn begin(&mut self, length: usize) -> bool {
        if self.packets > 0 {
            let left = self.budget.saturating_sub(self.body.len());
            if length >= left {
                return false;
            }
            self.body.push(SEPARATOR);
        }
        self.body.reserve(length);
        self.packets += 1;
        true
    }

    /// How many packets are in the body.
    pub fn packets(&self) -> usize {
        self.packets
    }

    pub fn into_body(self) -> String {
        self.body
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadLimits {
    pub bytes: usize,
    pub packets: usize,
}

impl Default for PayloadLimits {
    fn default() -> Self {
        PayloadLimits { bytes: 1_000_000, packets: 4096 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the body has more than {0} packets")]
    TooManyPackets(usize),
    #[error("the body is not UTF-8")]
    NotUtf8,
    #[error(transparent)]
    Packet(#[from] PacketError),
}

/// The packets of a received body, decoded one at a time. The first error is the last item.
pub fn split(body: &[u8], limits: PayloadLimits) -> Result<Packets<'_>, PayloadError> {
    if body.len() > limits.bytes {
        return Err(PayloadError::TooLarge(limits.bytes));
    }
    let text = std::str::from_utf8(body).map_err(|_| PayloadError::NotUtf8)?;
    Ok(Packets { rest: Some(text), left: limits.packets, limit: limits.packets })
}

#[derive(Debug, Clone)]
pub struct Packets<'a> {
    rest: Option<&'a str>,
    left: usize,
    limit: usize,
}

impl<'a> Iterator for Packets<'a> {
    type Item = Result<Packet<'a>, PayloadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest.take()?;
        let Some(left) = self.left.checked_sub(1) else {
            return Some(Err(PayloadError::TooManyPackets(self.limit)));
        };
        self.left = left;
        let (packet, rest) = match text.split_once(SEPARATOR) {
            Some((packet, rest)) => (packet, Some(rest)),
            None => (text, None),
        };
        let packet = packet::decode_text(packet);
        if packet.is_ok() {
            self.rest = rest;
        }
        Some(packet.map_err(PayloadError::from))
    }
}
