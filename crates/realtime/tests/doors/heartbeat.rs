use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{Client, Frame};
use crate::house::{House, options};
use realtime::native::Options;

const MS: fn(u64) -> Duration = Duration::from_millis;

fn quick() -> Options {
    Options { heartbeat_interval: MS(50), heartbeat_timeout: MS(200), ..options() }
}

#[tokio::test]
async fn who_does_not_answer_is_told_and_dropped() {
    let house = House::of(quick()).await;
    let mut json = Client::json(&house, "ann").await;
    let mut simple = Client::simple(&house, "ann").await;
    (json.answers, simple.answers) = (false, false);
    let begun = Instant::now();
    assert_eq!(json.next().await, Frame::Ping);
    let told = json.until("disconnected").await;
    assert_eq!(told["data"]["reason"], "heartbeat timeout");
    assert_eq!(json.next().await, Frame::Close(4008, "heartbeat timeout".to_owned()));
    assert!(begun.elapsed() >= MS(150), "{:?}", begun.elapsed());
    assert_eq!(simple.end().await.0, 4008);
    drop((json, simple));
    while house.premises.registry.held() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn any_frame_is_a_sign_of_life() {
    let house = House::of(quick()).await;
    let mut client = Client::json(&house, "ann").await;
    client.answers = false;
    let begun = Instant::now();
    while begun.elapsed() < MS(500) {
        assert_ne!(client.next().await, Frame::End);
        client.act("ping", json!({})).await;
    }
    client.until("pong").await;
}

#[tokio::test]
async fn pongs_alone_keep_a_connection() {
    let house = House::of(quick()).await;
    let mut client = Client::json(&house, "ann").await;
    for _ in 0..10 {
        assert_eq!(client.next().await, Frame::Ping);
    }
}

#[tokio::test]
async fn who_neither_subscribes_nor_speaks_makes_room() {
    let house =
        House::of(Options { heartbeat_timeout: MS(10_000), idle_after: MS(200), ..quick() }).await;
    let mut idle = Client::json(&house, "ann").await;
    let mut busy = Client::json(&house, "ann").await;
    busy.act("subscribe", json!({ "channels": ["lobby"] })).await;
    busy.until("subscribed").await;
    let begun = Instant::now();
    // Pings are no messages.
    idle.act("ping", json!({})).await;
    assert_eq!(idle.until("disconnected").await["data"]["reason"], "idle");
    assert_eq!(idle.end().await, (1000, "idle".to_owned()));
    assert!(begun.elapsed() >= MS(150), "{:?}", begun.elapsed());
    busy.nothing_more().await;
    busy.act("unsubscribe", json!({})).await;
    assert_eq!(busy.until("disconnected").await["data"]["reason"], "idle");
}

#[tokio::test]
async fn a_peer_that_vanished_is_noticed() {
    let house = House::of(quick()).await;
    let client = Client::json(&house, "ann").await;
    // Its socket stays open, and nobody is there.
    let socket = client.stream.into_std().expect("a socket");
    while house.premises.registry.held() > 0 {
        tokio::task::yield_now().await;
    }
    drop(socket);
}

#[tokio::test]
async fn half_a_connection_is_none() {
    let house = House::of(options()).await;
    let client = Client::json(&house, "ann").await;
    let socket = client.stream.into_std().expect("a socket");
    socket.shutdown(std::net::Shutdown::Write).expect("half closed");
    while house.premises.registry.held() > 0 {
        tokio::task::yield_now().await;
    }
}
