use std::time::Duration;

use model::SystemClock;

use super::*;
use crate::hub::history::Keep;
use crate::hub::lanes::Class;
use crate::hub::{Audience, Body, HubOptions, Publication};
use crate::native::json::Kind;

const KEEP: Keep = Keep { count: 100, bytes: 1 << 20, age_ms: 60_000 };
const SECOND: Duration = Duration::from_secs(1);

/// One client in one room, and what it is owed.
struct Scene {
    hub: Hub,
    scope: Arc<Scope>,
    subscriptions: Subscriptions,
    unacked: Unacked,
    begun: Instant,
}

impl Scene {
    fn new(resend: Resend) -> Self {
        let hub = Hub::start(&HubOptions { shards: 1, ..HubOptions::new(Arc::new(SystemClock)) });
        Scene {
            scope: hub.scope("shop", "/"),
            subscriptions: Subscriptions::new(&"me".into(), vec!["user:me".into()], 0),
            unacked: Unacked::since(0, resend),
            begun: Instant::now(),
            hub,
        }
    }

    fn publish(&self, id: u128, class: Class, size: usize) {
        let body = Body {
            name: "order:update".into(),
            args: format!("\"{}\"", "x".repeat(size)).into(),
            arity: 1,
            attachments: Arc::default(),
            kind: Kind::System,
        };
        let audience = Audience::room("user:me");
        let publication = Publication::new(Arc::clone(&self.scope), audience, body);
        let id = Some(Uuid::from_u128(id));
        let publication = Publication { keep: Some(KEEP), id, class, ..publication };
        self.hub.publish(publication).expect("room in the lanes");
    }

    fn reliably(&self, ids: std::ops::Range<u128>) {
        ids.for_each(|id| self.publish(id, Class::Reliable, 1));
    }

    fn ack(&mut self, id: u128) {
        self.unacked.acked(&Uuid::from_u128(id).to_string());
    }

    /// The ids of what comes again so long after the beginning.
    fn due(&mut self, after: Duration) -> Vec<u128> {
        let now = self.begun + after;
        let due = self.unacked.due(&self.hub, &self.scope, &self.subscriptions, now);
        due.iter().map(|event| event.id.as_u128()).collect()
    }
}

fn resend() -> Resend {
    Resend { after: 5 * SECOND, ..Resend::default() }
}

#[tokio::test]
async fn the_times_between_repetitions_double() {
    let mut scene = Scene::new(Resend { times: 3, ..resend() });
    scene.reliably(1..2);
    let times = |scene: &mut Scene| {
        (0..200).filter(|n| !scene.due(*n * SECOND + SECOND / 2).is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(times(&mut scene), [5, 15, 35], "after 5, 10 and 20 seconds");
    assert_eq!(scene.unacked.take_expired(), 1);
}

#[tokio::test]
async fn acknowledgements_count_before_and_after_a_look() {
    let mut scene = Scene::new(resend());
    scene.reliably(1..5);
    scene.publish(5, Class::BestEffort, 1);
    scene.ack(1);
    scene.ack(99);
    scene.unacked.acked("nonsense");
    assert_eq!(scene.due(6 * SECOND), [2, 3, 4]);
    scene.ack(3);
    assert_eq!(scene.due(60 * SECOND), [2, 4]);
    scene.ack(2);
    scene.ack(4);
    assert_eq!(scene.due(120 * SECOND), [0; 0]);
    assert_eq!((scene.unacked.bytes, scene.unacked.take_expired()), (0, 0));
}

#[tokio::test]
async fn what_waits_is_bounded_by_number_bytes_and_age() {
    let mut few = Scene::new(Resend { events: 3, ..resend() });
    few.reliably(1..11);
    assert_eq!(few.due(6 * SECOND), [8, 9, 10], "the newest");
    assert_eq!(few.unacked.take_expired(), 7);

    let mut small = Scene::new(Resend { bytes: 5000, ..resend() });
    (1..5).for_each(|id| small.publish(id, Class::Reliable, 2000));
    assert_eq!(small.due(6 * SECOND), [3, 4]);

    let mut old = Scene::new(Resend { longest: 30 * SECOND, ..resend() });
    old.reliably(1..3);
    assert_eq!(old.due(31 * SECOND), [0; 0]);
    assert_eq!(old.unacked.take_expired(), 2);
}

#[tokio::test]
async fn what_the_room_has_forgotten_counts_as_given_up() {
    let mut scene = Scene::new(resend());
    scene.reliably(1..151);
    assert_eq!(scene.due(6 * SECOND).len(), 100, "as many as are remembered");
    assert!(scene.unacked.take_expired() > 0);
}
