use bytes::Bytes;

use super::super::{Body, DecodeError, Decoder, FeedError, Limits};
use super::{assemble, event};

const TWO: &str = r#"52-/a,7["e",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]"#;

#[test]
fn an_idle_decoder_is_a_pointer() {
    assert_eq!(size_of::<Decoder>(), size_of::<usize>());
}

#[test]
fn attachments_complete_their_packet_in_order() {
    let limits = Limits::default();
    let mut decoder = Decoder::default();
    assert!(decoder.text(TWO, &limits).expect("well-formed").is_none());
    assert_eq!(decoder.awaiting(), 2);
    assert!(decoder.binary(Bytes::from_static(b"zero"), &limits).expect("awaited").is_none());
    assert_eq!(decoder.awaiting(), 1);
    let packet = decoder.binary(Bytes::from_static(b"one"), &limits).expect("awaited");
    let packet = packet.expect("complete");
    assert_eq!(packet.namespace, "/a");
    let Body::Event { id, args } = packet.body else { panic!("an event was sent") };
    assert_eq!(id, Some(7));
    assert_eq!(args.name().as_deref(), Some("e"));
    assert_eq!(args.get::<super::super::Binary>(0).expect("bytes").0, "one");
    assert_eq!(args.get::<super::super::Binary>(1).expect("bytes").0, "zero");
    assert_eq!(decoder.held_bytes(), 0);
}

#[test]
fn each_kind_has_its_body() {
    let body = |text| format!("{:?}", assemble(text, &[]).expect("well-formed").body);
    assert_eq!(body("0"), "Connect(None)");
    assert_eq!(body(r#"0/a,{"token":1}"#), r#"Connect(Some("{\"token\":1}"))"#);
    assert_eq!(body("1"), "Disconnect");
    assert_eq!(body(r#"4"no""#), r#"ConnectError("\"no\"")"#);
    let ack = assemble("3/a,5[1]", &[]).expect("well-formed").body;
    assert!(matches!(ack, Body::Ack { id: 5, args } if args.len() == 1 && args.name().is_none()));
    assert_eq!(event(r#"2["e",1]"#, &[]).len(), 1);
}

#[test]
fn bytes_that_nothing_announced_are_refused() {
    let limits = Limits::default();
    let mut decoder = Decoder::default();
    let error = decoder.binary(Bytes::new(), &limits).err();
    assert_eq!(error, Some(FeedError::UnexpectedBinary));
    assert!(decoder.text(r#"2["e"]"#, &limits).is_ok());
    let error = decoder.binary(Bytes::new(), &limits).err();
    assert_eq!(error, Some(FeedError::UnexpectedBinary));
}

#[test]
fn a_text_among_attachments_is_refused_and_frees_what_was_held() {
    let limits = Limits::default();
    let mut decoder = Decoder::default();
    assert!(decoder.text(TWO, &limits).is_ok());
    assert!(decoder.binary(Bytes::from_static(b"zero"), &limits).is_ok());
    assert!(decoder.held_bytes() > 4);
    assert_eq!(decoder.text("0", &limits).err(), Some(FeedError::UnexpectedText));
    assert_eq!((decoder.awaiting(), decoder.held_bytes()), (0, 0));
}

#[test]
fn attachments_have_a_limit_together() {
    let limits = Limits { attachment_bytes: 4, ..Limits::default() };
    let mut decoder = Decoder::default();
    assert!(decoder.text(TWO, &limits).is_ok());
    assert!(decoder.binary(Bytes::from_static(b"123"), &limits).is_ok());
    let error = decoder.binary(Bytes::from_static(b"12"), &limits).err();
    assert_eq!(error, Some(FeedError::TooLarge(4)));
    assert_eq!((decoder.awaiting(), decoder.held_bytes()), (0, 0));

    assert!(decoder.text(TWO, &limits).is_ok());
    assert!(decoder.binary(Bytes::from_static(b"123"), &limits).is_ok());
    assert!(decoder.binary(Bytes::from_static(b"4"), &limits).expect("full").is_some());
}

#[test]
fn a_false_announcement_never_waits() {
    let mut decoder = Decoder::default();
    let error = decoder.text(r#"564-["e"]"#, &Limits::default()).err();
    assert_eq!(error, Some(FeedError::Packet(DecodeError::Placeholders)));
    assert_eq!(decoder.awaiting(), 0);
}
