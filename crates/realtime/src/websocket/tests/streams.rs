//! Whatever the pieces, the messages are the same.

use std::borrow::Cow;

use proptest::collection::vec;
use proptest::prelude::*;

use super::client::{
    self, BINARY, CLOSE, CONTINUATION, FIN, LIMITS, MAX, PING, PONG, RSV1, TEXT, wire,
};
use crate::websocket::deflate::compress;
use crate::websocket::{CloseCode, Message, Reader};

/// A bit of everything, ended by a close.
fn conversation() -> (Vec<u8>, Vec<Message<'static>>) {
    let deflated = compress(&[b'z'; 300]).unwrap();
    let bytes = wire(&[
        (FIN | TEXT, "héllo 点 😀".as_bytes()),
        (FIN | PING, b""),
        (TEXT, "a点"[..].as_bytes()),
        (FIN | PING, b"between"),
        (CONTINUATION, &"😀".as_bytes()[..1]),
        (FIN | PONG, &[9; 125]),
        (CONTINUATION, b""),
        (FIN, &"😀".as_bytes()[1..]),
        (FIN | BINARY, &[0xff; 130]),
        (FIN | RSV1 | BINARY, &deflated),
        (FIN | TEXT, b""),
        (FIN | CLOSE, b"\x0f\xa0done"),
    ]);
    let expected = vec![
        client::text("héllo 点 😀"),
        client::ping(b""),
        client::ping(b"between"),
        client::pong(&[9; 125]),
        client::text("a点😀"),
        client::binary(&[0xff; 130]),
        client::binary(&[b'z'; 300]),
        client::text(""),
        client::closed(CloseCode::new(4000), "done"),
    ];
    (bytes, expected)
}

#[test]
fn every_split_point_gives_the_same_messages() {
    let (bytes, expected) = conversation();
    for first in 0..bytes.len() {
        let mut reader = Reader::new(LIMITS);
        let (messages, violation) = client::read_in(&mut reader, &bytes, [first]);
        assert_eq!((messages, violation), (expected.clone(), None), "{first}");
        assert_eq!(reader.buffered(), 0);
    }
    for size in 1..20 {
        let mut reader = Reader::new(LIMITS);
        let (messages, _) = client::read_in(&mut reader, &bytes, std::iter::repeat(size));
        assert_eq!(messages, expected, "{size} at a time");
    }
}

#[test]
fn a_message_in_one_piece_is_not_copied() {
    let mut bytes = wire(&[(FIN | TEXT, b"Hello"), (FIN | PING, b"x"), (FIN | BINARY, b"y")]);
    let range = bytes.as_ptr_range();
    let mut reader = Reader::new(LIMITS);
    let mut input = bytes.as_mut_slice();
    let mut count = 0;
    while let Some(message) = reader.read(&mut input).unwrap() {
        let payload = match &message {
            Message::Text(Cow::Borrowed(s)) => s.as_bytes(),
            Message::Binary(Cow::Borrowed(b)) | Message::Ping(Cow::Borrowed(b)) => b,
            other => panic!("{other:?} was copied"),
        };
        assert!(range.contains(&payload.as_ptr()));
        assert_eq!(reader.buffered(), 0);
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn a_payload_that_follows_its_head_is_not_copied_either() {
    let mut bytes = wire(&[(FIN | TEXT, b"Hello")]);
    let (head, payload) = bytes.split_at_mut(6);
    let mut reader = Reader::new(LIMITS);
    let mut input = head;
    assert_eq!(reader.read(&mut input), Ok(None));
    let mut input = payload;
    assert!(matches!(reader.read(&mut input), Ok(Some(Message::Text(Cow::Borrowed("Hello"))))));
    assert_eq!(reader.buffered(), 0);
}

#[test]
fn buffers_stay_within_the_largest_message_and_are_freed() {
    let payload = vec![1; MAX];
    let bytes = wire(&[(BINARY, &payload[..MAX / 2]), (FIN, &payload[MAX / 2..])]);
    let mut reader = Reader::new(LIMITS);
    for piece in bytes.chunks(977) {
        let (messages, violation) = client::read_in(&mut reader, piece, []);
        assert_eq!(violation, None);
        assert!(reader.buffered() <= MAX + 512, "{}", reader.buffered());
        if let [message] = &*messages {
            assert_eq!(*message, client::binary(&payload));
        }
    }
    assert_eq!(reader.buffered(), 0);
}

#[derive(Debug, Clone)]
enum Said {
    Text(String, usize),
    Binary(Vec<u8>, usize),
    Compressed(String),
    Ping(Vec<u8>),
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        ("\\PC{0,60}", 1usize..5).prop_map(|(s, n)| Said::Text(s, n)),
        (vec(any::<u8>(), 0..400), 1usize..5).prop_map(|(b, n)| Said::Binary(b, n)),
        "[ab]{80,300}".prop_map(Said::Compressed),
        vec(any::<u8>(), 0..=125).prop_map(Said::Ping),
    ]
}

/// One message in `count` frames, with a ping between each two.
fn fragments(first: u8, payload: &[u8], count: usize) -> Vec<(u8, Vec<u8>)> {
    let size = payload.len().div_ceil(count).max(1);
    let mut pieces: Vec<_> = payload.chunks(size).map(<[u8]>::to_vec).collect();
    pieces.resize(pieces.len().max(1), Vec::new());
    let last = pieces.len() - 1;
    pieces
        .into_iter()
        .enumerate()
        .flat_map(|(n, piece)| {
            let opcode = if n == 0 { first } else { CONTINUATION };
            let fin = if n == last { FIN } else { 0 };
            let ping = (n < last).then(|| (FIN | PING, b"between".to_vec()));
            [Some((fin | opcode, piece)), ping]
        })
        .flatten()
        .collect()
}

fn sent(said: &Said) -> (Vec<(u8, Vec<u8>)>, Message<'_>) {
    match said {
        Said::Text(s, n) => (fragments(TEXT, s.as_bytes(), *n), client::text(s)),
        Said::Binary(b, n) => (fragments(BINARY, b, *n), client::binary(b)),
        Said::Compressed(s) => {
            let deflated = compress(s.as_bytes()).unwrap();
            (fragments(RSV1 | TEXT, &deflated, 2), client::text(s))
        }
        Said::Ping(b) => (vec![(FIN | PING, b.clone())], client::ping(b)),
    }
}

proptest! {
    #[test]
    fn any_chunking_of_a_valid_stream_gives_its_messages(
        conversation in vec(said(), 0..8),
        sizes in vec(1usize..200, 0..60),
    ) {
        let (frames, expected): (Vec<_>, Vec<_>) = conversation.iter().map(sent).unzip();
        let frames = frames.concat();
        let frames: Vec<_> = frames.iter().map(|(first, p)| (*first, &**p)).collect();
        let mut reader = Reader::new(LIMITS);
        let (messages, violation) = client::read_in(&mut reader, &wire(&frames), sizes);
        prop_assert_eq!(violation, None);
        prop_assert_eq!(reader.buffered(), 0);
        let between = client::ping(b"between");
        let messages: Vec<_> = messages.into_iter().filter(|m| *m != between).collect();
        prop_assert_eq!(messages, expected);
    }

    #[test]
    fn random_bytes_end_alike_however_they_arrive(
        bytes in vec(any::<u8>(), 0..600),
        sizes in vec(1usize..40, 0..60),
    ) {
        let at_once = client::read(&bytes);
        let mut reader = Reader::new(LIMITS);
        let in_pieces = client::read_in(&mut reader, &bytes, sizes);
        prop_assert_eq!(at_once, in_pieces);
        prop_assert!(reader.buffered() <= MAX);
    }

    /// Random bytes seldom get past the head, so damage is done to good ones.
    #[test]
    fn a_damaged_stream_ends_alike_however_it_arrives(
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        sizes in vec(1usize..40, 0..60),
    ) {
        let (mut bytes, _) = conversation();
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let at_once = client::read(&bytes);
        let in_pieces = client::read_in(&mut Reader::new(LIMITS), &bytes, sizes);
        prop_assert_eq!(at_once, in_pieces);
    }
}
