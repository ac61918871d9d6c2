use super::client;
use crate::websocket::frame::{self, MAX_HEADER, Opcode};
use crate::websocket::{CloseCode, Reader};

/// RFC 6455 §5.7, as far as a server sends it.
#[test]
fn the_examples_of_the_rfc_are_written() {
    assert_eq!(frame::text("Hello")[..], [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
    assert_eq!(frame::ping(b"Hello")[..], [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
    assert_eq!(frame::pong(b"Hello")[..], [0x8a, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]);
    assert_eq!(frame::binary(&[7; 256])[..4], [0x82, 0x7e, 0x01, 0x00]);
    let long = frame::binary(&vec![7; 65536]);
    assert_eq!(long[..10], [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
    assert_eq!(long.len(), 10 + 65536);
}

/// RFC 6455 §5.7, as far as a client sends it.
#[test]
fn the_examples_of_the_rfc_are_read() {
    let hello = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    assert_eq!(client::read(&hello), (vec![client::text("Hello")], None));
    let pong = [0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    assert_eq!(client::read(&pong), (vec![client::pong(b"Hello")], None));
    let fragmented = client::wire(&[(client::TEXT, b"Hel"), (0x80, b"lo")]);
    assert_eq!(client::read(&fragmented), (vec![client::text("Hello")], None));
}

#[test]
fn the_length_takes_the_shortest_form() {
    for (len, expected) in [(0, 2), (125, 2), (126, 4), (0xffff, 4), (0x10000, 10)] {
        let mut out = Vec::new();
        frame::header(Opcode::Binary, len, false, &mut out);
        assert_eq!(out.len(), expected, "{len}");
        assert!(out.len() <= MAX_HEADER);
    }
}

#[test]
fn a_compressed_frame_has_the_first_reserved_bit() {
    assert_eq!(frame::compressed_text(b"abc")[..], [0xc1, 3, b'a', b'b', b'c']);
    assert_eq!(frame::compressed_binary(b"abc")[..], [0xc2, 3, b'a', b'b', b'c']);
}

#[test]
fn control_frames_are_cut_to_their_limit() {
    assert_eq!(frame::ping(&[1; 200]).len(), 2 + 125);
    assert_eq!(frame::pong(&[1; 125]).len(), 2 + 125);
    assert_eq!(frame::close(CloseCode::NORMAL, "")[..], [0x88, 2, 0x03, 0xe8]);
    // 123 bytes are left for the reason; the 42nd character would end at 126.
    let cut = frame::close(CloseCode::POLICY, &"一".repeat(50));
    assert_eq!(cut[..4], [0x88, 125, 0x03, 0xf0]);
    assert_eq!(cut[4..], *"一".repeat(41).as_bytes());
    let cut = frame::close(CloseCode::POLICY, &format!("ab{}", "一".repeat(50)));
    assert_eq!(cut[4..], *format!("ab{}", "一".repeat(40)).as_bytes());
}

#[test]
fn codes_that_must_not_be_sent_do_not_exist() {
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 0xffff] {
        assert_eq!(CloseCode::new(code), None, "{code}");
    }
    for code in [1000, 1003, 1007, 1014, 3000, 4999] {
        assert_eq!(CloseCode::new(code).map(CloseCode::get), Some(code));
    }
}

#[test]
fn the_codes_of_the_product_may_be_sent() {
    for code in [
        CloseCode::NORMAL,
        CloseCode::GOING_AWAY,
        CloseCode::PROTOCOL,
        CloseCode::UNSUPPORTED,
        CloseCode::INVALID_DATA,
        CloseCode::POLICY,
        CloseCode::TOO_BIG,
        CloseCode::INTERNAL,
        CloseCode::TRY_AGAIN,
        CloseCode::UNAUTHORIZED,
        CloseCode::FORBIDDEN,
        CloseCode::HEARTBEAT_TIMEOUT,
        CloseCode::RATE_LIMITED,
    ] {
        assert_eq!(CloseCode::new(code.get()), Some(code));
    }
}

#[test]
fn an_idle_reader_is_small() {
    assert!(size_of::<Reader>() <= 32, "{}", size_of::<Reader>());
}
