//! A connection's packets, put together from the text and binary messages that carry them.

use std::borrow::Cow;

use bytes::Bytes;

use super::{Args, DecodeError, Kind, Limits, Packet, decode};

/// A whole packet, with exactly what its kind has.
#[derive(Debug, Clone)]
pub struct Incoming<'a> {
    pub namespace: Cow<'a, str>,
    pub body: Body<'a>,
}

#[derive(Debug, Clone)]
pub enum Body<'a> {
    /// What the client says to be let in: a JSON object, if anything.
    Connect(Option<&'a str>),
    Disconnect,
    Event {
        /// Present if the sender waits for an acknowledgement.
        id: Option<u64>,
        args: Args,
    },
    Ack {
        id: u64,
        args: Args,
    },
    /// A JSON object or string.
    ConnectError(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    #[error(transparent)]
    Packet(#[from] DecodeError),
    #[error("a binary message came that no packet announced")]
    UnexpectedBinary,
    #[error("a text message came where an attachment was announced")]
    UnexpectedText,
    #[error("the attachments are larger than {0} bytes together")]
    TooLarge(usize),
}

/// One per connection; a pointer while no attachments are awaited. After an error it is empty,
/// and the connection is to be closed: what follows may belong to the refused packet.
#[derive(Debug, Default)]
pub struct Decoder {
    waiting: Option<Box<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    namespace: Box<str>,
    kind: Kind,
    id: Option<u64>,
    args: Args,
    attachments: Vec<Bytes>,
    expected: usize,
}

impl Decoder {
    /// The packet, or `None` if its attachments are to follow.
    pub fn text<'a>(
        &mut self,
        text: &'a str,
        limits: &Limits,
    ) -> Result<Option<Incoming<'a>>, FeedError> {
        if self.waiting.take().is_some() {
            return Err(FeedError::UnexpectedText);
        }
        let packet = decode(text, limits)?;
        if packet.attachments > 0 {
            self.waiting = Some(Box::new(Waiting::new(&packet)));
            return Ok(None);
        }
        let body = body(&packet)?;
        Ok(Some(Incoming { namespace: Cow::Borrowed(packet.namespace), body }))
    }

    /// The packet that `bytes` completes, or `None` if more are to follow.
    pub fn binary(
        &mut self,
        bytes: Bytes,
        limits: &Limits,
    ) -> Result<Option<Incoming<'static>>, FeedError> {
        let mut waiting = self.waiting.take().ok_or(FeedError::UnexpectedBinary)?;
        let held = waiting.attachment_bytes();
        if bytes.len() > limits.attachment_bytes.saturating_sub(held) {
            return Err(FeedError::TooLarge(limits.attachment_bytes));
        }
        waiting.attachments.push(bytes);
        if waiting.attachments.len() < waiting.expected {
            self.waiting = Some(waiting);
            return Ok(None);
        }
        Ok(Some(waiting.complete()?))
    }

    /// How many attachments the packet in hand still lacks.
    pub fn awaiting(&self) -> usize {
        self.waiting.as_ref().map_or(0, |w| w.expected - w.attachments.len())
    }

    /// How much of a packet is kept until its last attachment, in bytes.
    pub fn held_bytes(&self) -> usize {
        let held = |w: &Waiting| w.namespace.len() + w.args.json().len() + w.attachment_bytes();
        self.waiting.as_deref().map_or(0, held)
    }
}

impl Waiting {
    fn new(packet: &Packet<'_>) -> Self {
        Waiting {
            namespace: packet.namespace.into(),
            kind: packet.kind,
            id: packet.id,
            args: args(packet),
            attachments: Vec::with_capacity(packet.attachments),
            expected: packet.attachments,
        }
    }

    fn attachment_bytes(&self) -> usize {
        self.attachments.iter().map(Bytes::len).sum()
    }

    fn complete(self) -> Result<Incoming<'static>, DecodeError> {
        let body = call(self.kind, self.id, self.args.attach(self.attachments))?;
        Ok(Incoming { namespace: Cow::Owned(self.namespace.into()), body })
    }
}

fn body<'a>(packet: &Packet<'a>) -> Result<Body<'a>, DecodeError> {
    match packet.kind {
        Kind::Connect => Ok(Body::Connect(Some(packet.data).filter(|data| !data.is_empty()))),
        Kind::Disconnect => Ok(Body::Disconnect),
        Kind::ConnectError => Ok(Body::ConnectError(packet.data)),
        kind => call(kind, packet.id, args(packet)),
    }
}

fn call(kind: Kind, id: Option<u64>, args: Args) -> Result<Body<'static>, DecodeError> {
    if matches!(kind, Kind::Ack | Kind::BinaryAck) {
        return Ok(Body::Ack { id: id.ok_or(DecodeError::MissingId)?, args });
    }
    Ok(Body::Event { id, args })
}

fn args(packet: &Packet<'_>) -> Args {
    let named = matches!(packet.kind, Kind::Event | Kind::BinaryEvent);
    Args::new(packet.data, Vec::new(), named)
}
