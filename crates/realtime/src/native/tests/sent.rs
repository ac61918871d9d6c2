//! What the server sends: written by the code, equal to the golden message, valid by the schema.

use serde_json::Value;
use serde_json::value::RawValue;
use uuid::{Uuid, uuid};

use super::{cases, fixture, schema};
use crate::native::json::{self, Connected, Envelope, Event, HistoryData, Kind, Kinds, Source};
use crate::native::json::{ServerMessage as Json, Subscription, Warning};
use crate::native::simple::{self, Push, ServerMessage as Simple};
use crate::native::{ErrorCode, Problem, Refusal, Version};

const SERVER: &str = include_str!("../../../../../fixtures/realtime/native-server.json");
const NOW: i64 = 1_706_941_200_000;
const IDS: [Uuid; 3] = [
    uuid!("550e8400-e29b-41d4-a716-446655440000"),
    uuid!("550e8400-e29b-41d4-a716-446655440001"),
    uuid!("550e8400-e29b-41d4-a716-446655440002"),
];
const PLAIN: Envelope =
    Envelope { id: IDS[0], timestamp: NOW, version: Version::V1_0, direction: false };

/// Compares as values: the order of fields is not part of the protocol.
fn expect(section: &str, schema_part: (&str, &str), name: &str, written: &[u8]) {
    let fixture = fixture(SERVER);
    let (_, case) = cases(&fixture, section).into_iter().find(|(known, _)| *known == name).unwrap();
    let written: Value = serde_json::from_slice(written).unwrap();
    assert_eq!(written, case["message"], "{name}");
    assert_eq!(schema(schema_part.0, schema_part.1).check(&written), Ok(()), "{name}");
}

fn expect_json(name: &str, write: impl FnOnce(&mut Vec<u8>)) {
    let mut out = Vec::new();
    write(&mut out);
    expect("/json", ("json-server.schema.json", ""), name, &out);
}

fn expect_reply(name: &str, message: Json<'_>) {
    expect_json(name, |out| json::write(out, PLAIN, &message));
}

fn expect_simple(name: &str, request_id: Option<&str>, message: Simple<'_>) {
    let mut out = Vec::new();
    simple::write(&mut out, NOW, request_id, &message);
    expect("/simple", ("simple.schema.json", "/definitions/server"), name, &out);
}

fn raw(text: impl Into<String>) -> Box<RawValue> {
    RawValue::from_string(text.into()).unwrap()
}

/// The data of a golden message: events carry what they are given.
fn data_of(section: &str, name: &str) -> Box<RawValue> {
    let fixture = fixture(SERVER);
    let (_, case) = cases(&fixture, section).into_iter().find(|(known, _)| *known == name).unwrap();
    raw(case["message"]["data"].to_string())
}

fn event<'a>(id: usize, event: &'a str, data: &'a RawValue) -> Event<'a> {
    let (seq, offset, epoch, metadata) = (None, None, None, None);
    Event { id: IDS[id], timestamp: NOW, event, data, seq, offset, epoch, metadata }
}

#[test]
fn golden_answers_of_the_json_protocol() {
    let request_id = Some("q1");
    expect_reply(
        "connected",
        Json::Connected(Connected {
            connection_id: "c-1",
            heartbeat_interval: 30_000,
            max_reconnect_attempts: 10,
            epoch: "e1",
        }),
    );
    expect_reply("disconnected", Json::Disconnected { reason: "heartbeat timeout" });
    let expires_at = Some(NOW + 600_000);
    expect_reply("authenticated", Json::Authenticated { expires_at, request_id });
    let channels = ["orders".to_owned()];
    let types = Kinds::from(Kind::Health) | Kind::Status.into();
    let (offset, epoch) = (Some(41), Some("e1"));
    let everything = Subscription { types, channels: &channels, offset, epoch, request_id };
    expect_reply("subscribed", Json::Subscribed(everything));
    let stats = Subscription { types: Kind::Stats.into(), ..Subscription::default() };
    expect_reply("unsubscribed", Json::Unsubscribed(stats));
    expect_reply("pong", Json::Pong { request_id });
    let (code, message) = (ErrorCode::QueueOverflow, "Messages were dropped");
    expect_reply("warning", Json::Warning(Warning { code, message, dropped: Some(12) }));
    let (code, reason) = (ErrorCode::MaxConnectionsExceeded, "Connection limit reached");
    expect_reply("rejected", Json::Rejected { code, reason });
}

#[test]
fn golden_errors_of_the_json_protocol() {
    let problem = Problem::new("payload.limit", "must be an integer from 1 to 100");
    let refusal = Refusal::invalid(vec![problem]).for_request(Some("q1".to_owned()));
    expect_reply("error", Json::Error(&refusal));
    expect_reply("parse error", Json::Error(&Refusal::unparsable()));
}

#[test]
fn golden_histories() {
    let (one, two) = (raw(r#"{"n":1}"#), raw(r#"{"n":2}"#));
    let history = HistoryData {
        source: &Source::Type(Kind::Status),
        records: &[&*one, &*two],
        limit: 50,
        has_more: true,
        gap: false,
        request_id: Some("q1"),
    };
    expect_reply("history of a type", Json::History(history));
    let history = HistoryData {
        source: &Source::Channel("orders".to_owned()),
        records: &[],
        limit: 1,
        has_more: false,
        gap: false,
        request_id: None,
    };
    expect_reply("history of a channel", Json::History(history.clone()));
    let history = HistoryData { gap: true, ..history };
    expect_reply("history with a gap", Json::History(history));
}

#[test]
fn golden_events_of_the_json_protocol() {
    let data = data_of("/json", "status update");
    let (seq, offset, epoch) = (Some(7), Some(41), Some("e1"));
    // What version 1.0 does not know is left out.
    let metadata = raw(r#"{"node":"a"}"#);
    let metadata = Some(&*metadata);
    let status = Event { seq, offset, epoch, metadata, ..event(1, "status_update", &data) };
    expect_json("status update", |out| json::write_events(out, PLAIN, Kind::Status, &[status]));

    let data = data_of("/json", "health alert in version 1.1");
    let alert = Event { metadata, ..event(2, "health_alert", &data) };
    let newer = Envelope { version: Version::V1_1, ..PLAIN };
    let name = "health alert in version 1.1";
    expect_json(name, |out| json::write_events(out, newer, Kind::Health, &[alert]));

    let data = raw(r#"{"requests":1}"#);
    let stats = event(1, "stats_update", &data);
    let directed = Envelope { direction: true, ..PLAIN };
    expect_json("with direction", |out| json::write_events(out, directed, Kind::Stats, &[stats]));

    let data = data_of("/json", "business event");
    let order = event(1, "order:update", &data);
    expect_json("business event", |out| json::write_events(out, PLAIN, Kind::System, &[order]));
}

#[test]
fn several_events_are_a_batch_and_none_is_nothing() {
    let (one, two) = (raw(r#"{"n":1}"#), raw(r#"{"n":2}"#));
    let first = Event { offset: Some(41), ..event(1, "status_update", &one) };
    let second = Event { offset: Some(42), ..event(2, "status_update", &two) };
    let second = Event { timestamp: NOW + 1, ..second };
    let events = [first, second];
    expect_json("batch", |out| json::write_events(out, PLAIN, Kind::Status, &events));
    let mut out = Vec::new();
    json::write_events(&mut out, PLAIN, Kind::Status, &[]);
    assert!(out.is_empty());
}

#[test]
fn golden_answers_of_the_simple_protocol() {
    let request_id = Some("r1");
    let channels = ["role:admin".to_owned()];
    let channels = &channels[..];
    expect_simple("welcome", None, Simple::Welcome { epoch: "e1" });
    expect_simple("pong", request_id, Simple::Pong);
    expect_simple("echo", None, Simple::Echo { data: Some(&raw(r#"{"text":"你好"}"#)) });
    expect_simple("echo of nothing", None, Simple::Echo { data: None });
    let (offset, epoch) = (Some(41), Some("e1"));
    let subscribed = |gaps| Simple::Subscribed { channels, gaps, offset, epoch };
    expect_simple("subscribed", request_id, subscribed(&[]));
    expect_simple("subscribed with a gap", request_id, subscribed(channels));
    expect_simple("unsubscribed", request_id, Simple::Unsubscribed { channels });
    let expires_at = Some(NOW + 600_000);
    expect_simple("authenticated", request_id, Simple::Authenticated { expires_at });
    let refusal = Refusal::new(ErrorCode::Forbidden, "Not allowed: role:admin");
    expect_simple("error", None, Simple::Error(&refusal.for_request(Some("r1".to_owned()))));
    let (code, message) = (ErrorCode::QueueOverflow, "Messages were dropped");
    expect_simple("warning", None, Simple::Warning { code, message, dropped: Some(12) });
}

#[test]
fn golden_pushes_of_the_simple_protocol() {
    let push = |name: &str, push: &Push<'_>| {
        let mut out = Vec::new();
        simple::write_push(&mut out, push);
        expect("/simple", ("simple.schema.json", "/definitions/server"), name, &out);
    };
    let order = data_of("/simple", "push");
    let (ts, request_id, seq, offset, epoch) = (NOW, None, None, None, None);
    let plain = Push { event: "order:update", data: &order, ts, request_id, seq, offset, epoch };
    push("push", &plain);
    let notice = data_of("/simple", "push to be acknowledged");
    let (seq, offset, epoch) = (Some(7), Some(41), Some("e1"));
    let request_id = Some("p-9");
    let reliable = Push { event: "notice:new", data: &notice, ts, request_id, seq, offset, epoch };
    push("push to be acknowledged", &reliable);
}

#[test]
fn what_is_echoed_is_not_rewritten() {
    let text = br#"{"type":"echo","data":{ "b" : 2.50, "b": "\u4f60" }}"#;
    let simple::Action::Echo { data } = simple::parse(text).unwrap().action else {
        panic!("an echo")
    };
    let mut out = Vec::new();
    simple::write(&mut out, NOW, None, &Simple::Echo { data });
    let expected = r#"{"type":"echo","data":{ "b" : 2.50, "b": "\u4f60" },"ts":1706941200000}"#;
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
