use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;

use super::packet::{Packet, PacketError, decode_text, handshake_json};
use super::payload::{PayloadError, PayloadLimits, PayloadWriter, split};

fn packets(body: &str) -> Result<Vec<Packet<'_>>, PayloadError> {
    split(body.as_bytes(), PayloadLimits::default())?.collect()
}

#[test]
fn the_packets_of_the_protocol_document() {
    let bytes = Bytes::from_static(&[1, 2, 3, 4]);
    for (text, packet) in [
        ("1", Packet::Close),
        ("2", Packet::Ping("")),
        ("2probe", Packet::Ping("probe")),
        ("3probe", Packet::Pong("probe")),
        ("4hello", Packet::Message("hello")),
        ("4€", Packet::Message("€")),
        ("4", Packet::Message("")),
        ("5", Packet::Upgrade),
        ("6", Packet::Noop),
        ("bAQIDBA==", Packet::Binary(bytes)),
        ("b", Packet::Binary(Bytes::new())),
    ] {
        assert_eq!(decode_text(text), Ok(packet.clone()), "{text}");
        assert_eq!(packet.to_text(), text);
    }
}

#[test]
fn malformed_packets_say_what_is_wrong() {
    for (text, error) in [
        ("", PacketError::Empty),
        ("7", PacketError::UnknownType),
        ("abc", PacketError::UnknownType),
        ("é", PacketError::UnknownType),
        ("1now", PacketError::UnexpectedText),
        ("5 ", PacketError::UnexpectedText),
        ("6x", PacketError::UnexpectedText),
        ("bAQIDBA", PacketError::Base64),
        ("bAQIDBB==", PacketError::Base64),
        ("bA Q=", PacketError::Base64),
        ("b-_8=", PacketError::Base64),
        ("bé", PacketError::Base64),
    ] {
        assert_eq!(decode_text(text), Err(error), "{text}");
    }
}

#[test]
fn the_handshake_has_the_fields_of_the_stock_server_in_their_order() {
    let json = handshake_json(
        "lv_VI97HAXpY6yYWAAAC",
        &["websocket"],
        Duration::from_secs(25),
        Duration::from_secs(20),
        1_000_000,
    );
    let expected = concat!(
        r#"{"sid":"lv_VI97HAXpY6yYWAAAC","upgrades":["websocket"],"#,
        r#""pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#
    );
    assert_eq!(json, expected);
}

#[test]
fn a_body_is_split_into_its_packets() {
    let expected = vec![
        Packet::Message("hello"),
        Packet::Ping(""),
        Packet::Message("world"),
        Packet::Binary(Bytes::from_static(&[1, 2, 3, 4])),
    ];
    assert_eq!(packets("4hello\u{1e}2\u{1e}4world\u{1e}bAQIDBA=="), Ok(expected));
}

#[test]
fn a_body_ends_at_its_first_malformed_packet() {
    let empty = PayloadError::Packet(PacketError::Empty);
    assert_eq!(packets(""), Err(empty));
    assert_eq!(packets("4a\u{1e}"), Err(empty));
    let unknown = PayloadError::Packet(PacketError::UnknownType);
    let items: Vec<_> =
        split(b"4a\x1ex\x1e4b", PayloadLimits::default()).expect("within limits").collect();
    assert_eq!(items, [Ok(Packet::Message("a")), Err(unknown)]);
}

#[test]
fn a_body_has_limits() {
    let limits = PayloadLimits { bytes: 5, packets: 2 };
    assert_eq!(split(b"4hello", limits).err(), Some(PayloadError::TooLarge(5)));
    assert_eq!(split(b"4\xff", limits).err(), Some(PayloadError::NotUtf8));
    let items: Vec<_> = split(b"2\x1e2\x1e2", limits).expect("within limits").collect();
    assert_eq!(
        items,
        [Ok(Packet::Ping("")), Ok(Packet::Ping("")), Err(PayloadError::TooManyPackets(2))]
    );
    assert_eq!(split(b"2\x1e2", limits).expect("within limits").count(), 2);
}

#[test]
fn a_body_never_exceeds_its_budget_but_for_its_first_packet() {
    let mut writer = PayloadWriter::new(4);
    assert!(writer.push_text("4hello"));
    assert!(!writer.push_text(""));
    assert_eq!(writer.into_body(), "4hello");

    let mut writer = PayloadWriter::new(9);
    assert!(writer.push_text("4é"));
    assert!(writer.push_binary(&[1]), "exactly full");
    assert!(!writer.push_text("2"));
    assert_eq!(writer.packets(), 2);
    assert_eq!(writer.into_body(), "4é\u{1e}bAQ==");
}

fn any_packet() -> impl Strategy<Value = (u8, String, Vec<u8>)> {
    (0u8..8, "[^\u{1e}]{0,12}", prop::collection::vec(any::<u8>(), 0..16))
}

fn packet<'a>((kind, text, bytes): &'a (u8, String, Vec<u8>)) -> Packet<'a> {
    match kind {
        0 => Packet::Open(text),
        1 => Packet::Close,
        2 => Packet::Ping(text),
        3 => Packet::Pong(text),
        4 => Packet::Message(text),
        5 => Packet::Upgrade,
        6 => Packet::Noop,
        _ => Packet::Binary(Bytes::copy_from_slice(bytes)),
    }
}

proptest! {
    #[test]
    fn what_is_joined_is_split_again(
        parts in prop::collection::vec(any_packet(), 1..20),
        budget in 0usize..200,
    ) {
        let all: Vec<Packet<'_>> = parts.iter().map(packet).collect();
        let mut seen = 0;
        while seen < all.len() {
            let mut writer = PayloadWriter::new(budget);
            for packet in &all[seen..] {
                let taken = match packet {
                    Packet::Binary(bytes) => writer.push_binary(bytes),
                    other => writer.push_text(&other.to_text()),
                };
                if !taken {
                    break;
                }
            }
            let count = writer.packets();
            let body = writer.into_body();
            prop_assert!(count == 1 || body.len() <= budget);
            prop_assert_eq!(packets(&body).expect("our own"), &all[seen..seen + count]);
            seen += count;
        }
    }

    #[test]
    fn whatever_decodes_encodes_to_the_same(text in "[0-7b]?.{0,12}") {
        if let Ok(packet) = decode_text(&text) {
            prop_assert_eq!(packet.to_text(), text);
        }
    }

    #[test]
    fn any_bytes_are_survived(body in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(packets) = split(&body, PayloadLimits { bytes: 48, packets: 3 }) {
            prop_assert!(packets.count() <= 4);
        }
    }
}
