use serde_json::json;

use crate::client::{Client, Frame};
use crate::house::{House, house, options};
use realtime::native::{Options, Protocol};

#[tokio::test]
async fn json_is_greeted_with_all_that_it_has_to_know() {
    let house = house().await;
    let answered =
        Client::ask(&house, "/ws?token=ann", "Sec-WebSocket-Protocol: mqtt, signalbox.json.v1\r\n")
            .await;
    assert_eq!(answered.status, 101);
    let head = answered.head.to_lowercase();
    assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{head}");
    assert!(head.contains("sec-websocket-protocol: signalbox.json.v1"), "{head}");
    let mut client = answered.client;
    let connected = client.message().await;
    assert_eq!((&connected["event"], &connected["type"]), (&json!("connected"), &json!("system")));
    let data = &connected["data"];
    assert_eq!(data["heartbeatInterval"], 30_000);
    assert_eq!(data["maxReconnectAttempts"], 5);
    assert_eq!(data["protocolVersion"], "1.0");
    assert_eq!(data["supportedVersions"], json!(["1.0", "1.1"]));
    assert_eq!(data["supportedTypes"], json!(["status", "stats", "health", "config"]));
    assert_eq!(data["epoch"], **house.premises.hub.epoch());
    let id = data["connectionId"].as_str().expect("an id");
    let record = house.premises.registry.get(id).expect("it is registered");
    assert_eq!(record.user(), Some("ann"));
    assert_eq!(house.door.stats().connections, 1);
}

#[tokio::test]
async fn version_1_1_says_so_on_everything() {
    let house = house().await;
    let mut client = Client::open(&house, "/ws/json?token=ann.status&version=1.1").await;
    let connected = client.message().await;
    assert_eq!(connected["version"], "1.1");
    assert_eq!(connected["data"]["protocolVersion"], "1.1");
    client.act("subscribe", json!({ "types": ["stats"], "history": false })).await;
    assert_eq!(client.until("subscribed").await["version"], "1.1");
    house.count("sb:stats", 0..1);
    assert_eq!(client.until("stats_update").await["version"], "1.1");
}

#[tokio::test]
async fn simple_is_welcomed_and_answers() {
    let house = house().await;
    let mut client = Client::open(&house, "/ws/simple?token=ann").await;
    let welcome = client.message().await;
    assert_eq!(welcome["type"], "welcome");
    assert_eq!(welcome["epoch"], **house.premises.hub.epoch());
    client.send(&json!({ "type": "ping", "requestId": "r1" })).await;
    let pong = client.message().await;
    assert_eq!((&pong["type"], &pong["requestId"]), (&json!("pong"), &json!("r1")));
    assert!(pong["ts"].is_number());
    client.send(&json!({ "type": "echo", "data": { "text": "你好" } })).await;
    assert_eq!(client.message().await["data"], json!({ "text": "你好" }));
    client.send(&json!({ "type": "dance", "requestId": "r2" })).await;
    let error = client.message().await;
    assert_eq!((&error["type"], &error["requestId"]), (&json!("error"), &json!("r2")));
    assert_eq!(error["data"]["code"], "INVALID_TYPE");
}

#[tokio::test]
async fn the_first_message_shows_which_protocol_it_is() {
    let house = house().await;
    let mut client = Client::open(&house, "/ws?token=ann").await;
    assert_eq!(client.message().await["event"], "connected", "the default's greeting");
    client.send(&json!({ "type": "ping" })).await;
    assert_eq!(client.message().await["type"], "welcome");
    assert_eq!(client.message().await["type"], "pong");
    house.publish("user:ann", "order:update", "{\"id\":1}");
    assert_eq!(client.message().await["type"], "order:update", "pushes are in it as well");

    let simple = Options { default_protocol: Protocol::Simple, ..options() };
    let house = House::of(simple).await;
    let mut client = Client::open(&house, "/ws?token=ann").await;
    assert_eq!(client.message().await["type"], "welcome");
    client.act("ping", json!({})).await;
    assert_eq!(client.message().await["event"], "connected");
    assert_eq!(client.message().await["event"], "pong");
}

#[tokio::test]
async fn what_is_not_spoken_is_refused_in_words() {
    let house = house().await;
    for path in ["/ws/json?token=ann&version=2.0", "/ws/json?token=ann&protocol=soap"] {
        let mut client = Client::open(&house, path).await;
        let rejected = client.message().await;
        assert_eq!(rejected["event"], "connection_rejected");
        assert_eq!(rejected["data"]["code"], "UNSUPPORTED_VERSION");
        assert_eq!(client.end().await.0, 1008);
    }
}

#[tokio::test]
async fn a_request_that_is_no_handshake_is_told_what_is() {
    let house = house().await;
    let answered = Client::ask(&house, "/ws", "Sec-WebSocket-Key: again\r\n").await;
    assert_eq!(answered.status, 400);
    assert!(!answered.head.contains("101"));
}

#[tokio::test]
async fn everything_is_sent_back_in_the_mode_for_consoles() {
    let house = House::of(Options { raw_echo: true, ..options() }).await;
    let mut client = Client::simple(&house, "ann").await;
    client.frame(crate::client::TEXT, b"hello").await;
    assert_eq!(client.next().await, Frame::Raw("hello".to_owned()));
    client.frame(crate::client::BINARY, &[0, 1]).await;
    assert_eq!(client.next().await, Frame::Binary(vec![0, 1]));
    client.send(&json!({ "type": "ping" })).await;
    assert_eq!(client.message().await["type"], "pong", "the protocol is still spoken");
}

#[tokio::test]
async fn a_goodbye_is_answered_and_leaves_nothing_behind() {
    let house = house().await;
    let mut client = Client::json(&house, "ann").await;
    client.frame(0x88, &1000_u16.to_be_bytes()).await;
    assert_eq!(client.end().await.0, 1000);
    drop(client);
    while house.door.stats().connections > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.premises.registry.held(), 0);
    assert_eq!(house.premises.hub.count(&house.scope(), None), 0);
}

#[tokio::test]
async fn a_shutdown_is_announced() {
    let house = house().await;
    let (mut json, mut simple) =
        (Client::json(&house, "ann").await, Client::simple(&house, "ann").await);
    house.door.close();
    let told = json.message().await;
    assert_eq!(
        (&told["event"], &told["data"]["reason"]),
        (&json!("disconnected"), &json!("server shutdown"))
    );
    assert_eq!(json.end().await, (1001, "server shutdown".to_owned()));
    assert_eq!(simple.end().await.0, 1001);
}
