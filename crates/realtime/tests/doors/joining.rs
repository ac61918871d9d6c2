use serde_json::{Value, json};

use crate::client::Client;
use crate::house::{House, house, options};
use realtime::hub::filter::Severity;
use realtime::hub::{Facts, Merge, Publication};
use realtime::native::Options;

async fn subscribe(client: &mut Client, payload: Value) -> Value {
    let id = client.act("subscribe", payload).await;
    let subscribed = client.message().await;
    assert_eq!(subscribed["event"], "subscribed", "{subscribed}");
    assert_eq!(subscribed["data"]["requestId"], id);
    subscribed["data"].clone()
}

#[tokio::test]
async fn subscriptions_add_up_until_they_are_replaced_or_given_up() {
    let house = house().await;
    let mut client = Client::json(&house, "ann.status").await;
    let quiet = |types: Value| json!({ "types": types, "history": false });
    let data = subscribe(&mut client, quiet(json!(["status"]))).await;
    assert_eq!(data["subscribed"], json!(["status"]));
    assert_eq!(data["epoch"], **house.premises.hub.epoch());
    assert_eq!(data["offset"], house.premises.hub.offset());
    let data = subscribe(&mut client, quiet(json!(["stats"]))).await;
    assert_eq!(data["subscribed"], json!(["status", "stats"]));
    let all = json!({ "types": ["all"], "channels": ["lobby"], "history": false });
    let data = subscribe(&mut client, all).await;
    assert_eq!(data["subscribed"], json!(["status", "stats", "health"]), "not config");
    assert_eq!(data["channels"], json!(["lobby"]));
    let replace = json!({ "types": ["config"], "mode": "replace", "history": false });
    let data = subscribe(&mut client, replace).await;
    assert_eq!((&data["subscribed"], &data["channels"]), (&json!(["config"]), &Value::Null));
    house.count("sb:stats", 0..1);
    house.publish("lobby", "notice", "{}");
    client.nothing_more().await;
    house.publish("sb:config", "config_update", "{\"v\":2}");
    assert_eq!(client.message().await["data"], json!({ "v": 2 }));

    subscribe(&mut client, quiet(json!(["stats"]))).await;
    client.act("unsubscribe", json!({ "types": ["stats", "status"] })).await;
    let data = client.message().await["data"].clone();
    assert_eq!(data["subscribed"], json!(["stats"]), "what it was subscribed to");
    client.act("unsubscribe", json!({})).await;
    assert_eq!(client.message().await["data"]["subscribed"], json!(["config"]));
    house.publish("sb:config", "config_update", "{\"v\":3}");
    client.nothing_more().await;
}

#[tokio::test]
async fn what_is_not_allowed_is_named_and_changes_nothing() {
    let house = house().await;
    let mut client = Client::json(&house, "ann").await;
    subscribe(&mut client, json!({ "channels": ["lobby"] })).await;
    for (payload, code, named) in [
        (json!({ "types": ["config", "stats"] }), "UNAUTHORIZED", "stats"),
        (
            json!({ "channels": ["channel:orders", "channel:secret"] }),
            "UNAUTHORIZED",
            "channel:secret",
        ),
        (json!({ "channels": ["user:bob"] }), "FORBIDDEN", "user:bob"),
        (json!({ "channels": ["role:admin"] }), "FORBIDDEN", "role:admin"),
        (json!({ "channels": ["device:7"] }), "FORBIDDEN", "device:7"),
        (json!({ "channels": ["sb:stats"] }), "FORBIDDEN", "sb:stats"),
        (json!({ "channels": ["a\u{7}"] }), "INVALID_MESSAGE", "a\u{7}"),
    ] {
        let id = client.act("subscribe", payload.clone()).await;
        let data = client.message().await["data"].clone();
        assert_eq!((&data["code"], &data["requestId"]), (&json!(code), &json!(id)), "{payload}");
        assert_eq!(data["message"], format!("Not allowed: {named}"));
        assert!(data["problems"][0]["field"].as_str().expect("a field").starts_with("payload."));
    }
    for (source, code) in [
        (json!({ "type": "status", "limit": 1 }), "UNAUTHORIZED"),
        (json!({ "channel": "user:bob", "limit": 1 }), "FORBIDDEN"),
    ] {
        client.act("get_history", source).await;
        assert_eq!(client.message().await["data"]["code"], code);
    }
    let data = subscribe(&mut client, json!({ "channels": ["channel:news:today"] })).await;
    assert_eq!(data["channels"], json!(["lobby", "channel:news:today"]));
    assert_eq!(data["subscribed"], json!([]), "not even what was allowed of it");
}

#[tokio::test]
async fn everybody_is_in_their_own_rooms_and_stays_there() {
    let house = house().await;
    let mut client = Client::json(&house, "ann.vip").await;
    house.publish("user:ann", "order:update", "{\"id\":1}");
    let pushed = client.message().await;
    assert_eq!((&pushed["event"], &pushed["type"]), (&json!("order:update"), &json!("system")));
    house.publish("role:admin", "notice", "{}");
    assert_eq!(client.message().await["event"], "notice");
    subscribe(&mut client, json!({ "channels": ["user:ann"], "throttleMs": 60_000 })).await;
    client.act("unsubscribe", json!({ "channels": ["user:ann"] })).await;
    client.message().await;
    house.publish("user:ann", "order:update", "{\"id\":2}");
    house.publish("user:ann", "order:update", "{\"id\":3}");
    assert_eq!(client.message().await["data"]["id"], 2);
    assert_eq!(client.message().await["data"]["id"], 3, "without the throttle");
    house.publish("user:bob", "order:update", "{}");
    client.nothing_more().await;
}

#[tokio::test]
async fn simple_clients_have_channels() {
    let house = house().await;
    let mut client = Client::simple(&house, "ann").await;
    client
        .send(&json!({ "type": "subscribe", "data": { "channel": "lobby" }, "requestId": "1" }))
        .await;
    let subscribed = client.message().await;
    assert_eq!(subscribed["data"], json!({ "channels": ["lobby"] }));
    assert_eq!(subscribed["requestId"], "1");
    assert!(subscribed["offset"].is_number() && subscribed["epoch"].is_string());
    house.publish("lobby", "notice", "{\"n\":1}");
    let push = client.message().await;
    assert_eq!((&push["type"], &push["data"]["n"]), (&json!("notice"), &json!(1)));
    let other =
        json!({ "type": "subscribe", "data": { "channels": ["role:admin"] }, "requestId": "2" });
    client.send(&other).await;
    let error = client.message().await;
    assert_eq!((&error["data"]["code"], &error["requestId"]), (&json!("FORBIDDEN"), &json!("2")));
    client.send(&json!({ "type": "unsubscribe", "data": { "channel": "lobby" } })).await;
    assert_eq!(client.message().await["type"], "unsubscribed");
    house.publish("lobby", "notice", "{}");
    client.send(&json!({ "type": "ping" })).await;
    assert_eq!(client.message().await["type"], "pong");
}

#[tokio::test]
async fn channels_are_limited() {
    let house = House::of(Options { channels: 2, ..options() }).await;
    let mut client = Client::json(&house, "ann").await;
    let channel = |n: u32| format!("channel:news:{n}");
    subscribe(&mut client, json!({ "channels": [channel(1), channel(2)] })).await;
    subscribe(&mut client, json!({ "channels": [channel(1)] })).await;
    client.act("subscribe", json!({ "channels": [channel(3)] })).await;
    assert_eq!(client.message().await["data"]["code"], "INVALID_MESSAGE");
    let replaced = json!({ "channels": [channel(3)], "mode": "replace" });
    assert_eq!(subscribe(&mut client, replaced).await["channels"], json!([channel(3)]));
}

fn alert(house: &House, severity: Severity, component: &str) {
    let alert = json!({ "level": severity, "component": component, "message": "high" });
    let data = json!({ "alert": alert }).to_string();
    let publication = house.publication("sb:health", "health_alert", &data);
    let facts = Facts::Health { severity, component: component.to_owned() };
    let publication = Publication { facts: Some(facts.into()), ..publication };
    house.premises.hub.publish(publication).expect("room");
}

#[tokio::test]
async fn health_is_filtered_by_severity_and_component() {
    let house = house().await;
    alert(&house, Severity::Critical, "db");
    alert(&house, Severity::Info, "db");
    let mut client = Client::json(&house, "ann.status").await;
    let filter = json!({ "minSeverity": "warning", "components": ["db", "disk"] });
    subscribe(&mut client, json!({ "types": ["health"], "filter": filter })).await;
    let history = client.message().await;
    assert_eq!(history["data"]["data"].as_array().expect("records").len(), 1, "also the past");
    alert(&house, Severity::Info, "db");
    alert(&house, Severity::Critical, "net");
    alert(&house, Severity::Warning, "disk");
    let told = client.message().await;
    assert_eq!(told["data"]["alert"]["component"], "disk");
    // Everything again, and nothing in between is lost.
    subscribe(&mut client, json!({ "types": ["health"], "filter": {} })).await;
    alert(&house, Severity::Info, "net");
    assert_eq!(client.message().await["data"]["alert"]["component"], "net");
    let long = vec!["c"; 21].iter().enumerate().map(|(n, c)| format!("{c}{n}")).collect::<Vec<_>>();
    client.act("subscribe", json!({ "types": ["health"], "filter": { "components": long } })).await;
    assert_eq!(client.message().await["data"]["problems"][0]["field"], "payload.filter.components");
}

#[tokio::test]
async fn a_throttled_client_gets_the_newest() {
    let house = house().await;
    let mut client = Client::json(&house, "ann.status").await;
    let slow = json!({ "types": ["stats"], "throttleMs": 200, "history": false });
    subscribe(&mut client, slow).await;
    house.count("sb:stats", 0..10);
    assert_eq!(client.message().await["data"]["n"], 0);
    let begun = std::time::Instant::now();
    assert_eq!(client.message().await["data"]["n"], 9, "what was in between is superfluous");
    assert!(begun.elapsed().as_millis() >= 100, "{:?}", begun.elapsed());
    // What is held back when the throttle goes is still owed.
    house.count("sb:stats", 10..12);
    while house.premises.hub.stats().waiting_events > 0 {
        tokio::task::yield_now().await;
    }
    let fast = json!({ "types": ["stats"], "history": false });
    subscribe(&mut client, fast).await;
    assert_eq!(client.message().await["data"]["n"], 11);
    house.count("sb:stats", 12..14);
    assert_eq!(client.message().await["data"]["n"], 12);
    assert_eq!(client.message().await["data"]["n"], 13);
}

#[tokio::test]
async fn neighbours_of_a_type_come_as_a_batch() {
    let house = house().await;
    let mut client = Client::json(&house, "ann.status").await;
    subscribe(&mut client, json!({ "types": ["stats"], "history": false })).await;
    for n in 0..3 {
        let publication = house.publication("sb:stats", "stats_update", &format!("{{\"n\":{n}}}"));
        let publication = Publication { merge: Merge::Streams, ..publication };
        house.premises.hub.publish(publication).expect("room");
    }
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let message = client.message().await;
        match message["data"]["events"].as_array() {
            Some(events) => seen.extend(events.iter().map(|event| event["data"]["n"].clone())),
            None => seen.push(message["data"]["n"].clone()),
        }
    }
    assert_eq!(seen, [0, 1, 2]);
}
