use std::time::Duration;

use serde_json::json;

use crate::client::{Client, Frame};
use crate::house::{House, house, options};
use realtime::native::Options;

#[tokio::test]
async fn a_token_is_found_wherever_it_may_be() {
    let house = house().await;
    for (path, headers) in [
        ("/ws/json?token=ann", ""),
        ("/ws/json", "Authorization: Bearer ann\r\n"),
        ("/ws", "Sec-WebSocket-Protocol: signalbox.json.v1, signalbox.token.ann\r\n"),
    ] {
        let answered = Client::ask(&house, path, headers).await;
        assert!(!answered.head.contains("signalbox.token"), "the token is not echoed");
        let mut client = answered.client;
        assert_eq!(client.message().await["event"], "connected", "{path} {headers}");
    }
    let house = House::of(Options { query_tokens: false, ..options() }).await;
    let mut client = Client::open(&house, "/ws/json?token=ann").await;
    assert_eq!(client.end().await.0, 4001, "queries can be turned off");
}

#[tokio::test]
async fn who_is_not_let_in_is_told_in_its_protocol() {
    let house = house().await;
    for (token, code, close) in [
        ("wrong", "UNAUTHORIZED", 4001),
        ("forbidden", "FORBIDDEN", 4003),
        ("down", "INTERNAL_ERROR", 1011),
    ] {
        let mut client = Client::open(&house, &format!("/ws/json?token={token}")).await;
        let rejected = client.message().await;
        assert_eq!(rejected["event"], "connection_rejected");
        assert_eq!(rejected["data"]["code"], code);
        assert!(rejected["id"].is_string() && rejected["timestamp"].is_number());
        assert_eq!(client.end().await.0, close);
        let mut client = Client::open(&house, &format!("/ws/simple?token={token}")).await;
        assert_eq!(client.message().await["data"]["code"], code);
        assert_eq!(client.end().await.0, close);
    }
    assert_eq!(house.premises.registry.held(), 0);
}

#[tokio::test]
async fn refusals_can_come_as_http() {
    let house = House::of(Options { reject_before_upgrade: true, ..options() }).await;
    for (path, status) in [
        ("/ws/json", 401),
        ("/ws/json?token=wrong", 401),
        ("/ws/json?token=forbidden", 403),
        ("/ws/json?token=down", 503),
        ("/ws/json?token=ann&version=9", 400),
        ("/ws/json?token=ann", 101),
    ] {
        assert_eq!(Client::ask(&house, path, "").await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_foreign_page_is_never_upgraded() {
    let house = house().await;
    let answered =
        Client::ask(&house, "/ws/json?token=ann", "Origin: https://evil.example\r\n").await;
    assert_eq!(answered.status, 403);
}

#[tokio::test]
async fn the_first_message_may_bring_the_token() {
    let patient = Options { auth_within: Some(Duration::from_secs(60)), ..options() };
    let house = House::of(patient).await;
    let mut client = Client::open(&house, "/ws/json").await;
    client.act("subscribe", json!({ "channels": ["lobby"] })).await;
    assert_eq!(client.message().await["data"]["code"], "UNAUTHORIZED");
    let id = client.act("auth", json!({ "token": "ann.exp60000" })).await;
    // Sent at once, it has to wait for the verdict.
    client.act("subscribe", json!({ "channels": ["lobby"] })).await;
    let authenticated = client.message().await;
    assert_eq!(authenticated["event"], "authenticated");
    assert_eq!(authenticated["data"]["requestId"], id);
    assert!(authenticated["data"]["expiresAt"].is_number());
    assert_eq!(client.message().await["event"], "connected");
    assert_eq!(client.message().await["data"]["channels"], json!(["lobby"]));

    let mut client = Client::open(&house, "/ws").await;
    client.send(&json!({ "type": "auth", "data": { "token": "ann" }, "requestId": "r" })).await;
    assert_eq!(client.message().await["requestId"], "r");
    assert_eq!(client.message().await["type"], "welcome");

    let mut client = Client::open(&house, "/ws/json").await;
    client.act("auth", json!({ "token": "wrong" })).await;
    assert_eq!(client.message().await["event"], "connection_rejected");
    assert_eq!(client.end().await.0, 4001);
}

#[tokio::test]
async fn who_never_says_who_it_is_has_to_go() {
    let brief = Options { auth_within: Some(Duration::from_millis(50)), ..options() };
    let house = House::of(brief).await;
    let mut client = Client::open(&house, "/ws/json").await;
    let rejected = client.message().await;
    assert_eq!(rejected["data"]["reason"], "Authentication required");
    assert_eq!(client.end().await.0, 4001);
}

#[tokio::test]
async fn strangers_are_limited_as_well() {
    let patient = Options { auth_within: Some(Duration::from_secs(60)), ..options() };
    let house = House::of(Options { strangers: (10, 2), ..patient }).await;
    let _one = Client::open(&house, "/ws/json").await;
    let _two = Client::open(&house, "/ws/json").await;
    let mut three = Client::open(&house, "/ws/json").await;
    assert_eq!(three.message().await["data"]["code"], "MAX_CONNECTIONS_EXCEEDED");
    assert_eq!(three.end().await.0, 1008);
    let mut known = Client::json(&house, "ann").await;
    known.nothing_more().await;
}

fn brief() -> Options {
    Options {
        heartbeat_interval: Duration::from_millis(40),
        heartbeat_timeout: Duration::from_secs(60),
        reauth_grace: Duration::from_millis(200),
        ..options()
    }
}

#[tokio::test]
async fn a_token_that_expires_has_to_be_replaced() {
    let house = House::of(brief()).await;
    let mut client = Client::json(&house, "ann.status.exp100").await;
    let warning = client.until("warning").await;
    assert_eq!(warning["data"]["code"], "UNAUTHORIZED");
    client.act("auth", json!({ "token": "bob" })).await;
    assert_eq!(client.until("error").await["data"]["code"], "FORBIDDEN", "not somebody else's");
    client.act("auth", json!({ "token": "wrong" })).await;
    assert_eq!(client.until("error").await["data"]["code"], "UNAUTHORIZED");
    let id = client.act("auth", json!({ "token": "ann.status.exp150" })).await;
    assert_eq!(client.until("authenticated").await["data"]["requestId"], id);
    assert_eq!(client.until("warning").await["data"]["code"], "UNAUTHORIZED", "once more");
    let told = client.until("disconnected").await;
    assert_eq!(told["data"]["reason"], "unauthorized");
    assert_eq!(client.end().await.0, 4001);
}

#[tokio::test]
async fn a_revoked_token_ends_its_connections_at_once() {
    let house = house().await;
    let mut json = Client::json(&house, "ann").await;
    let mut simple = Client::simple(&house, "ann").await;
    let mut other = Client::json(&house, "bob").await;
    house.keeper.revoke("ann");
    assert_eq!(json.until("disconnected").await["data"]["reason"], "unauthorized");
    assert_eq!(json.end().await.0, 4001);
    assert_eq!(simple.next().await, Frame::Close(4001, "unauthorized".to_owned()));
    other.nothing_more().await;
}

#[tokio::test]
async fn a_fresh_token_with_fewer_rights_takes_them_away() {
    let house = house().await;
    let mut client = Client::json(&house, "ann.status.vip").await;
    let asked = json!({ "types": ["stats", "config"], "channels": ["channel:orders", "lobby"] });
    client.act("subscribe", asked).await;
    client.until("history_data").await;
    client.act("auth", json!({ "token": "ann.poor" })).await;
    client.until("authenticated").await;
    let lost = client.message().await;
    assert_eq!(lost["event"], "unsubscribed");
    assert_eq!(lost["data"]["subscribed"], json!(["stats"]));
    assert_eq!(lost["data"]["channels"], json!(["channel:orders"]));
    house.count("sb:stats", 0..1);
    house.publish("role:admin", "notice", "{}");
    house.publish("channel:orders", "orders:refresh", "{}");
    client.nothing_more().await;
    house.publish("lobby", "notice", "{\"n\":1}");
    assert_eq!(client.message().await["data"], json!({ "n": 1 }));
}
