//! What is held of something unfinished. It does not exist while a connection is idle.

use std::borrow::Cow;

use super::assembly::Assembly;
use super::head::{Head, Stash};
use super::message::Kind;
use super::{Message, Violation, message};

#[derive(Debug, Default)]
pub(super) struct Partial {
    pub stash: Stash,
    pub frame: Option<Frame>,
    pub message: Option<Assembly>,
    /// The payload of a control frame; it may come between two fragments of `message`.
    control: Vec<u8>,
}

/// A frame whose payload is due.
#[derive(Debug)]
pub(super) struct Frame {
    /// Its mask is turned to where the payload goes on.
    pub head: Head,
    pub missing: usize,
}

impl Partial {
    pub fn is_empty(&self) -> bool {
        self.stash.is_empty() && self.frame.is_none() && self.message.is_none()
    }

    pub fn buffered(&self) -> usize {
        let message = self.message.as_ref().map_or(0, Assembly::capacity);
        size_of::<Self>() + self.control.capacity() + message
    }

    pub fn keep(&mut self, head: &Head, piece: &[u8], max: usize) -> Result<(), Violation> {
        if head.opcode.is_control() {
            self.control.extend_from_slice(piece);
            return Ok(());
        }
        let message = self.message.get_or_insert_with(|| Assembly::new(Kind::of(head)));
        message.push(piece, max)
    }

    /// The message that ends with this frame, all of which is kept.
    pub fn complete(
        &mut self,
        head: &Head,
        max: usize,
    ) -> Result<Option<Message<'static>>, Violation> {
        if head.opcode.is_control() {
            let payload = std::mem::take(&mut self.control);
            return message::whole(head, Cow::Owned(payload), max).map(Some);
        }
        if !head.fin {
            return Ok(None);
        }
        self.message.take().map(|message| message.finish(max)).transpose()
    }
}
