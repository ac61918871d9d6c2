use std::sync::Arc;

use model::{ManualClock, Project};
use proptest::prelude::*;
use realtime::hub::lanes::{Class, Priority};
use realtime::hub::{Merge, Publication};
use realtime::limits::Rate;
use serde_json::{Value, json};
use store::control::{Actor, Control, MasterKey, NewProject};

use super::content::depth;
use super::*;
use crate::live::LiveOptions;

const NOW: i64 = 1_790_000_000_000;

struct Bench {
    live: Live,
    shop: Arc<Project>,
    _dir: tempfile::TempDir,
}

/// On a runtime that runs nothing while the test does not wait: what is published stays.
fn bench(publish: PublishOptions) -> Bench {
    let dir = tempfile::tempdir().expect("dir");
    let clock: Arc<dyn model::Clock> = Arc::new(ManualClock::at(NOW));
    let key = MasterKey::from_bytes([7; 32]);
    let control = Control::open(&dir.path().join("control.db"), key, clock.clone()).expect("open");
    let new = NewProject { slug: "shop".into(), name: "shop".into(), ..NewProject::default() };
    let id = control.create_project(&Actor::system(), new).expect("project").id;
    let live = Live::start(&control, &clock, LiveOptions { publish, ..LiveOptions::default() });
    let shop = control.directory().project(id).expect("project");
    Bench { live, shop, _dir: dir }
}

fn message(fields: &Value) -> Message {
    let mut event = json!({"event": "my:thing", "data": {}, "users": ["ann"]});
    for (name, value) in fields.as_object().expect("fields") {
        event[name] = value.clone();
    }
    serde_json::from_str(&event.to_string()).expect("a message")
}

impl Bench {
    fn prepared(&self, fields: &Value) -> Publication {
        let message = message(fields);
        let all = self.live.prepare(&self.shop, &message, Unaddressed::Refused).expect("good");
        all.into_iter().next().expect("one")
    }

    fn publish(&self, fields: &[Value]) -> Receipt {
        let messages = fields.iter().map(|fields| Ok(message(fields))).collect();
        self.live.publish(&Batch { project: &self.shop, by: "key:1", key: None, messages })
    }
}

#[tokio::test]
async fn the_table_decides_how_an_event_is_delivered_unless_its_publisher_does() {
    let bench = bench(PublishOptions::default());
    let cases = [
        (json!({}), Class::Reliable, Priority::Normal),
        (json!({"event": "notice:new"}), Class::Reliable, Priority::Normal),
        (json!({"event": "log:mine"}), Class::BestEffort, Priority::Low),
        (json!({"event": "log:mine", "priority": "high"}), Class::BestEffort, Priority::High),
        (json!({"event": "log:mine", "delivery": "reliable"}), Class::Reliable, Priority::Low),
        (json!({"delivery": "best-effort"}), Class::BestEffort, Priority::Normal),
        (json!({"key": "stock:7"}), Class::BestEffort, Priority::Normal),
        (json!({"volatile": true}), Class::BestEffort, Priority::Normal),
    ];
    for (fields, class, priority) in cases {
        let publication = bench.prepared(&fields);
        assert_eq!((publication.class, publication.priority), (class, priority), "{fields}");
        let reliable = class == Class::Reliable;
        assert_eq!(publication.keep.is_some(), reliable, "reliable events are remembered");
        assert!(!reliable || publication.merge == Merge::Never, "and never merged");
    }
    let window = |fields: Value| bench.prepared(&fields).window;
    let business = window(json!({})).expect("gathers");
    assert_eq!(window(json!({"delivery": "best-effort"})).as_ref(), Some(&business), "one order");
    assert_eq!((business.wait.as_millis(), business.count), (100, 100));
    assert_ne!(business.stream, window(json!({"event": "log:mine"})).expect("gathers").stream);
    assert_eq!(window(json!({"volatile": true})), None);
    assert_eq!(bench.prepared(&json!({"key": "7"})).key.as_deref(), Some("my:thing:7"));
}

/// The smallest that fills the lanes soon.
fn large() -> PublishOptions {
    PublishOptions { rate: Rate::per_second(100_000, 100_000), ..PublishOptions::default() }
}

#[tokio::test]
async fn whoever_publishes_into_full_lanes_hears_how_far_it_got() {
    let bench = bench(large());
    let body = "x".repeat(60_000);
    let mut accepted = 0;
    let stopped = loop {
        let receipt = bench.publish(&vec![json!({ "data": body }); 100]);
        accepted += receipt.accepted;
        match receipt.stopped {
            Some(stopped) => break stopped,
            None => assert!(accepted < 10_000, "there is a limit"),
        }
    };
    assert_eq!(stopped, Stopped::Overloaded);
    let totals = bench.live.publishing.counters.read();
    assert_eq!((totals.accepted, totals.overloaded), (accepted.into(), 1));
    assert_eq!(bench.live.hub.stats().published, u64::from(accepted));
}

#[tokio::test]
async fn what_was_turned_away_is_no_repetition_when_it_comes_again() {
    let bench = bench(large());
    let id = "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0b1";
    let filler = vec![json!({ "data": "x".repeat(60_000) }); 100];
    while bench.publish(&filler).stopped.is_none() {}
    let event = [json!({ "id": id, "data": "x".repeat(60_000) })];
    assert_eq!(bench.publish(&event).stopped, Some(Stopped::Overloaded));
    // The shards take what waits as soon as they run.
    while bench.live.hub.stats().waiting_events > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.publish(&event).accepted, 1);
    assert_eq!(bench.publish(&event).duplicates, 1);
}

#[test]
fn depth_is_that_of_brackets_outside_of_strings() {
    for (text, deep) in [
        ("1", 0),
        ("[]", 1),
        (r#"{"a":[{}],"b":[]}"#, 3),
        (r#""[[[""#, 0),
        (r#"["\"[[",{"]\\":1}]"#, 2),
    ] {
        assert_eq!(depth(text), deep, "{text}");
    }
}

proptest! {
    /// Beside a list that remembers everything: the same is done once a day, unless so much came
    /// in between that it was forgotten.
    #[test]
    fn once_is_once(
        calls in prop::collection::vec((0u8..6, 0i64..30_000_000, any::<bool>()), 1..60),
        capacity in 1usize..5,
    ) {
        const DAY: i64 = 86_400_000;
        let mut seen = Seen::new(capacity);
        let (mut now, mut done) = (NOW, Vec::<(u8, i64)>::new());
        for (name, later, works) in calls {
            now += later;
            let mut acted = false;
            let act = || { acted = true; if works { Ok(()) } else { Err(()) } };
            let outcome = seen.once(Key::hash(&name.to_string()), now, act);
            done.retain(|(_, at)| now - at < DAY);
            let known = done.iter().rev().take(capacity).any(|(one, _)| *one == name);
            prop_assert_eq!(acted, !known);
            prop_assert_eq!(outcome, if known { Ok(Once::Before) } else if works { Ok(Once::Now) } else { Err(()) });
            if !known && works {
                done.push((name, now));
            }
        }
    }
}
