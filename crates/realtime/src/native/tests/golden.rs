//! What clients send: each golden message is judged by the code and by the published schema.

use serde_json::Value;
use uuid::Uuid;

use super::{cases, fixture, schema};
use crate::native::json::{self, Mode};
use crate::native::{Refusal, simple};

const CLIENT: &str = include_str!("../../../../../fixtures/realtime/native-client.json");

fn read_json(message: &Value, mode: Mode) -> Result<json::ClientMessage, Refusal> {
    json::parse(message.to_string().as_bytes(), mode)
}

fn read_simple(message: &Value) -> Result<(), Refusal> {
    simple::parse(message.to_string().as_bytes()).map(|_| ())
}

fn expect_refusal(name: &str, case: &Value, refusal: &Refusal) {
    let texts = |value: &Value| -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        items.map(|item| item.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(refusal.code.as_str(), case["code"], "{name}");
    let fields: Vec<_> = refusal.problems.iter().map(|problem| problem.field.clone()).collect();
    assert_eq!(fields, texts(&case["fields"]), "{name}");
    assert_eq!(refusal.request_id.as_deref(), case["requestId"].as_str(), "{name}");
    if let Some(message) = case["says"].as_str() {
        assert_eq!(refusal.message, message, "{name}");
    }
}

#[test]
fn golden_messages_of_json_clients() {
    let (fixture, schema) = (fixture(CLIENT), schema("json-client.schema.json", ""));
    for (name, case) in cases(&fixture, "/json/valid") {
        let message = &case["message"];
        let read = read_json(message, Mode::Strict).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert_eq!(read.id, message["id"], "{name}");
        assert_eq!(schema.check(message), Ok(()), "{name}");
    }
    for (name, case) in cases(&fixture, "/json/invalid") {
        let message = &case["message"];
        expect_refusal(name, case, &read_json(message, Mode::Strict).expect_err(name));
        assert!(schema.check(message).is_err(), "{name}: the schema accepts it");
    }
}

#[test]
fn lenient_fills_in_what_is_missing_and_nothing_else() {
    let fixture = fixture(CLIENT);
    let lenient = Mode::Lenient { id: Uuid::nil(), now: 7 };
    for (name, case) in cases(&fixture, "/json/lenient") {
        let message = &case["message"];
        read_json(message, Mode::Strict).expect_err(name);
        let read = read_json(message, lenient).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert_eq!(read.sent_at, 7, "{name}");
        let expected = message["id"].as_str().map_or(Uuid::nil().to_string(), str::to_owned);
        assert_eq!(read.id, expected, "{name}");
    }
    let wrong = serde_json::json!({ "id": 7, "timestamp": "now", "type": [], "action": "ping" });
    let fields = read_json(&wrong, lenient).unwrap_err().problems;
    assert_eq!(fields.len(), 3, "{fields:?}");
}

#[test]
fn golden_messages_of_simple_clients() {
    let (fixture, schema) = (fixture(CLIENT), schema("simple.schema.json", "/definitions/client"));
    for (name, case) in cases(&fixture, "/simple/valid") {
        read_simple(&case["message"]).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert_eq!(schema.check(&case["message"]), Ok(()), "{name}");
    }
    for (name, case) in cases(&fixture, "/simple/invalid") {
        expect_refusal(name, case, &read_simple(&case["message"]).expect_err(name));
        assert!(schema.check(&case["message"]).is_err(), "{name}: the schema accepts it");
    }
}

#[test]
fn what_is_no_json_is_a_parse_error_in_both_protocols() {
    for text in [
        &b""[..],
        b"hello",
        b"{",
        b"[1,",
        b"{\"type\":\"ping\"} x",
        b"\xff",
        b"{\"a\":\"\xff\"}",
        br#"{"\ud800":1}"#,
    ] {
        let shown = String::from_utf8_lossy(text);
        for refusal in [
            json::parse(text, Mode::Strict).expect_err(&shown),
            simple::parse(text).expect_err(&shown),
        ] {
            let told = (refusal.code.as_str(), refusal.message.as_str());
            assert_eq!(told, ("PARSE_ERROR", "Failed to parse message"), "{shown}");
        }
    }
}
