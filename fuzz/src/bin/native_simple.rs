//! A message of the simple protocol is within the limits or refused with a small answer, and an
//! echo says what was said.
//!
//! Input: the text of a message.
#![no_main]

use std::collections::BTreeMap;

use fuzz::{is_fit_to_be_answered, is_name};
use libfuzzer_sys::fuzz_target;
use realtime::native::simple::{Action, ClientMessage, ServerMessage, parse, write};
use serde_json::value::RawValue;

fuzz_target!(|data: &[u8]| match parse(data) {
    Ok(message) => {
        let id = message.request_id.as_deref();
        assert!(id.is_none_or(|id| (1..=64).contains(&id.chars().count())));
        is_within(&message);
    }
    Err(refusal) => is_fit_to_be_answered(&refusal),
});

fn is_within(message: &ClientMessage<'_>) {
    match &message.action {
        Action::Subscribe { channels, throttle_ms, .. } => {
            are_channels(channels);
            assert!(throttle_ms.is_none_or(|millis| millis <= 60_000));
        }
        Action::Unsubscribe { channels } => are_channels(channels),
        Action::Auth { token } => assert!((1..=8192).contains(&token.reveal().chars().count())),
        Action::Unknown { name } => assert!(is_name(name)),
        Action::Echo { data } => is_echoed(*data),
        Action::Ack => assert!(message.request_id.is_some()),
        Action::Ping => {}
    }
}

/// A hundred in `channels` and one in `channel`.
fn are_channels(channels: &[String]) {
    assert!((1..=101).contains(&channels.len()) && channels.iter().all(|name| is_name(name)));
}

fn is_echoed(data: Option<&RawValue>) {
    let mut out = Vec::new();
    write(&mut out, 0, None, &ServerMessage::Echo { data });
    let fields: BTreeMap<String, &RawValue> = serde_json::from_slice(&out).expect("an object");
    assert_eq!(fields.get("data").map(|data| data.get()), data.map(RawValue::get));
}
