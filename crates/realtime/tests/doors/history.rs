use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Client;
use crate::house::{House, KEEP, house};
use realtime::hub::Publication;
use realtime::hub::history::Keep;

/// Of somebody who publishes without end.
const PACE: Duration = Duration::from_millis(1);

fn numbers(history: &Value) -> Vec<u64> {
    let records = history["data"]["data"].as_array().expect("records");
    records.iter().map(|record| record["data"]["n"].as_u64().expect("a number")).collect()
}

/// A busy machine slows the publisher down as well: what is asked for afterwards is still known.
fn pace() -> tokio::time::Interval {
    let mut pace = tokio::time::interval(PACE);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    pace
}

#[tokio::test]
async fn recent_history_follows_the_first_subscription() {
    let house = house().await;
    house.count("sb:stats", 0..60);
    let mut client = Client::json(&house, "ann.status").await;
    client.act("subscribe", json!({ "types": ["stats", "status"] })).await;
    assert_eq!(client.message().await["event"], "subscribed");
    let (status, stats) = (client.message().await, client.message().await);
    assert_eq!(status["data"]["type"], "status");
    assert_eq!((&status["data"]["data"], &status["data"]["hasMore"]), (&json!([]), &json!(false)));
    assert_eq!(stats["data"]["limit"], 50);
    assert_eq!(stats["data"]["hasMore"], true);
    assert_eq!(numbers(&stats), (10..60).collect::<Vec<_>>());
    let record = &stats["data"]["data"][0];
    assert_eq!((&record["event"], &record["type"]), (&json!("stats_update"), &json!("stats")));
    assert!(record["id"].is_string() && record["offset"].is_number());
    // It is there already.
    client.act("subscribe", json!({ "types": ["stats"] })).await;
    client.message().await;
    client.nothing_more().await;
}

/// The order is: the answer, the past, the present; whatever is published meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_missing_and_nothing_comes_twice() {
    let house = std::sync::Arc::new(house().await);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let publisher = std::sync::Arc::clone(&house);
    let publishing = tokio::spawn(async move {
        let (mut n, mut ticks) = (0, pace());
        while !*stopped.borrow() {
            publisher.count("sb:stats", n..n + 8);
            n += 8;
            ticks.tick().await;
        }
    });
    for round in 0..40 {
        let mut client = Client::json(&house, "ann.status").await;
        client.act("subscribe", json!({ "types": ["stats"] })).await;
        assert_eq!(client.message().await["event"], "subscribed");
        let mut seen = numbers(&client.message().await);
        for _ in 0..20 {
            let live = client.message().await;
            assert_eq!(live["event"], "stats_update");
            seen.push(live["data"]["n"].as_u64().expect("a number"));
        }
        // On other terms, while more is on its way.
        client.act("subscribe", json!({ "types": ["stats"], "filter": {} })).await;
        for _ in 0..20 {
            let live = client.message().await;
            if live["event"] == "stats_update" {
                seen.push(live["data"]["n"].as_u64().expect("a number"));
            }
        }
        let expected: Vec<_> = (seen[0]..).take(seen.len()).collect();
        assert_eq!(seen, expected, "round {round}");
        client.frame(0x88, b"").await;
        client.end().await;
    }
    stop.send_replace(true);
    publishing.await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_goes_on_where_it_was() {
    let house = std::sync::Arc::new(house().await);
    let epoch = house.premises.hub.epoch().to_string();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let publisher = std::sync::Arc::clone(&house);
    let publishing = tokio::spawn(async move {
        let (mut n, mut ticks) = (0, pace());
        while !*stopped.borrow() {
            publisher.count("lobby", n..n + 2);
            n += 2;
            ticks.tick().await;
        }
    });
    let mut last: Option<(u64, u64)> = None;
    for round in 0..30 {
        let mut client = Client::json(&house, "ann").await;
        let since = last.map(|(offset, _)| json!({ "epoch": epoch, "offset": offset }));
        let mut payload = json!({ "channels": ["lobby"] });
        if let Some(since) = since {
            payload["since"] = since;
        }
        client.act("subscribe", payload).await;
        assert_eq!(client.message().await["event"], "subscribed");
        for _ in 0..10 {
            let event = client.message().await;
            let n = event["data"]["n"].as_u64().expect("a number");
            if let Some((_, before)) = last {
                assert_eq!(n, before + 1, "round {round}");
            }
            last = Some((event["offset"].as_u64().expect("an offset"), n));
        }
    }
    stop.send_replace(true);
    publishing.await.expect("no panic");
}

/// Of which only the last three are remembered.
fn short(house: &House, room: &str, n: u32) {
    let name = if room == "lobby" { "notice" } else { "stats_update" };
    let publication = house.publication(room, name, &format!("{{\"n\":{n}}}"));
    let keep = Some(Keep { count: 3, ..KEEP });
    house.premises.hub.publish(Publication { keep, ..publication }).expect("room");
}

#[tokio::test]
async fn a_gap_is_told() {
    let house = house().await;
    (0..10).for_each(|n| short(&house, "sb:stats", n));
    (0..10).for_each(|n| short(&house, "lobby", n));
    let epoch = house.premises.hub.epoch().to_string();
    for since in [json!({ "epoch": epoch, "offset": 2 }), json!({ "epoch": "older", "offset": 9 })]
    {
        let mut client = Client::json(&house, "ann.status").await;
        let asked = json!({ "types": ["stats"], "channels": ["lobby"], "since": since });
        client.act("subscribe", asked).await;
        client.message().await;
        let (stats, lobby) = (client.message().await, client.message().await);
        assert_eq!(
            (&stats["data"]["gap"], &stats["data"]["type"]),
            (&json!(true), &json!("stats"))
        );
        assert_eq!(numbers(&stats), [7, 8, 9], "what is still known");
        assert_eq!(
            (&lobby["data"]["gap"], &lobby["data"]["channel"]),
            (&json!(true), &json!("lobby"))
        );
        client.nothing_more().await;

        let mut simple = Client::simple(&house, "ann").await;
        let asked = json!({ "channel": "lobby", "since": since });
        simple.send(&json!({ "type": "subscribe", "data": asked })).await;
        assert_eq!(simple.message().await["data"]["gaps"], json!(["lobby"]));
    }
}

#[tokio::test]
async fn several_rooms_are_replayed_in_the_order_of_what_happened() {
    let house = house().await;
    for n in 0..4 {
        house.count(["lobby", "channel:orders"][n as usize % 2], n..n + 1);
    }
    let epoch = house.premises.hub.epoch().to_string();
    let mut client = Client::simple(&house, "ann").await;
    let since = json!({ "epoch": epoch, "offset": 1 });
    let asked = json!({ "channels": ["channel:orders", "lobby"], "since": since });
    client.send(&json!({ "type": "subscribe", "data": asked })).await;
    assert_eq!(client.message().await["data"], json!({ "channels": ["channel:orders", "lobby"] }));
    for n in 1..4 {
        assert_eq!(client.message().await["data"]["n"], n);
    }
}

#[tokio::test]
async fn history_is_read_page_by_page() {
    let house = house().await;
    house.count("sb:stats", 0..25);
    let epoch = house.premises.hub.epoch().to_string();
    let mut client = Client::json(&house, "ann.status").await;
    let mut pages = Vec::new();
    let mut before = None;
    loop {
        let mut asked = json!({ "type": "stats", "limit": 10 });
        if let Some(offset) = before {
            asked["before"] = json!({ "epoch": epoch, "offset": offset });
        }
        let id = client.act("get_history", asked).await;
        let history = client.message().await;
        assert_eq!(history["data"]["requestId"], id);
        pages.push(numbers(&history));
        if history["data"]["hasMore"] == false {
            break;
        }
        before = history["data"]["data"][0]["offset"].as_u64();
    }
    let page = |range: std::ops::Range<u64>| range.collect::<Vec<_>>();
    assert_eq!(pages, [page(15..25), page(5..15), page(0..5)]);

    let since = json!({ "epoch": epoch, "offset": 3 });
    client.act("get_history", json!({ "type": "stats", "limit": 5, "since": since })).await;
    let history = client.message().await;
    assert_eq!((numbers(&history), &history["data"]["hasMore"]), (page(3..8), &json!(true)));
    let since = json!({ "epoch": "older", "offset": 3 });
    client.act("get_history", json!({ "type": "stats", "limit": 5, "since": since })).await;
    let history = client.message().await;
    assert_eq!((numbers(&history), &history["data"]["gap"]), (page(20..25), &json!(true)));
}

#[tokio::test]
async fn one_answer_brings_along_only_so_much() {
    let house = house().await;
    let big = format!("{{\"n\":1,\"pad\":\"{}\"}}", "x".repeat(100_000));
    (0..9).for_each(|_| house.publish("sb:stats", "stats_update", &big));
    let epoch = house.premises.hub.epoch().to_string();
    let mut client = Client::json(&house, "ann.status").await;
    client.act("get_history", json!({ "type": "stats", "limit": 9 })).await;
    let history = client.message().await;
    assert_eq!((numbers(&history).len(), &history["data"]["hasMore"]), (2, &json!(true)));
    let since = json!({ "epoch": epoch, "offset": 0 });
    client.act("subscribe", json!({ "types": ["stats"], "since": since })).await;
    client.message().await;
    let history = client.message().await;
    assert_eq!((numbers(&history).len(), &history["data"]["gap"]), (2, &json!(true)));
}
