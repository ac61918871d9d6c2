use std::time::Duration;

use serde_json::json;

use crate::client::Client;
use crate::house::{House, options};
use realtime::native::{Options, Resend};

fn resend(after: u64, times: u32) -> Options {
    let after = Duration::from_millis(after);
    Options { resend: Resend { after, times, ..Resend::default() }, ..options() }
}

#[tokio::test]
async fn what_is_not_acknowledged_comes_again() {
    let house = House::of(resend(40, 5)).await;
    let mut client = Client::open(&house, "/ws/simple?token=ann&ack=1").await;
    client.message().await;
    house.publish_reliably("user:ann", "order:update", "{\"id\":1}");
    house.publish_reliably("user:ann", "order:update", "{\"id\":2}");
    house.publish("user:ann", "status", "{}");
    let (one, two, other) =
        (client.message().await, client.message().await, client.message().await);
    assert_eq!(other["requestId"], json!(null), "nobody waits for it");
    let ack =
        |message: &serde_json::Value| json!({ "type": "ack", "requestId": message["requestId"] });
    client.send(&ack(&one)).await;
    assert_eq!(client.message().await, two, "the same message, under the same id");
    assert_eq!(client.message().await, two);
    client.send(&ack(&two)).await;
    client.send(&json!({ "type": "ping" })).await;
    client.until("pong").await;
    let resent = house.door.stats().resent;
    // A third event comes once, and nothing else comes between.
    house.publish_reliably("user:ann", "order:update", "{\"id\":3}");
    let three = client.message().await;
    assert_eq!(three["data"]["id"], 3);
    client.send(&ack(&three)).await;
    client.send(&json!({ "type": "ping" })).await;
    assert_eq!(client.message().await["type"], "pong");
    assert!(resent >= 2, "{resent}");
    assert_eq!(house.door.stats().expired, 0);
}

#[tokio::test]
async fn the_first_acknowledgement_is_a_promise_of_more() {
    let house = House::of(resend(40, 5)).await;
    let mut client = Client::json(&house, "ann").await;
    client.act("subscribe", json!({ "channels": ["lobby"] })).await;
    client.until("subscribed").await;
    house.publish_reliably("lobby", "notice", "{\"n\":1}");
    let first = client.message().await;
    client.act("ack", json!({ "id": first["id"] })).await;
    client.act("ping", json!({})).await;
    client.until("pong").await;
    house.publish_reliably("lobby", "notice", "{\"n\":2}");
    let second = client.message().await;
    assert_eq!(client.message().await, second);
}

#[tokio::test]
async fn what_it_would_not_have_got_is_not_sent_again() {
    let house = House::of(resend(20, 5)).await;
    house.publish_reliably("lobby", "notice", "{\"n\":0}");
    let mut client = Client::open(&house, "/ws/json?token=ann&ack=1").await;
    client.message().await;
    house.publish_reliably("lobby", "notice", "{\"n\":1}");
    client.act("subscribe", json!({ "channels": ["lobby"] })).await;
    client.until("subscribed").await;
    let mut elsewhere = house.publication("lobby", "notice", "{\"n\":2}");
    elsewhere.audience = elsewhere.audience.except("user:ann");
    elsewhere.class = realtime::hub::lanes::Class::Reliable;
    house.premises.hub.publish(elsewhere).expect("room");
    house.publish_reliably("lobby", "notice", "{\"n\":3}");
    for _ in 0..3 {
        assert_eq!(client.message().await["data"]["n"], 3);
    }
}

#[tokio::test]
async fn who_never_acknowledges_is_given_up_on() {
    let house = House::of(resend(10, 2)).await;
    let mut client = Client::open(&house, "/ws/simple?token=ann&ack=1").await;
    client.message().await;
    house.publish_reliably("user:ann", "order:update", "{}");
    for _ in 0..3 {
        client.message().await;
    }
    while house.door.stats().expired == 0 {
        tokio::task::yield_now().await;
    }
    client.send(&json!({ "type": "ping" })).await;
    assert_eq!(client.message().await["type"], "pong", "it lives on");
    assert_eq!(house.door.stats().resent, 2);
}
