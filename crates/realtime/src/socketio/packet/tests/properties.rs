use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{
    Args, Binary, Decoder, Kind, Limits, Packet, ack_text, decode, event_text, json as tokens,
};
use super::event;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[\\[\\]{},:\"\\\\ \u{0}-\u{1f}é🚦]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z_\"é]{0,4}", inner, 0..5)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Texts that get past the first checks more often than chance would let them.
fn almost_a_packet() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(r#"{"_placeholder":true,"num":0}"#.to_owned()),
        Just(r#"{"_placeholder":true,"num":1}"#.to_owned()),
        Just(r#"["e","#.to_owned()),
        Just("51-".to_owned()),
        Just("52-".to_owned()),
        Just("/ns,".to_owned()),
        "[0-6]",
        "[-/,\\[\\]{}:\"\\\\? é]{0,3}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

#[derive(Debug, Clone)]
enum Feed {
    Text(String),
    Binary(Vec<u8>),
}

fn feed() -> impl Strategy<Value = Feed> {
    let awaited = r#"52-["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    let bytes = || prop::collection::vec(any::<u8>(), 0..24);
    prop_oneof![
        3 => Just(Feed::Text(awaited.to_owned())),
        1 => Just(Feed::Text(r#"2["e"]"#.to_owned())),
        1 => almost_a_packet().prop_map(Feed::Text),
        6 => bytes().prop_map(Feed::Binary),
    ]
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded_again(
        kind in prop::sample::select(vec![Kind::Connect, Kind::Disconnect, Kind::Event, Kind::Ack]),
        namespace in "/[a-z日/-]{0,10}",
        id in any::<u64>(),
        values in prop::collection::vec(any_json(), 0..4),
    ) {
        let (id, data) = match kind {
            Kind::Connect => (None, json!({"a": values}).to_string()),
            Kind::Disconnect => (None, String::new()),
            Kind::Ack => (Some(id), Value::from(values).to_string()),
            _ => {
                let named = std::iter::once(json!("name")).chain(values);
                (Some(id).filter(|id| id % 2 == 0), Value::from_iter(named).to_string())
            }
        };
        let packet = Packet { kind, namespace: &namespace, id, data: &data, attachments: 0 };
        let text = packet.to_string();
        prop_assert_eq!(decode(&text, &Limits::default()), Ok(packet));
    }

    #[test]
    fn arguments_arrive_as_they_were_sent(
        name in "[a-z]{1,4}:[a-zé\"\\\\]{0,4}",
        first in any_json(),
        bytes in prop::collection::vec(any::<u8>(), 0..16),
        last in any_json(),
    ) {
        let binary = Binary::from(bytes);
        let sent = Args::event(&name, (&first, &binary, &last)).expect("serialises");
        let wire = event_text("/ns", None, sent.attachments().len(), sent.json());
        let received = event(wire.packet(), sent.attachments());
        prop_assert!(received.name().is_some_and(|received| received == name.as_str()));
        prop_assert_eq!(received.len(), 3);
        prop_assert_eq!(received.get::<Value>(0).expect("JSON"), first);
        prop_assert_eq!(received.get::<Binary>(1).expect("bytes"), binary);
        prop_assert_eq!(received.get::<Value>(2).expect("JSON"), last);
    }

    #[test]
    fn elements_are_cut_as_a_parser_would(values in prop::collection::vec(any_json(), 0..6)) {
        let pretty = serde_json::to_string_pretty(&values).expect("serialises");
        let cut: Vec<Value> = tokens::elements(&pretty)
            .iter()
            .map(|range| serde_json::from_str(&pretty[range.clone()]).expect("an element"))
            .collect();
        prop_assert_eq!(cut, values);
    }

    #[test]
    fn any_text_is_survived(text in prop_oneof!["\\PC{0,40}", almost_a_packet()]) {
        let _ = decode(&text, &Limits::default());
        let _ = tokens::elements(&text);
        prop_assert!(tokens::Tokens::new(&text).count() <= text.len());
    }

    #[test]
    fn whatever_is_accepted_means_the_same_when_sent_on(text in almost_a_packet()) {
        let limits = Limits::default();
        if let Ok(packet) = decode(&text, &limits) {
            let again = packet.to_string();
            prop_assert_eq!(decode(&again, &limits), Ok(packet));
        }
    }

    #[test]
    fn no_interleaving_makes_the_decoder_hold_more_than_its_caps(
        feeds in prop::collection::vec(feed(), 0..40),
    ) {
        let limits = Limits { attachment_bytes: 32, ..Limits::default() };
        let mut decoder = Decoder::default();
        for feed in &feeds {
            let before = decoder.awaiting();
            match feed {
                Feed::Text(text) => {
                    let refused = decoder.text(text, &limits).is_err();
                    prop_assert!(refused || before == 0);
                    prop_assert!(!refused || decoder.awaiting() == 0);
                }
                Feed::Binary(bytes) => {
                    let outcome = decoder.binary(Bytes::copy_from_slice(bytes), &limits);
                    let complete = matches!(outcome, Ok(Some(_)));
                    prop_assert!(outcome.is_ok() || before == 0 || decoder.awaiting() == 0);
                    prop_assert!(!complete || before == 1);
                }
            }
            prop_assert!(decoder.held_bytes() <= 32 + 256);
            prop_assert!(decoder.awaiting() > 0 || decoder.held_bytes() == 0);
        }
    }

    #[test]
    fn an_acknowledgement_keeps_its_id(id in any::<u64>(), value in any_json()) {
        let args = Args::ack(&value).expect("serialises");
        let wire = ack_text("/", id, 0, args.json());
        let packet = decode(wire.packet(), &Limits::default());
        prop_assert_eq!(packet.map(|p| p.id), Ok(Some(id)));
    }
}
