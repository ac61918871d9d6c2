//! What the stock `socket.io-parser` encodes and refuses, as recorded.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use super::super::{
    Args, Binary, Body, Decoder, IntoArgs, Limits, ack_text, decode, disconnect_text, event_text,
};
use super::assemble;

#[derive(Deserialize)]
struct Recorded {
    packets: Vec<Sent>,
    refused: Vec<Refused>,
}

#[derive(Deserialize)]
struct Sent {
    kind: String,
    namespace: String,
    id: Option<u64>,
    /// Bytes are `{"$binary": base64}`.
    data: Option<Value>,
    text: String,
    attachments: Vec<String>,
}

#[derive(Deserialize)]
struct Refused {
    text: String,
}

fn recorded() -> Recorded {
    let text = include_str!("../../../../../../fixtures/realtime/socketio-packets.json");
    serde_json::from_str(text).expect("the fixture is well-formed")
}

fn bytes(base64: &str) -> Bytes {
    STANDARD.decode(base64).expect("the fixture is base64").into()
}

/// A recorded value, with its bytes as they would be in a value of ours.
struct Marked<'a>(&'a Value);

impl Serialize for Marked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(map) => match map.get("$binary").and_then(Value::as_str) {
                Some(base64) => Binary(bytes(base64)).serialize(serializer),
                None => serializer.collect_map(map.iter().map(|(k, v)| (k, Marked(v)))),
            },
            Value::Array(list) => serializer.collect_seq(list.iter().map(Marked)),
            plain => plain.serialize(serializer),
        }
    }
}

/// The reverse: placeholders as the recording has them.
fn mark(value: Value, attachments: &[Bytes]) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(|v| mark(v, attachments)).collect(),
        Value::Object(map) if map.get("_placeholder") == Some(&json!(true)) => {
            let num = map["num"].as_u64().expect("a number") as usize;
            json!({ "$binary": STANDARD.encode(&attachments[num]) })
        }
        Value::Object(map) => map.into_iter().map(|(k, v)| (k, mark(v, attachments))).collect(),
        plain => plain,
    }
}

#[test]
fn what_the_stock_parser_sends_is_read() {
    for sent in recorded().packets {
        let attachments: Vec<Bytes> = sent.attachments.iter().map(|b| bytes(b)).collect();
        let packet = assemble(&sent.text, &attachments).expect(&sent.text);
        assert_eq!(packet.namespace, sent.namespace);
        let (kind, id, text) = match &packet.body {
            Body::Connect(auth) => ("connect", None, *auth),
            Body::Disconnect => ("disconnect", None, None),
            Body::ConnectError(error) => ("connect_error", None, Some(*error)),
            Body::Event { id, args } => ("event", *id, Some(args.json())),
            Body::Ack { id, args } => ("ack", Some(*id), Some(args.json())),
        };
        let data = text.map(|text| serde_json::from_str(text).expect("JSON"));
        let data = data.map(|value| mark(value, &attachments));
        assert_eq!((kind, id, data), (sent.kind.as_str(), sent.id, sent.data), "{}", sent.text);
    }
}

#[test]
fn what_we_send_is_what_the_stock_parser_sends() {
    struct Elements<'a>(&'a [Value]);
    impl IntoArgs for Elements<'_> {
        fn into_args(self, name: Option<&str>) -> Result<Args, super::super::EncodeError> {
            match self.0 {
                [] => ().into_args(name),
                [a] => (Marked(a),).into_args(name),
                [a, b] => (Marked(a), Marked(b)).into_args(name),
                [a, b, c] => (Marked(a), Marked(b), Marked(c)).into_args(name),
                [a, b, c, d] => (Marked(a), Marked(b), Marked(c), Marked(d)).into_args(name),
                more => panic!("{} arguments are more than a tuple takes here", more.len()),
            }
        }
    }
    let mut compared = 0;
    for sent in recorded().packets {
        let again = decode(&sent.text, &Limits::default()).expect(&sent.text).to_string();
        assert_eq!(again, sent.text);
        let Some(Value::Array(data)) = &sent.data else { continue };
        let (wire, attachments) = match (sent.kind.as_str(), data.as_slice()) {
            ("event", [Value::String(name), values @ ..]) if values.len() <= 4 => {
                let args = Args::event(name, Elements(values)).expect("serialises");
                let count = args.attachments().len();
                (event_text(&sent.namespace, sent.id, count, args.json()), args)
            }
            ("ack", values) => {
                let args = Args::ack(Elements(values)).expect("serialises");
                let id = sent.id.expect("an acknowledgement has one");
                (ack_text(&sent.namespace, id, args.attachments().len(), args.json()), args)
            }
            _ => continue,
        };
        assert_eq!(wire.packet(), sent.text);
        let expected: Vec<Bytes> = sent.attachments.iter().map(|b| bytes(b)).collect();
        assert_eq!(attachments.attachments(), expected, "{}", sent.text);
        compared += 1;
    }
    assert!(compared > 25, "only {compared} were compared");
    assert_eq!(disconnect_text("/admin").packet(), "1/admin,");
}

#[test]
fn what_the_stock_parser_refuses_is_refused() {
    for refused in recorded().refused {
        let outcome = Decoder::default().text(&refused.text, &Limits::default());
        assert!(outcome.is_err(), "{} was accepted", refused.text);
    }
}
