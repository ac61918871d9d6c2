//! A data message that arrives in pieces.

use std::borrow::Cow;

use super::message::Kind;
use super::{Message, Violation};

#[derive(Debug)]
pub(super) struct Assembly {
    kind: Kind,
    bytes: Vec<u8>,
    fragments: u32,
    /// How much of the text has been found to be UTF-8.
    valid: usize,
}

impl Assembly {
    /// Of a message whose first frame has begun.
    pub fn new(kind: Kind) -> Assembly {
        Assembly { kind, bytes: Vec::new(), fragments: 1, valid: 0 }
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    pub fn count_fragment(&mut self, max: u32) -> Result<(), Violation> {
        if self.fragments >= max {
            return Err(Violation::TooManyFragments);
        }
        self.fragments += 1;
        Ok(())
    }

    /// The caller has seen that the frame which `piece` belongs to fits into `max`.
    pub fn push(&mut self, piece: &[u8], max: usize) -> Result<(), Violation> {
        let len = self.bytes.len() + piece.len();
        if len > self.bytes.capacity() {
            // Grows with what has arrived, not with what was announced, and not beyond the limit.
            let wanted = (self.bytes.capacity() * 2).min(max).max(len);
            self.bytes.reserve_exact(wanted - self.bytes.len());
        }
        self.bytes.extend_from_slice(piece);
        if self.kind.text && !self.kind.compressed { self.validate() } else { Ok(()) }
    }

    pub fn finish(self, max: usize) -> Result<Message<'static>, Violation> {
        self.kind.finish(Cow::Owned(self.bytes), max)
    }

    /// Refuses bad UTF-8 as soon as it arrives; the end may be in the middle of a character.
    fn validate(&mut self) -> Result<(), Violation> {
        match std::str::from_utf8(&self.bytes[self.valid..]) {
            Ok(_) => self.valid = self.bytes.len(),
            Err(e) if e.error_len().is_none() => self.valid += e.valid_up_to(),
            Err(_) => return Err(Violation::Utf8),
        }
        Ok(())
    }
}
