//! A message of the JSON protocol is within the limits or refused with a small answer, and being
//! lenient changes nothing about a message that has everything.
//!
//! Input: the text of a message.
#![no_main]

use fuzz::{is_fit_to_be_answered, is_name};
use libfuzzer_sys::fuzz_target;
use realtime::native::json::{Action, Mode, Source, Unsubscribe, parse};
use uuid::Uuid;

fuzz_target!(|data: &[u8]| {
    let lenient = parse(data, Mode::Lenient { id: Uuid::nil(), now: 0 });
    let strict = parse(data, Mode::Strict);
    match (&strict, &lenient) {
        (Ok(_), _) => assert_eq!(lenient, strict),
        (Err(refusal), _) => is_fit_to_be_answered(refusal),
    }
    match lenient {
        Ok(message) => {
            assert!(message.id.len() == 36 && Uuid::try_parse(&message.id).is_ok());
            is_within(&message.action);
        }
        Err(refusal) => is_fit_to_be_answered(&refusal),
    }
});

fn is_within(action: &Action) {
    match action {
        Action::Subscribe(subscribe) => {
            assert!(!subscribe.types.is_empty() || !subscribe.channels.is_empty());
            are_names(&subscribe.channels);
            assert!(subscribe.throttle_ms.is_none_or(|millis| millis <= 60_000));
            if let Some(filter) = &subscribe.filter {
                are_names(&filter.components);
            }
        }
        Action::Unsubscribe(Unsubscribe::Of { types, channels }) => {
            assert!(!types.is_empty() || !channels.is_empty());
            are_names(channels);
        }
        Action::GetHistory(history) => {
            assert!((1..=100).contains(&history.limit));
            if let Source::Channel(name) = &history.source {
                assert!(is_name(name));
            }
        }
        Action::Ack { of } => assert!((1..=64).contains(&of.chars().count())),
        Action::Auth { token } => assert!((1..=8192).contains(&token.reveal().chars().count())),
        Action::Unsubscribe(Unsubscribe::Everything) | Action::Ping => {}
    }
}

fn are_names(names: &[String]) {
    assert!(names.len() <= 100 && names.iter().all(|name| is_name(name)));
}
