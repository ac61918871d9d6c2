use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Client;
use crate::house::{House, options};
use realtime::hub::lanes::Priority;
use realtime::hub::{Hub, HubOptions, Publication};
use realtime::registry;

/// A hub that lets only a little wait.
async fn narrow() -> House {
    let clock = std::sync::Arc::new(model::SystemClock);
    let hub = HubOptions { waiting_per_connection: 128 << 10, shards: 1, ..HubOptions::new(clock) };
    House::on(Hub::start(&hub), options(), registry::Options::default()).await
}

fn publish(house: &House, room: &str, size: usize, priority: Priority) {
    let data = format!("{{\"pad\":\"{}\"}}", "x".repeat(size));
    let publication = house.publication(room, "notice:big", &data);
    let publication = Publication { priority, keep: None, ..publication };
    // What the lanes refuse is not what this is about.
    let _ = house.premises.hub.publish(publication);
}

async fn in_the_lobby(house: &House, token: &str) -> Client {
    let mut client = Client::json(house, token).await;
    client.act("subscribe", json!({ "channels": ["lobby"] })).await;
    client.until("subscribed").await;
    client
}

/// Until something is lost on the way to somebody who does not read.
async fn flood(house: &House, room: &str, enough: impl Fn(&House) -> bool) {
    while !enough(house) {
        publish(house, room, 16 << 10, Priority::Low);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_slow_reader_is_warned_first_and_then_closed() {
    let house = narrow().await;
    let mut slow = in_the_lobby(&house, "ann").await;
    flood(&house, "lobby", |house| house.premises.hub.stats().dropped > 10).await;
    let warning = slow.until("warning").await;
    assert_eq!(warning["data"]["code"], "QUEUE_OVERFLOW");
    assert!(warning["data"]["dropped"].as_u64().expect("a number") > 0);
    // What must arrive is not dropped: at the limit there is nothing left to do.
    while house.premises.hub.stats().overflowed == 0 {
        publish(&house, "lobby", 16 << 10, Priority::Normal);
        tokio::task::yield_now().await;
    }
    assert_eq!(slow.end().await, (1013, "slow consumer".to_owned()));
}

#[tokio::test]
async fn a_stalled_reader_delays_nobody() {
    let house = narrow().await;
    let _stalled = in_the_lobby(&house, "ann").await;
    flood(&house, "lobby", |house| house.premises.hub.stats().dropped > 0).await;
    let mut quick = in_the_lobby(&house, "bob").await;
    let mut longest = Duration::ZERO;
    for n in 0..50 {
        let begun = Instant::now();
        publish(&house, "lobby", 16 << 10, Priority::Low);
        house.publish("lobby", "notice", &format!("{{\"n\":{n}}}"));
        quick.until("notice").await;
        longest = longest.max(begun.elapsed());
    }
    assert!(longest < Duration::from_secs(2), "{longest:?}");
}

#[tokio::test]
async fn who_asks_and_does_not_read_the_answers_is_closed() {
    let house = narrow().await;
    let big = format!("{{\"n\":1,\"pad\":\"{}\"}}", "x".repeat(30_000));
    (0..4).for_each(|_| house.publish("lobby", "notice", &big));
    let mut client = Client::json(&house, "ann").await;
    for _ in 0..400 {
        client.act("get_history", json!({ "channel": "lobby", "limit": 4 })).await;
    }
    let end = client.end().await;
    assert!(end.0 == 1013 || end.0 == 1006, "{end:?}");
}
