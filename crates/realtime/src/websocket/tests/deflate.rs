use proptest::prelude::*;

use super::client::{self, FIN, LIMITS, MAX, RSV1, TEXT};
use crate::websocket::deflate::{InflateError, compress, inflate};
use crate::websocket::{CloseCode, Limits, Reader, Violation, frame};

/// RFC 7692 §7.2.3: one block, two blocks, no compression, a final block, the empty message.
#[test]
fn the_examples_of_the_rfc_are_inflated() {
    let hello: [&[u8]; 4] = [
        &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00],
        &[0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07, 0x00],
        &[0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00],
        &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
    ];
    for deflated in hello {
        assert_eq!(inflate(deflated, 5).as_deref(), Ok(&b"Hello"[..]), "{deflated:x?}");
        let wire = client::wire(&[(FIN | RSV1 | TEXT, deflated)]);
        assert_eq!(client::read(&wire), (vec![client::text("Hello")], None));
    }
    assert_eq!(inflate(&[0x00], 5).as_deref(), Ok(&b""[..]));
}

/// §7.2.3.2 again, whose second message copies from the first. A decompressor that is shared must
/// not let one connection read what another one said.
#[test]
fn no_context_is_taken_over() {
    let secret = b"secret".repeat(20_000);
    let spoken = compress(&secret).unwrap();
    let prying = [0xf2, 0x00, 0x11, 0x00, 0x00];
    assert_eq!(inflate(&spoken, secret.len()).unwrap(), secret);
    let copied = inflate(&prying, 100).unwrap_or_default();
    assert!(!copied.iter().any(|b| b"secrt".contains(b)), "{copied:x?}");
    assert_eq!(inflate(&spoken, secret.len()).unwrap(), secret);
    assert_eq!(compress(&secret), Some(spoken));
}

#[test]
fn a_compressed_message_may_be_fragmented() {
    let deflated = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    let wire = client::wire(&[(RSV1 | TEXT, &deflated[..3]), (FIN, &deflated[3..])]);
    assert_eq!(client::read(&wire), (vec![client::text("Hello")], None));
}

#[test]
fn what_does_not_shrink_is_not_compressed() {
    assert_eq!(compress(b""), None);
    assert_eq!(compress(b"a"), None);
    let noise: Vec<u8> = (0..400u32).map(|n| (n.wrapping_mul(0x9e37_79b9) >> 24) as u8).collect();
    assert_eq!(compress(&noise), None);
    assert!(compress(&[b'a'; 400]).is_some_and(|d| d.len() < 20));
}

#[test]
fn inflating_stops_at_the_limit() {
    let bomb = compress(&vec![0; 20 << 20]).unwrap();
    assert!(bomb.len() < MAX);
    assert_eq!(inflate(&bomb, MAX), Err(InflateError::TooBig));
    assert_eq!(inflate(&bomb, 0), Err(InflateError::TooBig));
    let (messages, violation) = client::read(&client::wire(&[(FIN | RSV1 | TEXT, &bomb)]));
    assert_eq!((messages.len(), violation), (0, Some(Violation::TooBig)));

    let exact = compress(&[7; 1000]).unwrap();
    let out = inflate(&exact, 1000).unwrap();
    assert_eq!(out, [7; 1000]);
    assert!(out.capacity() <= 1001);
    assert_eq!(inflate(&exact, 999), Err(InflateError::TooBig));
}

#[test]
fn nothing_may_follow_a_final_block() {
    let mut two = vec![0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    two.extend_from_within(..);
    assert_eq!(inflate(&two, 100), Err(InflateError::Damaged));
}

#[test]
fn damaged_data_is_invalid_data() {
    let wire = client::wire(&[(FIN | RSV1 | TEXT, &[0xff; 20])]);
    assert_eq!(client::read(&wire), (vec![], Some(Violation::Deflate)));
    assert_eq!(Violation::Deflate.code(), CloseCode::INVALID_DATA);
    // Inflates well, but not to text.
    let wire = client::wire(&[(FIN | RSV1 | TEXT, &compress(&[0xff; 100]).unwrap())]);
    assert_eq!(client::read(&wire), (vec![], Some(Violation::Utf8)));
}

#[test]
fn compression_must_have_been_negotiated() {
    let mut reader = Reader::new(Limits { deflate: false, ..LIMITS });
    let wire = client::wire(&[(FIN | RSV1 | TEXT, &[0x00])]);
    assert_eq!(client::read_in(&mut reader, &wire, []), (vec![], Some(Violation::ReservedBits)));
}

proptest! {
    #[test]
    fn what_was_compressed_inflates_to_itself(
        words in proptest::collection::vec("[a-f]{1,4}", 0..2000),
    ) {
        let message = words.concat();
        if let Some(deflated) = compress(message.as_bytes()) {
            prop_assert!(deflated.len() < message.len());
            prop_assert_eq!(inflate(&deflated, message.len()).unwrap(), message.as_bytes());
            prop_assert!(frame::compressed_text(&deflated).ends_with(&deflated));
        }
    }

    #[test]
    fn no_bytes_inflate_beyond_the_limit(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        max in 0usize..200,
    ) {
        if let Ok(out) = inflate(&bytes, max) {
            prop_assert!(out.len() <= max);
        }
    }
}
