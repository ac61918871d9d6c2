//! What is said to one subscriber keeps its place among what is said to all.

use super::client::{Block, Client, direct};
use super::*;
use crate::websocket::{CloseCode, frame};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_to_one_comes_after_what_was_published_before() {
    let hub = Hub::start(&options());
    let scope = hub.scope("tenant", "/");
    let mut client = Client::connect(&hub).await;
    let subscriber = client.attach(&hub, &scope, "me");
    for round in 0..200u64 {
        let before = hub.offset();
        let burst = round % 7;
        for number in 0..burst {
            hub.publish(said(&scope, Some("me"), "1")).expect("there is room");
            subscriber.send(direct(&format!("after {number}")));
        }
        subscriber.send(direct("last"));
        for number in 0..burst {
            let offset = before + number + 1;
            let event = Block::Event { offset, data: "1".to_owned() };
            assert_eq!(client.next().await, Some(event));
            assert_eq!(client.next().await, Some(Block::Direct(format!("after {number}"))));
        }
        assert_eq!(client.next().await, Some(Block::Direct("last".to_owned())));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_ends_after_what_was_said_before() {
    let hub = Hub::start(&options());
    let scope = hub.scope("tenant", "/");
    for _ in 0..30 {
        let mut client = Client::connect(&hub).await;
        let subscriber = client.attach(&hub, &scope, "me");
        for number in 0..20 {
            hub.publish(said(&scope, None, &number.to_string())).expect("there is room");
        }
        subscriber.send(direct("goodbye"));
        let farewell = direct("the end");
        subscriber.end(Ending { farewell, reason: "enough", abrupt: false });
        hub.publish(said(&scope, None, "\"too late\"")).expect("there is room");
        for number in 0..20 {
            let Some(Block::Event { data, .. }) = client.next().await else { panic!("it is over") };
            assert_eq!(data, number.to_string());
        }
        assert_eq!(client.next().await, Some(Block::Direct("goodbye".to_owned())));
        assert_eq!(client.next().await, Some(Block::Direct("the end".to_owned())));
        assert_eq!(client.link.ending().map(|ending| ending.reason), Some("enough"));
    }
}

#[tokio::test]
async fn the_first_reason_for_an_end_counts() {
    let hub = Hub::start(&options());
    let link = hub.link_to_fetch();
    for reason in ["first", "second"] {
        link.end(Ending { farewell: frame::close(CloseCode::NORMAL, ""), reason, abrupt: false });
    }
    assert_eq!(link.ending().map(|ending| ending.reason), Some("first"));
    link.send(Part::must(direct("too late")), std::time::Instant::now());
    assert!(!link.has_waiting());
}

/// A throttled subscriber gets the first at once and the newest of the rest when its time comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_throttle_holds_back_comes_by_itself() {
    let hub = Hub::start(&options());
    let scope = hub.scope("tenant", "/");
    let mut client = Client::connect(&hub).await;
    let subscriber = client.attach(&hub, &scope, "me");
    let every = std::time::Duration::from_millis(20);
    let terms = Terms { filter: None, throttle: Some(every) };
    subscriber.join("room", terms, Past::Nothing, |_| None);
    let start = std::time::Instant::now();
    for number in 0..10 {
        hub.publish(said(&scope, Some("room"), &number.to_string())).expect("there is room");
    }
    let first = client.next().await;
    assert!(matches!(first, Some(Block::Event { offset: 1, .. })), "{first:?}");
    let mut last = 1;
    while last < 10 {
        let Some(Block::Event { offset, .. }) = client.next().await else { panic!("an event") };
        assert!(offset > last);
        last = offset;
        assert!(start.elapsed() >= every, "not before its time");
    }
}
