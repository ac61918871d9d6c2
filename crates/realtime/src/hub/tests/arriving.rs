//! Coming into a room while others talk in it: no gap, and nothing twice.

use super::client::{Client, past};
use super::*;

const ROUNDS: usize = 150;
const PUBLISHERS: usize = 2;
const EACH: usize = 20;

/// Some of it is not for the newcomer, `me`.
async fn publish(hub: Hub, scope: Arc<Scope>, publisher: usize) {
    for number in 0..EACH {
        let room = match number % 4 {
            0 => Some("me"),
            1 => None,
            _ => Some("room"),
        };
        let mut publication = said(&scope, room, &format!("\"{publisher}-{number}\""));
        if number % 6 == 2 {
            publication.audience = publication.audience.except("me");
        }
        hub.publish(publication).expect("there is room");
        if number % 3 == publisher {
            tokio::task::yield_now().await;
        }
    }
}

/// All that was for somebody in these rooms, as the history has it in the end.
fn all(hub: &Hub, scope: &Scope, rooms: &[&str], after: u64) -> Vec<u64> {
    let rooms: Vec<Arc<str>> = rooms.iter().map(|room| Arc::from(*room)).collect();
    match hub.since(scope, &rooms, after) {
        Since::Complete(events) => events.iter().map(|event| event.offset).collect(),
        Since::Gap { oldest } => panic!("everything is kept, but nothing before {oldest}"),
    }
}

struct Round {
    hub: Hub,
    scope: Arc<Scope>,
    client: Client,
    publishers: Vec<tokio::task::JoinHandle<()>>,
    /// Where the newcomer was before.
    after: u64,
}

impl Round {
    /// Publishers are under way, and have begun before the newcomer comes.
    async fn begin(hub: &Hub, number: usize) -> Self {
        let (hub, scope) = (hub.clone(), hub.scope("tenant", &format!("/{number}")));
        let client = Client::connect(&hub).await;
        hub.publish(said(&scope, Some("room"), "\"before\"")).expect("there is room");
        let after = hub.offset();
        let publisher = |n| tokio::spawn(publish(hub.clone(), Arc::clone(&scope), n));
        let publishers = (0..PUBLISHERS).map(publisher).collect();
        for _ in 0..number % 8 {
            tokio::task::yield_now().await;
        }
        Round { hub, scope, client, publishers, after }
    }

    /// The offsets that the client got, in its order.
    async fn end(&mut self) -> Vec<u64> {
        for publisher in self.publishers.drain(..) {
            publisher.await.expect("it published");
        }
        self.hub.publish(said(&self.scope, None, "\"end\"")).expect("there is room");
        self.client.until("\"end\"").await.into_iter().map(|(offset, _)| offset).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_past_of_a_room_and_what_follows_are_one() {
    let hub = Hub::start(&options());
    for number in 0..ROUNDS {
        let mut round = Round::begin(&hub, number).await;
        // Not `me`: its own room would be another source.
        let subscriber = round.client.attach(&hub, &round.scope, "other");
        let attached = hub.offset();
        let wants = if number % 2 == 0 { Past::After(round.after) } else { Past::Last(3) };
        let greet = |joined: &Joined| match &joined.earlier {
            Since::Complete(events) => Some(past(events)),
            Since::Gap { .. } => None,
        };
        let joined = subscriber.join("room", Terms::default(), wants, greet);
        let Since::Complete(earlier) = &joined.earlier else { panic!("everything is kept") };
        let got = round.end().await;
        let room = all(&hub, &round.scope, &["room"], 0);
        let first = match wants {
            Past::After(_) => round.after + 1,
            _ => earlier.first().map_or(joined.offset, |event| event.offset),
        };
        let of_room = |list: &[u64]| {
            let mut list: Vec<u64> = list.iter().copied().filter(|o| room.contains(o)).collect();
            list.dedup();
            list
        };
        assert_eq!(of_room(&got), room.into_iter().filter(|o| *o >= first).collect::<Vec<_>>());
        let mut everything = got.clone();
        everything.sort_unstable();
        assert!(everything.windows(2).all(|pair| pair[0] != pair[1]), "nothing comes twice");
        assert!(joined.offset >= attached && earlier.len() <= PUBLISHERS * EACH + 1);
        if let Past::Last(count) = wants {
            assert!(earlier.len() <= count);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_resumes_gets_what_it_missed_and_what_follows_once_and_in_order() {
    let hub = Hub::start(&options());
    for number in 0..ROUNDS {
        let mut round = Round::begin(&hub, number).await;
        let arrival = resuming(round.after);
        let (link, scope) = (Arc::clone(&round.client.link), Arc::clone(&round.scope));
        let arrived = hub.arrive(&scope, &link, arrival, |missed| match missed {
            Since::Complete(events) => Some(past(events)),
            Since::Gap { .. } => None,
        });
        let (subscriber, offset) = arrived.expect("everything is kept");
        let got = round.end().await;
        let mut expected = all(&hub, &scope, &["room", "me", EVERYBODY], round.after);
        assert_eq!(expected.pop(), Some(hub.offset()), "the end itself");
        assert_eq!(got, expected, "round {number}, in at {offset}");
        assert_eq!(subscriber.rooms(), ["room".into()]);
    }
}

#[tokio::test]
async fn who_cannot_be_greeted_does_not_come() {
    let hub = Hub::start(&options());
    let (scope, link) = (hub.scope("tenant", "/"), hub.link_to_fetch());
    for number in 0..3 {
        let mut publication = said(&scope, Some("room"), "1");
        publication.keep = Some(history::Keep { count: 1, ..KEEP });
        publication.priority = lanes::Priority::High;
        hub.publish(publication).expect("there is room");
        let arrival = resuming(0);
        let came = hub.arrive(&scope, &link, arrival, |missed| {
            matches!(missed, Since::Complete(_)).then(Bytes::new)
        });
        assert_eq!(came.is_some(), number == 0, "then it is a gap");
        drop(came);
        eventually(|| hub.count(&scope, Some("room")) == 0).await;
    }
}

fn resuming(offset: u64) -> Arrival {
    let (id, rooms) = ("me".into(), vec!["room".into()]);
    Arrival { id, dialect: Dialect::Sse, rooms, after: Some(offset) }
}
