//! `<kind>[<attachments>-][<namespace>,][<id>][<JSON>]`, read strictly.

use super::{Kind, MAX_ATTACHMENTS, Packet, payload, placeholders};

/// What a sender may ask of the parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Per packet, and never above [`MAX_ATTACHMENTS`].
    pub attachments: usize,
    /// The attachments of one packet together, in bytes.
    pub attachment_bytes: usize,
    /// The length of a namespace, in bytes.
    pub namespace: usize,
    /// Arrays and objects inside each other.
    pub depth: usize,
    /// Elements of the arguments, or fields of the object that connects.
    pub args: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            attachments: MAX_ATTACHMENTS,
            attachment_bytes: 4_000_000,
            namespace: 256,
            depth: 64,
            args: 1024,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("the packet is empty")]
    Empty,
    #[error("the packet has an unknown type")]
    UnknownKind,
    #[error("the number of attachments is malformed")]
    Attachments,
    #[error("the packet announces more than {0} attachments")]
    TooManyAttachments(usize),
    #[error("the placeholders do not name each attachment once")]
    Placeholders,
    #[error("the namespace is longer than {0} bytes")]
    LongNamespace(usize),
    #[error("the namespace has control characters")]
    Namespace,
    #[error("the packet id does not fit into 64 bits")]
    Id,
    #[error("the packet has an id, which its type does not have")]
    UnexpectedId,
    #[error("the acknowledgement does not say of what")]
    MissingId,
    #[error("the payload is not JSON")]
    Json,
    #[error("the payload is nested deeper than {0}")]
    TooDeep(usize),
    #[error("the payload has more than {0} elements")]
    TooManyArgs(usize),
    #[error("the payload does not fit the packet's type")]
    Payload,
    #[error("the name of the event is reserved")]
    ReservedName,
}

pub fn decode<'a>(text: &'a str, limits: &Limits) -> Result<Packet<'a>, DecodeError> {
    let first = *text.as_bytes().first().ok_or(DecodeError::Empty)?;
    let kind = Kind::from_digit(first).ok_or(DecodeError::UnknownKind)?;
    let (attachments, rest) = attachments(kind, &text[1..], limits)?;
    let (namespace, rest) = namespace(rest, limits)?;
    let (id, rest) = id(kind, rest)?;
    let data = payload::check(kind, rest, limits)?;
    if kind.is_binary() && !placeholders::name_each_once(data, attachments) {
        return Err(DecodeError::Placeholders);
    }
    Ok(Packet { kind, namespace, id, data, attachments })
}

fn attachments<'a>(
    kind: Kind,
    text: &'a str,
    limits: &Limits,
) -> Result<(usize, &'a str), DecodeError> {
    if !kind.is_binary() {
        return Ok((0, text));
    }
    let (digits, rest) = digits(text);
    let rest = rest.strip_prefix('-').ok_or(DecodeError::Attachments)?;
    let most = limits.attachments.min(MAX_ATTACHMENTS);
    match digits.parse::<usize>() {
        Ok(0) => Err(DecodeError::Attachments),
        Ok(count) if count <= most => Ok((count, rest)),
        // Digits that are no number are too many of them, or none.
        _ if digits.is_empty() => Err(DecodeError::Attachments),
        _ => Err(DecodeError::TooManyAttachments(most)),
    }
}

fn namespace<'a>(text: &'a str, limits: &Limits) -> Result<(&'a str, &'a str), DecodeError> {
    if !text.starts_with('/') {
        return Ok(("/", text));
    }
    let (said, rest) = text.split_once(',').unwrap_or((text, ""));
    if said.len() > limits.namespace {
        return Err(DecodeError::LongNamespace(limits.namespace));
    }
    // It is echoed in answers, where a record separator would begin another packet.
    if said.bytes().any(|b| b.is_ascii_control()) {
        return Err(DecodeError::Namespace);
    }
    let name = said.split_once('?').map_or(said, |(name, _query)| name);
    Ok((name, rest))
}

fn id(kind: Kind, text: &str) -> Result<(Option<u64>, &str), DecodeError> {
    let (digits, rest) = digits(text);
    let takes_id = matches!(kind, Kind::Event | Kind::BinaryEvent | Kind::Ack | Kind::BinaryAck);
    if digits.is_empty() {
        let missing = matches!(kind, Kind::Ack | Kind::BinaryAck);
        return if missing { Err(DecodeError::MissingId) } else { Ok((None, rest)) };
    }
    if !takes_id {
        return Err(DecodeError::UnexpectedId);
    }
    let id = digits.parse().map_err(|_| DecodeError::Id)?;
    Ok((Some(id), rest))
}

fn digits(text: &str) -> (&str, &str) {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(length)
}
