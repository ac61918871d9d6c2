//! Many who publish, many who listen, and some who come and go all the time.

use std::time::Duration;

use super::client::Client;
use super::*;
use crate::hub::lanes::{Class, Priority};

const PUBLISHERS: u64 = 4;
const EACH: u64 = 150;

/// By its number, an event is for everybody, for one or two rooms, or for one listener alone.
fn publication(scope: &Arc<Scope>, number: u64) -> Publication {
    let room = ["left", "right", "id-0"].get(usize::try_from(number % 5).expect("small"));
    let mut publication = said(scope, room.copied(), &number.to_string());
    if number.is_multiple_of(7) {
        publication.audience = Audience::room("left").to("right").to("id-1").except("id-2");
    }
    publication.priority = Priority::ALL[usize::try_from(number % 11 % 3).expect("small")];
    // Of low priority, it might be given up otherwise.
    publication.class = Class::Reliable;
    if number.is_multiple_of(13) {
        publication.class = Class::BestEffort;
        publication.priority = Priority::Normal;
        let wait = Duration::from_millis(3);
        publication.window = Some(Window { stream: "stream".into(), wait, count: 5 });
    }
    publication
}

/// Whether it is for the listener of this number, who is in `left` if even and in `right` if odd;
/// number three is in both.
fn is_for(listener: usize, publication: &Publication) -> bool {
    let own = format!("id-{listener}");
    let mut rooms = vec![own.as_str(), if listener.is_multiple_of(2) { "left" } else { "right" }];
    if listener == 3 {
        rooms.push("left");
    }
    let Audience { rooms: to, except } = &publication.audience;
    let is_in = |list: &[Arc<str>]| list.iter().any(|room| rooms.contains(&&**room));
    (to.is_empty() || is_in(to)) && !is_in(except)
}

async fn publish(hub: Hub, scope: Arc<Scope>, publisher: u64) {
    for number in 0..EACH {
        hub.publish(publication(&scope, publisher * EACH + number)).expect("there is room");
        if number.is_multiple_of(16) {
            tokio::task::yield_now().await;
        }
    }
}

/// Others use the same slots, rooms and shards meanwhile.
async fn come_and_go(hub: Hub, scope: Arc<Scope>, number: u64) {
    let link = hub.link_to_fetch();
    for round in 0..EACH {
        let id = format!("guest-{number}-{round}").into();
        let guest = hub.attach(&scope, id, &link, Dialect::Sse);
        guest.join("left", Terms::default(), Past::Last(3), |joined| match &joined.earlier {
            Since::Complete(events) => Some(client::past(events)),
            Since::Gap { .. } => None,
        });
        guest.join(&format!("room-{round}"), Terms::default(), Past::Nothing, |_| None);
        guest.send(client::direct("hello"));
        tokio::task::yield_now().await;
        guest.leave("left");
        link.take(usize::MAX);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_gets_each_event_once_and_in_order() {
    let hub = Hub::start(&options());
    let scope = hub.scope("tenant", "/");
    let mut listeners = Vec::new();
    for number in 0..6 {
        let client = Client::connect(&hub).await;
        let subscriber = client.attach(&hub, &scope, &format!("id-{number}"));
        let rooms =
            if number == 3 { vec!["left", "right"] } else { vec![["left", "right"][number % 2]] };
        for room in rooms {
            subscriber.join(room, Terms::default(), Past::Nothing, |_| None);
        }
        listeners.push((client, subscriber));
    }
    let publishers: Vec<_> = (0..PUBLISHERS)
        .map(|number| tokio::spawn(publish(hub.clone(), Arc::clone(&scope), number)))
        .collect();
    let guests: Vec<_> = (0..3)
        .map(|number| tokio::spawn(come_and_go(hub.clone(), Arc::clone(&scope), number)))
        .collect();
    for task in publishers.into_iter().chain(guests) {
        task.await.expect("no task fails");
    }
    // The last of a stream may still gather, and others wait in the lanes: behind all of them.
    let mut last = said(&scope, None, "\"end\"");
    (last.priority, last.class) = (Priority::Low, Class::Reliable);
    last.window = Some(Window { stream: "stream".into(), wait: Duration::ZERO, count: 1 });
    hub.publish(last).expect("there is room");
    for (number, (mut client, subscriber)) in listeners.into_iter().enumerate() {
        let events = client.until("\"end\"").await;
        assert!(events.is_sorted_by(|one, next| one.0 < next.0), "offsets ascend");
        let mut got: Vec<u64> = events.iter().map(|e| e.1.parse().expect("a number")).collect();
        got.sort_unstable();
        let all = 0..PUBLISHERS * EACH;
        let expected: Vec<u64> = all.filter(|n| is_for(number, &publication(&scope, *n))).collect();
        assert_eq!(got, expected, "listener {number}");
        drop(subscriber);
    }
    eventually(|| hub.count(&scope, None) == 0 && hub.rooms(&scope).is_empty()).await;
    assert_eq!(hub.stats().waiting_bytes, 0);
}

/// Publishing, sending and a shard that goes to sleep, again and again at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn nothing_is_left_lying_when_a_shard_goes_to_sleep() {
    let hub = Hub::start(&HubOptions { shards: 1, ..options() });
    let scope = hub.scope("tenant", "/");
    let mut client = Client::connect(&hub).await;
    let subscriber = Arc::new(client.attach(&hub, &scope, "me"));
    for round in 0..1_000 {
        let (hub, scope) = (hub.clone(), Arc::clone(&scope));
        let publishes = tokio::spawn(async move {
            hub.publish(said(&scope, Some("me"), &round.to_string())).expect("there is room");
        });
        let sender = Arc::clone(&subscriber);
        let sends = tokio::spawn(async move { sender.send(client::direct("direct")) });
        let (one, other) = (client.next().await, client.next().await);
        assert!(one.is_some() && one != other, "one of each came: {one:?}, {other:?}");
        publishes.await.expect("it published");
        sends.await.expect("it sent");
    }
}
