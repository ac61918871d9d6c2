use super::client::{
    self, BINARY, CLOSE, CONTINUATION, FIN, LIMITS, MAX, PING, PONG, RSV1, TEXT, read, wire,
};
use crate::websocket::{CloseCode, Limits, Reader, Violation};

/// The bytes are refused with this, whether they arrive at once or one by one.
fn refused(bytes: &[u8], expected: Violation, code: u16) {
    assert_eq!(read(bytes), (vec![], Some(expected)), "{bytes:x?}");
    let mut reader = Reader::new(LIMITS);
    let slowly = client::read_in(&mut reader, bytes, std::iter::repeat(1));
    assert_eq!(slowly, (vec![], Some(expected)), "{bytes:x?}");
    assert_eq!(expected.code().get(), code);
    assert!(expected.to_string().len() <= 123);
    assert_eq!(reader.buffered(), 0, "nothing is kept after a violation");
}

#[test]
fn frames_that_no_client_may_send() {
    refused(&[FIN | TEXT, 5, 1, 2, 3, 4, 5], Violation::Unmasked, 1002);
    for reserved in [0x10, 0x20, 0x30, 0x70] {
        refused(&wire(&[(FIN | reserved | TEXT, b"")]), Violation::ReservedBits, 1002);
    }
    for opcode in [3, 4, 5, 6, 7, 0xb, 0xc, 0xd, 0xe, 0xf] {
        refused(&wire(&[(FIN | opcode, b"")]), Violation::ReservedOpcode, 1002);
    }
    for control in [CLOSE, PING, PONG] {
        refused(&wire(&[(control, b"")]), Violation::FragmentedControl, 1002);
        refused(&wire(&[(FIN | control, &[0; 126])]), Violation::LongControl, 1002);
        refused(&wire(&[(FIN | RSV1 | control, b"")]), Violation::ReservedBits, 1002);
    }
}

#[test]
fn lengths_that_are_not_in_their_shortest_form() {
    refused(&[FIN | BINARY, 0xfe, 0, 125, 0, 0, 0, 0], Violation::LengthForm, 1002);
    let eight = |len: u64| [&[FIN | BINARY, 0xff][..], &len.to_be_bytes(), &[0; 4]].concat();
    for len in [0, 125, 0xffff, 1 << 63, u64::MAX] {
        refused(&eight(len), Violation::LengthForm, 1002);
    }
    refused(&eight(u64::MAX >> 1), Violation::TooBig, 1009);
}

#[test]
fn fragments_out_of_order() {
    refused(&wire(&[(FIN | CONTINUATION, b"a")]), Violation::StrayContinuation, 1002);
    refused(&wire(&[(CONTINUATION, b"a")]), Violation::StrayContinuation, 1002);
    refused(&wire(&[(TEXT, b"a"), (FIN | TEXT, b"b")]), Violation::Interleaved, 1002);
    refused(&wire(&[(BINARY, b""), (BINARY, b"")]), Violation::Interleaved, 1002);
    let marked = wire(&[(RSV1 | TEXT, b"\0"), (FIN | RSV1 | CONTINUATION, b"")]);
    refused(&marked, Violation::ReservedBits, 1002);
}

#[test]
fn close_frames_that_say_nonsense() {
    refused(&wire(&[(FIN | CLOSE, b"\x03")]), Violation::ClosePayload, 1002);
    for code in [0u16, 999, 1005, 1006, 1015, 2999, 5000] {
        let payload = code.to_be_bytes();
        refused(&wire(&[(FIN | CLOSE, &payload)]), Violation::ClosePayload, 1002);
    }
    refused(&wire(&[(FIN | CLOSE, b"\x03\xe8\xff")]), Violation::Utf8, 1007);
}

#[test]
fn text_that_is_not_utf_8() {
    refused(&wire(&[(FIN | TEXT, b"abc\xff")]), Violation::Utf8, 1007);
    // A surrogate, an overlong slash, a character cut short.
    for bad in [&b"\xed\xa0\x80"[..], b"\xc0\xaf", b"\xe4\xb8"] {
        refused(&wire(&[(FIN | TEXT, bad)]), Violation::Utf8, 1007);
        refused(&wire(&[(TEXT, b"ok "), (FIN, bad)]), Violation::Utf8, 1007);
    }
}

#[test]
fn bad_text_is_refused_before_its_message_is_complete() {
    let unfinished = wire(&[(TEXT, "点".as_bytes()), (CONTINUATION, b"\xff")]);
    refused(&unfinished, Violation::Utf8, 1007);
    let mut half = wire(&[(FIN | TEXT, b"ab\xffdefgh")]);
    half.truncate(half.len() - 5);
    refused(&half, Violation::Utf8, 1007);
}

#[test]
fn a_frame_that_is_too_long_is_refused_by_its_head() {
    let whole = wire(&[(FIN | BINARY, &vec![0; MAX + 1])]);
    refused(&whole[..14], Violation::TooBig, 1009);
    let exact = wire(&[(FIN | BINARY, &vec![0; MAX])]);
    assert_eq!(read(&exact).1, None);
    let sum = wire(&[(BINARY, &[0; 60_000]), (CONTINUATION, &[0; 40_000]), (FIN, b"1")]);
    refused(&sum, Violation::TooBig, 1009);
}

#[test]
fn a_flood_of_fragments_ends() {
    let empty = |n| wire(&[&[(TEXT, &b""[..])][..], &vec![(CONTINUATION, &b""[..]); n]].concat());
    let most = LIMITS.max_fragments as usize;
    assert_eq!(read(&empty(most - 1)), (vec![], None));
    refused(&empty(most), Violation::TooManyFragments, 1008);
}

#[test]
fn nothing_is_read_after_the_end() {
    let hello = wire(&[(FIN | TEXT, b"Hello")]);
    let mut reader = Reader::new(LIMITS);
    let bad = [&wire(&[(FIN | 3, b"")]), &*hello].concat();
    assert!(client::read_in(&mut reader, &bad, []).1.is_some());
    assert_eq!(client::read_in(&mut reader, &hello, []), (vec![], None));

    let bye = [&wire(&[(FIN | CLOSE, b"\x03\xe9bye")]), &*hello].concat();
    let closed = client::closed(Some(CloseCode::GOING_AWAY), "bye");
    assert_eq!(read(&bye), (vec![closed], None));
    assert_eq!(read(&wire(&[(FIN | CLOSE, b"")])), (vec![client::closed(None, "")], None));
}

#[test]
fn an_announced_message_costs_only_what_has_arrived() {
    let limits = Limits { max_message: 1 << 30, ..LIMITS };
    let mut reader = Reader::new(limits);
    let head = [&[FIN | BINARY, 0xff][..], &(1u64 << 30).to_be_bytes(), &[0; 4], &[7; 100]];
    assert_eq!(client::read_in(&mut reader, &head.concat(), []), (vec![], None));
    assert!((100..1000).contains(&reader.buffered()), "{}", reader.buffered());
}
