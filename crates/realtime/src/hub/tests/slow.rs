//! A reader that stalls harms itself alone.

use super::client::{Block, Client};
use super::*;
use crate::hub::lanes::Priority;

const LIMIT: usize = 64 << 10;
const SIZE: usize = 8 << 10;
/// More than kernels take for two connections.
const MOST: usize = 4_000;

/// One that reads, one that does not, and as many events as it takes until `enough`.
async fn stall(
    priority: Priority,
    enough: impl Fn(&Client, &HubStats) -> bool,
) -> (Client, HubStats) {
    let hub = Hub::start(&HubOptions { waiting_per_connection: LIMIT, shards: 1, ..options() });
    let scope = hub.scope("tenant", "/");
    let (mut good, stalled) = (Client::connect(&hub).await, Client::connect(&hub).await);
    let reads = good.attach(&hub, &scope, "good");
    let hangs = stalled.attach(&hub, &scope, "stalled");
    let large = format!("\"{}\"", "x".repeat(SIZE));
    for number in 0..MOST as u64 {
        let mut publication = said(&scope, None, &large);
        (publication.priority, publication.keep) = (priority, None);
        hub.publish(publication).expect("nobody else is delayed");
        let Some(Block::Event { offset, .. }) = good.next().await else { panic!("an event") };
        assert_eq!(offset, number + 1, "the other one misses nothing");
        let stats = hub.stats();
        assert!(stats.waiting_bytes <= LIMIT + 2 * SIZE, "{} bytes wait", stats.waiting_bytes);
        if enough(&stalled, &stats) {
            assert!(good.link.ending().is_none() && good.link.dropped() == 0);
            drop((reads, hangs));
            return (stalled, stats);
        }
    }
    panic!("the kernel takes everything");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_must_arrive_ends_the_connection_in_the_end() {
    let (stalled, stats) =
        stall(Priority::Normal, |client, _| client.link.ending().is_some()).await;
    assert_eq!(stalled.link.ending().map(|ending| ending.reason), Some("slow consumer"));
    assert!(stats.overflowed > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_go_goes_and_the_client_is_told() {
    let (mut stalled, _) = stall(Priority::Low, |client, _| client.link.dropped() > 20).await;
    assert!(stalled.link.ending().is_none());
    let mut offsets = Vec::new();
    let warning = loop {
        match stalled.next().await.expect("the connection stands") {
            Block::Event { offset, .. } => offsets.push(offset),
            Block::Direct(text) => break text,
        }
    };
    assert!(offsets.is_sorted_by(|one, next| one < next));
    assert!(warning.starts_with("event: warning"), "{warning}");
}

/// Greetings, acknowledgements and pings do not go through a shard.
#[tokio::test]
async fn what_is_sent_past_the_shards_ends_the_connection_as_well() {
    let hub = Hub::start(&HubOptions { waiting_per_connection: LIMIT, ..options() });
    let (scope, link) = (hub.scope("tenant", "/"), hub.link_to_fetch());
    let subscriber = hub.attach(&scope, "me".into(), &link, Dialect::Sse);
    for _ in 0..=LIMIT / SIZE {
        subscriber.send(vec![b'x'; SIZE].into());
    }
    assert_eq!(link.ending().map(|ending| ending.reason), Some("slow consumer"));
}
