use serde_json::json;

use crate::client::{Client, Frame};
use crate::gate::PER_USER;
use crate::house::{House, options};
use realtime::native::Options;
use realtime::registry::{self, CloseReason, Rejection};

fn limits(total: usize) -> registry::Options {
    registry::Options { total, ..registry::Options::default() }
}

#[tokio::test]
async fn one_too_many_is_told_so_and_the_others_stay() {
    let house = House::open(options(), limits(100)).await;
    let mut clients = Vec::new();
    for _ in 0..PER_USER {
        clients.push(Client::json(&house, "ann").await);
    }
    let mut fourth = Client::open(&house, "/ws/json?token=ann").await;
    let rejected = fourth.message().await;
    assert_eq!(rejected["event"], "connection_rejected");
    assert_eq!(rejected["type"], "error");
    let data = json!({ "code": "MAX_CONNECTIONS_EXCEEDED", "reason": "Connection limit reached" });
    assert_eq!(rejected["data"], data);
    assert_eq!(fourth.end().await, (1008, "Connection limit reached".to_owned()));
    for client in &mut clients {
        client.nothing_more().await;
    }
    // Of the other protocol, and somebody else.
    Client::simple(&house, "ann").await;
    Client::json(&house, "bob").await;
    assert_eq!(house.premises.registry.counters().rejected[&Rejection::PerUser], 1);
}

#[tokio::test]
async fn simple_clients_are_told_by_an_error() {
    let house = House::open(options(), limits(1)).await;
    let _one = Client::simple(&house, "ann").await;
    let mut two = Client::open(&house, "/ws/simple?token=bob").await;
    assert_eq!(two.message().await["data"]["code"], "MAX_CONNECTIONS_EXCEEDED");
    assert_eq!(two.end().await.0, 1008);
    let strict = Options { reject_before_upgrade: true, ..options() };
    let house = House::open(strict, limits(0)).await;
    assert_eq!(Client::ask(&house, "/ws/simple?token=bob", "").await.status, 503);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_handshakes_do_not_share_the_last_place() {
    let house = std::sync::Arc::new(House::open(options(), limits(10)).await);
    let attempts = (0..40).map(|n| {
        let house = std::sync::Arc::clone(&house);
        tokio::spawn(async move {
            let mut client = Client::open(&house, &format!("/ws/simple?token=u{n}")).await;
            let first = client.message().await;
            (first["type"] == "welcome", client)
        })
    });
    let attempts: Vec<_> = attempts.collect();
    let mut inside = Vec::new();
    for attempt in attempts {
        let (welcome, client) = attempt.await.expect("no panic");
        inside.extend(welcome.then_some(client));
    }
    assert_eq!(inside.len(), 10);
    assert_eq!(house.premises.registry.held(), 10);
}

#[tokio::test]
async fn a_vip_takes_the_place_of_the_idlest() {
    let house = House::open(options(), limits(2)).await;
    let mut busy = Client::json(&house, "ann").await;
    busy.act("subscribe", json!({ "channels": ["lobby"] })).await;
    busy.until("subscribed").await;
    let mut idle = Client::json(&house, "bob").await;
    let _vip = Client::json(&house, "root.vip").await;
    assert_eq!(idle.until("disconnected").await["data"]["reason"], "evicted");
    assert_eq!(idle.end().await.0, 1013);
    busy.nothing_more().await;
}

#[tokio::test]
async fn who_comes_back_replaces_a_connection_that_went_silent() {
    // Whoever does not speak at this very moment is silent.
    let stale = registry::Options { stale_after: -1, ..registry::Options::default() };
    let house = House::open(options(), stale).await;
    let mut before = Vec::new();
    for _ in 0..PER_USER {
        let mut client = Client::open(&house, "/ws/json?token=ann").await;
        let id = client.message().await["data"]["connectionId"].clone();
        before.push((id, client));
    }
    Client::json(&house, "ann").await.nothing_more().await;
    let registry = &house.premises.registry;
    before.retain(|(id, _)| registry.get(id.as_str().expect("an id")).is_none());
    let [(_, replaced)] = &mut before[..] else { panic!("one has to go") };
    assert_eq!(replaced.until("disconnected").await["data"]["reason"], "replaced");
    assert_eq!(replaced.end().await, (1013, "replaced".to_owned()));
    assert_eq!(registry.counters().disconnects[&CloseReason::Replaced], 1);
}

#[tokio::test]
async fn an_operator_can_close_a_connection() {
    let house = House::open(options(), limits(10)).await;
    let mut client = Client::open(&house, "/ws/json?token=ann").await;
    let connected = client.message().await;
    let id = connected["data"]["connectionId"].as_str().expect("an id");
    house.premises.registry.get(id).expect("registered").close(CloseReason::Operator);
    assert_eq!(client.until("disconnected").await["data"]["reason"], "closed by an operator");
    assert_eq!(client.next().await, Frame::Close(1000, "closed by an operator".to_owned()));
    drop(client);
    while house.premises.registry.held() > 0 {
        tokio::task::yield_now().await;
    }
    let counters = house.premises.registry.counters();
    assert_eq!(counters.disconnects[&CloseReason::Operator], 1);
}

#[tokio::test]
async fn the_registry_sees_what_a_connection_does() {
    let house = House::open(options(), limits(10)).await;
    let headers = "User-Agent: test/1\r\n";
    let mut client = Client::ask(&house, "/ws/json?token=ann", headers).await.client;
    let connected = client.message().await;
    let id = connected["data"]["connectionId"].as_str().expect("an id");
    let record = house.premises.registry.get(id).expect("registered");
    client.act("subscribe", json!({ "types": ["config"], "channels": ["lobby"] })).await;
    client.until("subscribed").await;
    let view = house.premises.registry.view(&record);
    assert_eq!(view.user_agent, "test/1");
    assert_eq!((view.subscriptions, view.messages_in), (2, 1));
    let summary = json!({ "types": ["config"], "channels": ["lobby"] });
    assert_eq!(view.subscription.as_deref(), Some(&summary));
}
