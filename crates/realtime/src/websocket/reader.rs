//! From the bytes of a connection, in whatever pieces they arrive, to messages.

use std::borrow::Cow;

use super::frame::Opcode;
use super::head::Head;
use super::mask::unmask;
use super::partial::{Frame, Partial};
use super::{Message, Violation, message};

#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most bytes of a message, compressed as well as inflated.
    pub max_message: usize,
    /// The most frames of a message. Empty ones cost no memory, but time.
    pub max_fragments: u32,
    /// Whether permessage-deflate was negotiated.
    pub deflate: bool,
}

impl Limits {
    /// More frames in a message than anybody has a reason for.
    pub const FRAGMENTS: u32 = 1024;
}

/// Reads one connection. Between messages it holds no buffer, so that an idle connection costs
/// nothing but this.
#[derive(Debug)]
pub struct Reader {
    limits: Limits,
    ended: bool,
    partial: Option<Box<Partial>>,
}

impl Reader {
    pub fn new(limits: Limits) -> Reader {
        Reader { limits, ended: false, partial: None }
    }

    /// Takes the next message off the front of `input`, which is unmasked in place. `None` when
    /// all of the input was read and no message is complete: call again with what arrives next.
    ///
    /// A violation or a close message is the end: later input is discarded.
    pub fn read<'a>(&mut self, input: &mut &'a mut [u8]) -> Result<Option<Message<'a>>, Violation> {
        if self.ended {
            *input = &mut [];
            return Ok(None);
        }
        let result = self.advance(input);
        self.ended = matches!(result, Err(_) | Ok(Some(Message::Close { .. })));
        if self.ended || self.partial.as_ref().is_some_and(|p| p.is_empty()) {
            self.partial = None;
        }
        result
    }

    /// How many bytes are held for something unfinished: at most the largest message and a few
    /// hundred more.
    pub fn buffered(&self) -> usize {
        self.partial.as_ref().map_or(0, |p| p.buffered())
    }

    fn advance<'a>(&mut self, input: &mut &'a mut [u8]) -> Result<Option<Message<'a>>, Violation> {
        while !input.is_empty() {
            let frame = match self.partial.as_mut().and_then(|p| p.frame.take()) {
                Some(frame) => frame,
                None => match self.head(input)? {
                    Some(head) => Frame { missing: self.admit(&head)?, head },
                    None => break,
                },
            };
            if let Some(message) = self.payload(frame, input)? {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    fn head(&mut self, input: &mut &mut [u8]) -> Result<Option<Head>, Violation> {
        if self.partial.as_ref().is_none_or(|p| p.stash.is_empty())
            && let Some((head, size)) = Head::parse(input)?
        {
            let _read = input.split_off_mut(..size);
            return Ok(Some(head));
        }
        self.partial.get_or_insert_default().stash.head(input)
    }

    /// Judges a frame by its head, before anything is kept of its payload, whose length it returns.
    fn admit(&mut self, head: &Head) -> Result<usize, Violation> {
        let starts = matches!(head.opcode, Opcode::Text | Opcode::Binary);
        if head.rsv1 && !(starts && self.limits.deflate) {
            return Err(Violation::ReservedBits);
        }
        let len = usize::try_from(head.len).map_err(|_| Violation::TooBig)?;
        if head.opcode.is_control() {
            return Ok(len);
        }
        let known = match self.partial.as_mut().and_then(|p| p.message.as_mut()) {
            Some(_) if starts => return Err(Violation::Interleaved),
            Some(message) => {
                message.count_fragment(self.limits.max_fragments)?;
                message.len()
            }
            None if starts => 0,
            None => return Err(Violation::StrayContinuation),
        };
        // What does not deflate comes a little larger than it is.
        let slack = if head.rsv1 { len / 1024 + 64 } else { 0 };
        if len > self.limits.max_message.saturating_sub(known).saturating_add(slack) {
            return Err(Violation::TooBig);
        }
        Ok(len)
    }

    /// Takes as much of the payload as there is.
    fn payload<'a>(
        &mut self,
        mut frame: Frame,
        input: &mut &'a mut [u8],
    ) -> Result<Option<Message<'a>>, Violation> {
        let untouched = frame.missing as u64 == frame.head.len;
        let size = frame.missing.min(input.len());
        let piece = input.split_off_mut(..size).unwrap_or_default();
        frame.head.mask = unmask(piece, frame.head.mask);
        frame.missing -= size;

        let Frame { ref head, missing } = frame;
        let max = self.limits.max_message;
        if untouched && missing == 0 && head.is_message() {
            return message::whole(head, Cow::Borrowed(piece), max).map(Some);
        }
        let partial = self.partial.get_or_insert_default();
        if missing > 0 {
            // With the payload still to come, the message may yet be in one piece.
            if size > 0 {
                partial.keep(head, piece, max)?;
            }
            partial.frame = Some(frame);
            return Ok(None);
        }
        partial.keep(head, piece, max)?;
        partial.complete(head, max)
    }
}
