use serde_json::{Value, json};

use crate::client::{BINARY, Client, TEXT};
use crate::house::{House, house, options};
use realtime::limits::{Patience, Rate};
use realtime::native::Options;

async fn error(client: &mut Client) -> (String, Value) {
    let message = client.until("error").await;
    (message["data"]["code"].as_str().expect("a code").to_owned(), message)
}

#[tokio::test]
async fn each_mistake_has_its_code_and_the_connection_lives() {
    let house = house().await;
    let mut client = Client::json(&house, "ann").await;
    let id = "00000000-0000-4000-8000-00000000000a";
    let message = |action: &str, kind: &str| json!({ "id": id, "type": kind, "timestamp": 1, "action": action, "payload": {} });
    for (text, code) in [
        ("{".to_owned(), "PARSE_ERROR"),
        ("[]".to_owned(), "INVALID_MESSAGE"),
        (message("dance", "system").to_string(), "UNKNOWN_ACTION"),
        (message("ping", "weather").to_string(), "INVALID_TYPE"),
        (message("subscribe", "config").to_string(), "INVALID_MESSAGE"),
    ] {
        client.frame(TEXT, text.as_bytes()).await;
        let (found, told) = error(&mut client).await;
        assert_eq!(found, code, "{text}");
        if code == "PARSE_ERROR" {
            assert_eq!(told["data"]["message"], "Failed to parse message");
        }
    }
    client.frame(BINARY, b"\x00").await;
    assert_eq!(error(&mut client).await.0, "INVALID_MESSAGE");
    client.act("subscribe", json!({ "types": ["status", "all", "weather"] })).await;
    let (code, told) = error(&mut client).await;
    assert_eq!(code, "INVALID_TYPE");
    assert!(told["data"]["message"].as_str().expect("text").contains("weather"));
    client.nothing_more().await;
}

#[tokio::test]
async fn messages_may_be_incomplete_only_where_that_is_allowed() {
    let lenient = House::of(Options { lenient: true, ..options() }).await;
    let mut client = Client::json(&lenient, "ann").await;
    client.send(&json!({ "action": "ping" })).await;
    assert_eq!(client.message().await["event"], "pong");
    let house = house().await;
    let mut client = Client::json(&house, "ann").await;
    client.send(&json!({ "action": "ping" })).await;
    assert_eq!(error(&mut client).await.0, "INVALID_MESSAGE");
}

#[tokio::test]
async fn who_sends_nonsense_again_and_again_is_shown_out() {
    let patience = Patience { throttle_at: 1000, disconnect_at: 5 };
    let house = House::of(Options { patience, ..options() }).await;
    let mut client = Client::json(&house, "ann").await;
    for _ in 0..5 {
        client.frame(TEXT, b"nonsense").await;
    }
    assert_eq!(client.end().await, (1008, "policy violation".to_owned()));
    let mut client = Client::json(&house, "ann").await;
    for _ in 0..5 {
        client.act("subscribe", json!({ "channels": ["user:bob"] })).await;
    }
    assert_eq!(client.end().await.0, 1008);
}

#[tokio::test]
async fn who_tries_our_patience_is_read_less_often() {
    let patience = Patience { throttle_at: 2, disconnect_at: 1000 };
    let house = House::of(Options { patience, ..options() }).await;
    let mut client = Client::json(&house, "ann").await;
    for _ in 0..2 {
        client.frame(TEXT, b"nonsense").await;
    }
    let begun = std::time::Instant::now();
    client.act("ping", json!({})).await;
    client.until("pong").await;
    assert!(begun.elapsed().as_millis() >= 900, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn too_many_messages_are_refused_and_a_flood_ends() {
    let messages = Some(Rate::per_minute(1, 3));
    let patience = Patience { throttle_at: 1000, disconnect_at: 1 };
    let house = House::of(Options { messages, ..options() }).await;
    let mut client = Client::json(&house, "ann").await;
    for _ in 0..20 {
        client.act("ping", json!({})).await;
    }
    for _ in 0..3 {
        assert_eq!(client.message().await["event"], "pong");
    }
    assert_eq!(error(&mut client).await.0, "RATE_LIMITED");
    let house = House::of(Options { messages, patience, ..options() }).await;
    let mut client = Client::json(&house, "ann").await;
    for _ in 0..5 {
        client.act("ping", json!({})).await;
    }
    assert_eq!(client.end().await.0, 4029);
}
