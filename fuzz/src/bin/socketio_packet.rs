//! A packet that was let in is within the limits, its placeholders name each attachment once, and
//! it is read from its own text as the same packet.
//!
//! Input: the text of a packet.
#![no_main]

use libfuzzer_sys::fuzz_target;
use realtime::socketio::packet::{Kind, Limits, Packet, decode};
use serde_json::Value;
use serde_json::value::RawValue;

const TIGHT: Limits =
    Limits { attachments: 2, attachment_bytes: 16, namespace: 8, depth: 3, args: 4 };

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let tight = decode(text, &TIGHT);
    let loose = decode(text, &Limits::default());
    if let Ok(packet) = &tight {
        is_within(packet, &TIGHT);
        assert_eq!(loose, tight, "what fits into less fits into more");
    }
    match &loose {
        Ok(packet) => {
            is_within(packet, &Limits::default());
            let again = packet.to_string();
            assert_eq!(decode(&again, &Limits::default()).as_ref(), Ok(packet));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

fn is_within(packet: &Packet<'_>, limits: &Limits) {
    let Packet { kind, namespace, id, data, attachments } = *packet;
    assert!(namespace.starts_with('/') && namespace.len() <= limits.namespace);
    assert!(!namespace.contains(['?', ',']) && !namespace.contains(|c: char| c.is_ascii_control()));
    assert_eq!(attachments > 0, kind.is_binary());
    assert!(attachments <= limits.attachments);
    assert!(id.is_some() || !matches!(kind, Kind::Ack | Kind::BinaryAck));
    assert!(data.is_empty() || serde_json::from_str::<&RawValue>(data).is_ok());
    // What is JSON need not be a value: 1e999 is none.
    let Ok(value) = serde_json::from_str::<Value>(data) else { return };
    assert!(depth(&value) <= limits.depth);
    let elements = match &value {
        Value::Array(items) => items.len(),
        Value::Object(fields) => fields.len(),
        _ => 0,
    };
    assert!(elements <= limits.args);
    if kind.is_binary() {
        let mut named = Vec::new();
        placeholders(&value, &mut named);
        named.sort_unstable();
        assert!(named.into_iter().eq((0..attachments as u64).map(Some)));
    }
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        _ => Vec::new(),
    }
}

fn depth(value: &Value) -> usize {
    let below = children(value).into_iter().map(depth).max().unwrap_or(0);
    below + usize::from(value.is_array() || value.is_object())
}

fn placeholders(value: &Value, found: &mut Vec<Option<u64>>) {
    if value.get("_placeholder") == Some(&Value::Bool(true)) {
        found.push(value.get("num").and_then(Value::as_u64));
    }
    children(value).into_iter().for_each(|child| placeholders(child, found));
}
