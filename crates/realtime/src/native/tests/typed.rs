//! What a message means, once it is accepted.

use serde_json::{Value, json};

use crate::hub::filter::Severity;
use crate::native::json::{
    Action, Filter, History, Kind, Kinds, Mode, Source, Subscribe, SubscribeMode, Unsubscribe,
    parse,
};
use crate::native::{Position, Secret, simple};

fn action(name: &str, payload: Value) -> Action {
    let message = json!({
        "id": "550E8400-e29b-41d4-a716-446655440000", "type": "system",
        "timestamp": 1_706_941_200_000.5, "action": name, "payload": payload,
    });
    let read = parse(message.to_string().as_bytes(), Mode::Strict).unwrap();
    assert_eq!(read.id, "550E8400-e29b-41d4-a716-446655440000", "repeated letter for letter");
    assert_eq!(read.sent_at, 1_706_941_200_000);
    read.action
}

fn position(offset: u64) -> Option<Position> {
    Some(Position { epoch: "e1".to_owned(), offset })
}

#[test]
fn a_subscription_with_every_option() {
    let payload = json!({
        "types": ["health", "config", "health"], "channels": ["orders"], "throttleMs": 500,
        "filter": { "minSeverity": "warning", "components": ["database"] },
        "mode": "replace", "history": false, "since": { "epoch": "e1", "offset": 41 },
    });
    let expected = Subscribe {
        types: Kinds::from(Kind::Health) | Kind::Config.into(),
        channels: vec!["orders".to_owned()],
        throttle_ms: Some(500),
        filter: Some(Filter {
            min_severity: Some(Severity::Warning),
            components: vec!["database".to_owned()],
        }),
        mode: SubscribeMode::Replace,
        history: false,
        since: position(41),
    };
    assert_eq!(action("subscribe", payload), Action::Subscribe(expected));
}

#[test]
fn a_plain_subscription_adds_and_gets_history() {
    let Action::Subscribe(read) = action("subscribe", json!({ "types": ["all"] })) else {
        panic!("a subscription")
    };
    assert!(read.types.iter().eq([Kind::Status, Kind::Stats, Kind::Health]));
    assert!(!read.types.contains(Kind::Config));
    let options = (read.mode, read.history, read.throttle_ms, read.filter, read.since);
    assert_eq!(options, (SubscribeMode::Add, true, None, None, None));
}

#[test]
fn unsubscribing_from_nothing_named_is_unsubscribing_from_everything() {
    let everything = Action::Unsubscribe(Unsubscribe::Everything);
    assert_eq!(action("unsubscribe", json!({})), everything);
    let of = Unsubscribe::Of { types: Kind::Stats.into(), channels: Vec::new() };
    assert_eq!(action("unsubscribe", json!({ "types": ["stats"] })), Action::Unsubscribe(of));
}

#[test]
fn histories_acks_and_tokens() {
    let window = json!({
        "channel": "orders", "limit": 100.0,
        "since": { "epoch": "e1", "offset": 1 }, "before": { "epoch": "e1", "offset": 9 },
    });
    let source = Source::Channel("orders".to_owned());
    let expected = History { source, limit: 100, before: position(9), since: position(1) };
    assert_eq!(action("get_history", window), Action::GetHistory(expected));
    let source = Source::Type(Kind::Status);
    let expected = History { source, limit: 1, before: None, since: None };
    let payload = json!({ "type": "status", "limit": 1 });
    assert_eq!(action("get_history", payload), Action::GetHistory(expected));
    assert_eq!(action("ack", json!({ "id": "m-1" })), Action::Ack { of: "m-1".to_owned() });
    let token = Secret::new("a.b.c");
    assert_eq!(action("auth", json!({ "token": "a.b.c" })), Action::Auth { token });
    assert_eq!(action("ping", json!({ "more": 1 })), Action::Ping);
}

#[test]
fn a_simple_subscription_takes_one_channel_or_several() {
    let text = br#"{"type":"subscribe","requestId":"r1","ts":5,"data":{"channel":"c",
        "channels":["a","b"],"throttleMs":200,"since":{"epoch":"e1","offset":41}}}"#;
    let read = simple::parse(text).unwrap();
    assert_eq!((read.request_id.as_deref(), read.ts), (Some("r1"), Some(5)));
    let simple::Action::Subscribe { channels, since, throttle_ms } = read.action else {
        panic!("a subscription")
    };
    assert_eq!(channels, ["a", "b", "c"]);
    assert_eq!((since, throttle_ms), (position(41), Some(200)));
}

#[test]
fn what_the_simple_protocol_does_not_know_keeps_its_name() {
    let read = simple::parse(br#"{"type":"chat:say","data":"hello"}"#).unwrap();
    assert!(matches!(read.action, simple::Action::Unknown { name } if name == "chat:say"));
}
