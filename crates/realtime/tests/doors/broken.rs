//! Clients that break the rules of WebSocket, by mistake or not.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{Client, TEXT, frame};
use crate::house::{House, house, options};
use realtime::native::Options;

#[tokio::test]
async fn a_message_that_is_too_large_is_named_before_the_end() {
    let house = House::of(Options { max_message: 1000, ..options() }).await;
    let mut client = Client::json(&house, "ann").await;
    client.frame(TEXT, &[b' '; 1001]).await;
    assert_eq!(client.message().await["data"]["code"], "PAYLOAD_TOO_LARGE");
    assert_eq!(client.end().await.0, 1009);
    let mut simple = Client::simple(&house, "ann").await;
    // Its head alone: nothing is gathered for it.
    simple
        .stream
        .write_all(&[TEXT, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4])
        .await
        .expect("written");
    assert_eq!(simple.message().await["data"]["code"], "PAYLOAD_TOO_LARGE");
    assert_eq!(simple.end().await.0, 1009);
}

#[tokio::test]
async fn broken_frames_end_with_the_code_of_what_is_wrong() {
    let house = house().await;
    let unmasked = vec![TEXT, 2, b'h', b'i'];
    for (bytes, code) in [
        (frame(TEXT, &[0xff, 0xfe]), 1007),
        (unmasked, 1002),
        (frame(0xc1, b"reserved"), 1002),
        (frame(0x80, b"continues nothing"), 1002),
        (frame(0x88, &[0x03]), 1002),
    ] {
        let mut client = Client::json(&house, "ann").await;
        client.stream.write_all(&bytes).await.expect("written");
        assert_eq!(client.end().await.0, code, "{bytes:?}");
        drop(client);
        while house.premises.registry.held() > 0 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn messages_may_come_in_pieces() {
    let house = house().await;
    let mut client = Client::json(&house, "ann").await;
    let id = "00000000-0000-4000-8000-00000000000b";
    let ping = json!({ "id": id, "type": "system", "timestamp": 1, "action": "ping" }).to_string();
    let (one, two) = ping.as_bytes().split_at(20);
    let bytes = [frame(0x01, one), frame(0x89, b"between"), frame(0x80, two)].concat();
    for byte in bytes {
        client.stream.write_all(&[byte]).await.expect("written");
    }
    assert_eq!(client.message().await["data"]["requestId"], id);
}

#[tokio::test]
async fn a_handshake_without_an_end_takes_nobodys_place() {
    let house = house().await;
    let mut unfinished = Vec::new();
    for _ in 0..50 {
        let mut stream = TcpStream::connect(house.address).await.expect("a connection");
        stream.write_all(b"GET /ws HTTP/1.1\r\nHost: x\r\n").await.expect("written");
        unfinished.push(stream);
    }
    Client::json(&house, "ann").await.nothing_more().await;
    assert_eq!(house.premises.registry.held(), 1);
}

#[tokio::test]
async fn whoever_hangs_up_in_the_middle_leaves_nothing_behind() {
    let house = house().await;
    for n in 0..20 {
        let mut client = Client::open(&house, &format!("/ws/json?token=u{n}")).await;
        if n % 2 == 0 {
            client.message().await;
            client.act("subscribe", json!({ "channels": ["lobby"] })).await;
        }
        client.stream.write_all(&frame(TEXT, b"{\"id\"")[..4]).await.expect("written");
    }
    while house.premises.registry.held() > 0 || house.door.stats().connections > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.premises.hub.count(&house.scope(), None), 0);
}
