//! A stream in any pieces gives the messages and the end that it gives in one piece, within the
//! limits; and what is sent like a message that was read is read as the same.
//!
//! Input: flags, four sizes of pieces that are repeated, the stream.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use realtime::websocket::{Limits, Message, Reader, Violation, deflate, frame};

/// What a reader may hold besides the message: the head, and the payload of a control frame.
const OVERHEAD: usize = 512;

fuzz_target!(|data: &[u8]| {
    let Some((&flags, rest)) = data.split_first() else { return };
    let Some((&sizes, stream)) = rest.split_first_chunk::<4>() else { return };
    let limits = limits(flags);
    let (messages, violation) = read(limits, stream, std::iter::repeat(usize::MAX));
    let pieces = sizes.iter().map(|size| usize::from(*size) + 1).cycle();
    assert_eq!(read(limits, stream, pieces), (messages.clone(), violation));
    for message in &messages {
        is_within(message, &limits);
        is_read_as_it_is_sent(message, &limits, sizes);
    }
    let longest = messages.iter().map(data_len).max().unwrap_or(0);
    let tighter = Limits { max_message: longest.saturating_sub(1), ..limits };
    let (fitting, _) = read(tighter, stream, std::iter::repeat(usize::MAX));
    fitting.iter().for_each(|message| is_within(message, &tighter));
    if let Some(violation) = violation {
        assert!((1000..=1015).contains(&violation.code().get()));
        assert!(violation.to_string().len() <= frame::MAX_CONTROL - 2);
    }
});

fn limits(flags: u8) -> Limits {
    let max_message = [0, 1, 125, 126, 1000, 4096, 1 << 16, 1 << 20][usize::from(flags >> 1 & 7)];
    Limits { max_message, max_fragments: u32::from(flags >> 4), deflate: flags & 1 == 1 }
}

fn read(
    limits: Limits,
    stream: &[u8],
    mut sizes: impl Iterator<Item = usize>,
) -> (Vec<Message<'static>>, Option<Violation>) {
    let mut reader = Reader::new(limits);
    let mut messages = Vec::new();
    let mut rest = stream;
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(usize::MAX).min(rest.len());
        let (piece, later) = rest.split_at(size);
        rest = later;
        let mut piece = piece.to_vec();
        let mut input = piece.as_mut_slice();
        loop {
            match reader.read(&mut input) {
                Ok(Some(message)) => messages.push(owned(message)),
                Ok(None) => break,
                Err(violation) => {
                    assert_eq!(reader.read(&mut input), Ok(None), "a violation is the end");
                    return (messages, Some(violation));
                }
            }
            assert!(reader.buffered() <= limits.max_message + OVERHEAD);
        }
        assert!(input.is_empty(), "nothing that was taken for read is left over");
        assert!(reader.buffered() <= limits.max_message + OVERHEAD);
    }
    (messages, None)
}

fn data_len(message: &Message<'_>) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) => bytes.len(),
        Message::Ping(_) | Message::Pong(_) | Message::Close { .. } => 0,
    }
}

fn is_within(message: &Message<'_>, limits: &Limits) {
    assert!(data_len(message) <= limits.max_message);
    match message {
        Message::Ping(bytes) | Message::Pong(bytes) => assert!(bytes.len() <= frame::MAX_CONTROL),
        Message::Close { reason, .. } => assert!(reason.len() <= frame::MAX_CONTROL - 2),
        Message::Text(_) | Message::Binary(_) => {}
    }
}

fn is_read_as_it_is_sent(message: &Message<'static>, limits: &Limits, key: [u8; 4]) {
    let (plain, compressed) = match message {
        Message::Text(text) => (
            frame::text(text),
            deflate::compress(text.as_bytes()).map(|d| frame::compressed_text(&d)),
        ),
        Message::Binary(bytes) => {
            (frame::binary(bytes), deflate::compress(bytes).map(|d| frame::compressed_binary(&d)))
        }
        Message::Ping(bytes) => (frame::ping(bytes), None),
        Message::Pong(bytes) => (frame::pong(bytes), None),
        Message::Close { code: Some(code), reason } => (frame::close(*code, reason), None),
        // The server always says why.
        Message::Close { code: None, .. } => return,
    };
    let limits = Limits { deflate: true, ..*limits };
    for frame in std::iter::once(plain).chain(compressed) {
        let again = read(limits, &masked(&frame, key), std::iter::repeat(usize::MAX));
        assert_eq!(again, (vec![message.clone()], None));
    }
}

/// A server's frame as a client would have sent it.
fn masked(frame: &Bytes, key: [u8; 4]) -> Vec<u8> {
    let header = match frame[1] {
        126 => 4,
        127 => 10,
        _ => 2,
    };
    let (header, payload) = frame.split_at(header);
    let mut out = header.to_vec();
    out[1] |= 0x80;
    out.extend(key);
    out.extend(payload.iter().zip(key.iter().cycle()).map(|(byte, k)| byte ^ k));
    out
}

fn owned(message: Message<'_>) -> Message<'static> {
    match message {
        Message::Text(text) => Message::Text(text.into_owned().into()),
        Message::Binary(bytes) => Message::Binary(bytes.into_owned().into()),
        Message::Ping(bytes) => Message::Ping(bytes.into_owned().into()),
        Message::Pong(bytes) => Message::Pong(bytes.into_owned().into()),
        Message::Close { code, reason } => {
            Message::Close { code, reason: reason.into_owned().into() }
        }
    }
}
