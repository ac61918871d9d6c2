//! The order of things as the hub drives it, with the shards' room and the timers in our hands.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;
use crate::hub::history::{self, Keep};
use crate::hub::lanes::{self, Class};
use crate::hub::tests::{body, scope, seeded};
use crate::hub::{Audience, EVERYBODY};

const WAIT: Duration = Duration::from_millis(50);
const COUNT: usize = 4;
const PLENTY: usize = 1 << 20;
const KEEP: Keep = Keep { count: 6, bytes: PLENTY, age_ms: 1_000_000 };
const STREAMS: [&str; 2] = ["one", "two"];

fn order(items: usize) -> Order {
    let lanes = Lanes::new(lanes::Bounds { items, bytes: PLENTY });
    let past = Histories::new(history::Bounds { rooms: 100, bytes: PLENTY });
    Order::new("epoch".into(), lanes, past)
}

#[derive(Debug, Clone)]
struct Said {
    stream: Option<&'static str>,
    priority: Priority,
    class: Class,
}

#[derive(Debug, Clone)]
enum Step {
    Publish(Said),
    /// Whether the shards have room from now on; if so, they take what waits.
    Room(bool),
    Wait(u64),
    ForgetQuiet,
}

fn step() -> impl Strategy<Value = Step> {
    let stream = prop::option::weighted(0.6, select(&STREAMS[..]));
    let class = prop_oneof![Just(Class::Reliable), Just(Class::BestEffort)];
    let said = (stream, select(Priority::ALL), class)
        .prop_map(|(stream, priority, class)| Step::Publish(Said { stream, priority, class }));
    prop_oneof![
        10 => said,
        2 => any::<bool>().prop_map(Step::Room),
        3 => (0..60u64).prop_map(Step::Wait),
        1 => Just(Step::ForgetQuiet),
    ]
}

struct Bench {
    order: Order,
    room: bool,
    now: Instant,
    scope: Arc<Scope>,
    said: Vec<Said>,
    accepted: Vec<usize>,
    delivered: Vec<Arc<Event>>,
    timers: Vec<(Instant, &'static str)>,
}

impl Bench {
    fn new(items: usize) -> Self {
        Bench {
            order: order(items),
            room: true,
            now: Instant::now(),
            scope: scope("/"),
            said: Vec::new(),
            accepted: Vec::new(),
            delivered: Vec::new(),
            timers: Vec::new(),
        }
    }

    fn publish(&mut self, said: Said) {
        let number = self.said.len();
        self.said.push(said.clone());
        let audience = Audience::everybody();
        let body = body(&number.to_string());
        let mut publication = Publication::new(Arc::clone(&self.scope), audience, body);
        (publication.priority, publication.class) = (said.priority, said.class);
        publication.keep = Some(KEEP);
        let window = said.stream.map(|s| Window { stream: s.into(), wait: WAIT, count: COUNT });
        publication.window = window;
        match self.order.place(publication, self.room, self.now, 0) {
            Placed::Now(event) => self.delivered.push(event),
            Placed::Waits => {}
            Placed::Refused => return,
            Placed::Gathers { first, full, until } => {
                let stream = said.stream.expect("only streams gather");
                match full {
                    true if !self.release(stream) => return,
                    false if first => self.timers.push((until, stream)),
                    _ => {}
                }
            }
        }
        self.accepted.push(number);
    }

    /// Whether the last one was taken.
    fn release(&mut self, stream: &str) -> bool {
        let mut taken = true;
        for publication in self.order.release(stream, WAIT, self.now) {
            let single = Publication { window: None, ..publication };
            let placed = self.order.place(single, self.room, self.now, 0);
            taken = !matches!(placed, Placed::Refused);
            if let Placed::Now(event) = placed {
                self.delivered.push(event);
            }
        }
        taken
    }

    fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(next) = self.timers.iter().map(|(at, _)| *at).min().filter(|at| *at <= until)
        {
            let at = self.timers.iter().position(|(at, _)| *at == next).expect("the first");
            let (at, stream) = self.timers.swap_remove(at);
            self.now = self.now.max(at);
            self.release(stream);
        }
        self.now = until;
    }

    fn set_room(&mut self, room: bool) {
        self.room = room;
        while room && self.order.waiting() > 0 {
            self.delivered.extend(self.order.next(3, 0));
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Publish(said) => self.publish(said),
            Step::Room(room) => self.set_room(room),
            Step::Wait(ms) => self.wait(Duration::from_millis(ms)),
            Step::ForgetQuiet => self.order.forget_quiet(self.now),
        }
    }

    fn holds_together(&self) -> Result<(), TestCaseError> {
        for (stream, gathering) in &self.order.windows {
            let timer = self.timers.iter().any(|(at, own)| **own == **stream && *at >= self.now);
            let waiting = gathering.waiting.len();
            prop_assert!(waiting < COUNT, "as many as these do not wait any longer");
            prop_assert!(timer || waiting == 0, "nobody comes back for {waiting} of {stream}");
        }
        Ok(())
    }

    /// What was delivered, by the numbers that it was published under.
    fn numbers(&self) -> Vec<usize> {
        self.delivered.iter().map(|event| event.data().parse().expect("a number")).collect()
    }

    fn verdict(&self) -> Result<(), TestCaseError> {
        let offsets: Vec<u64> = self.delivered.iter().map(|event| event.offset).collect();
        prop_assert_eq!(offsets, (1..=self.delivered.len() as u64).collect::<Vec<_>>());
        let mut latest: BTreeMap<_, usize> = BTreeMap::new();
        for number in self.numbers() {
            let said = &self.said[number];
            let earlier = latest.insert((said.stream, said.priority), number);
            prop_assert!(earlier < Some(number), "{number} came again, or too late");
        }
        let delivered = self.numbers();
        let reliable = |number: &&usize| self.said[**number].class == Class::Reliable;
        for number in self.accepted.iter().filter(reliable) {
            prop_assert!(delivered.contains(number), "{number} is lost");
        }
        let lost = self.said.len() - delivered.len();
        let refused = self.said.len() - self.accepted.len();
        prop_assert!(lost >= refused && (self.order.dropped() > 0 || lost == refused));
        Ok(())
    }

    fn past_is_complete_or_a_gap(&self) -> Result<(), TestCaseError> {
        let rooms = [Arc::from(EVERYBODY)];
        let last = self.order.offset();
        for offset in 0..=last {
            let newer = &self.delivered[usize::try_from(offset).expect("few")..];
            match self.order.since(&self.scope, &rooms, offset) {
                Since::Gap { oldest } => prop_assert!(offset < oldest && newer.len() > KEEP.count),
                Since::Complete(events) => {
                    let same = events.iter().map(|e| e.offset).eq(newer.iter().map(|e| e.offset));
                    prop_assert!(same && newer.len() <= KEEP.count);
                }
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(seeded(400))]

    #[test]
    fn offsets_ascend_streams_keep_their_order_and_nothing_waits_for_ever(
        steps in prop::collection::vec(step(), 0..80),
        items in 1..12usize,
    ) {
        let mut bench = Bench::new(items);
        for step in steps {
            bench.step(step);
            bench.holds_together()?;
        }
        bench.wait(WAIT);
        bench.set_room(true);
        prop_assert_eq!(bench.order.waiting(), 0);
        prop_assert!(bench.order.windows.values().all(|gathering| gathering.waiting.is_empty()));
        bench.verdict()?;
        bench.past_is_complete_or_a_gap()?;
        bench.wait(WAIT);
        bench.order.forget_quiet(bench.now);
        prop_assert!(bench.order.windows.is_empty(), "quiet streams take no memory");
    }

    /// Several rooms, exceptions and things that are not kept, against the list of all there was.
    #[test]
    fn the_past_of_rooms_is_what_was_for_them(
        said in prop::collection::vec(
            (subsequence(vec!["a", "b", "c"], 0..=2), prop::option::of(select(vec!["a", "id"])),
             prop::bool::weighted(0.8)),
            0..20,
        ),
        offset in 0..20u64,
    ) {
        let (mut order, scope, now) = (order(PLENTY), scope("/"), Instant::now());
        let mut expected = Vec::new();
        for (number, (rooms, except, kept)) in (1..).zip(said) {
            let audience = rooms.iter().fold(Audience::everybody(), |a, room| a.to(*room));
            let audience = except.iter().fold(audience, |a, room| a.except(*room));
            let mut publication = Publication::new(Arc::clone(&scope), audience, body("1"));
            publication.keep = kept.then_some(Keep { count: PLENTY, ..KEEP });
            prop_assert!(matches!(order.place(publication, true, now, 0), Placed::Now(_)));
            let for_it = rooms.is_empty() || rooms.iter().any(|room| ["a", "b"].contains(room));
            if kept && for_it && except.is_none() && number > offset {
                expected.push(number);
            }
        }
        // Somebody in `a` and `b`, with an own room.
        let rooms = ["a", "b", "id", EVERYBODY].map(Arc::from);
        let Since::Complete(events) = order.since(&scope, &rooms, offset) else {
            return Err(TestCaseError::fail("nothing was dropped"));
        };
        prop_assert_eq!(events.iter().map(|e| e.offset).collect::<Vec<_>>(), expected);
    }
}

fn best_effort(stream: &'static str) -> Said {
    Said { stream: Some(stream), priority: Priority::Normal, class: Class::BestEffort }
}

#[test]
fn the_first_of_a_quiet_stream_goes_at_once_and_the_others_gather() {
    let mut bench = Bench::new(100);
    (0..3).for_each(|_| bench.publish(best_effort("one")));
    bench.publish(best_effort("two"));
    assert_eq!(bench.numbers(), [0, 3], "the other stream is as quiet as before");
    bench.publish(Said { priority: Priority::High, ..best_effort("one") });
    assert_eq!(bench.numbers(), [0, 3, 4], "what is urgent does not wait");
    bench.wait(WAIT);
    assert_eq!(bench.numbers(), [0, 3, 4, 1, 2]);
    bench.publish(best_effort("one"));
    assert_eq!(bench.delivered.len(), 5, "it is not quiet yet");
    bench.wait(WAIT * 2);
    bench.publish(best_effort("one"));
    assert_eq!(bench.numbers(), [0, 3, 4, 1, 2, 5, 6]);
}

#[test]
fn enough_of_them_do_not_wait_and_the_timer_of_the_first_does_no_harm() {
    let mut bench = Bench::new(100);
    (0..=COUNT).for_each(|_| bench.publish(best_effort("one")));
    assert_eq!(bench.delivered.len(), COUNT + 1);
    bench.publish(best_effort("one"));
    assert_eq!((bench.delivered.len(), bench.timers.len()), (COUNT + 1, 2));
    bench.wait(WAIT);
    assert_eq!(bench.delivered.len(), COUNT + 2);
    assert!(bench.numbers().is_sorted());
}

#[test]
fn what_is_reliable_does_not_gather_but_takes_along_what_has() {
    let mut bench = Bench::new(3);
    (0..3).for_each(|_| bench.publish(best_effort("one")));
    bench.publish(Said { class: Class::Reliable, ..best_effort("one") });
    assert_eq!(bench.numbers(), [0, 1, 2, 3]);
    bench.set_room(false);
    for _ in 0..4 {
        bench.publish(Said { class: Class::Reliable, ..best_effort("one") });
    }
    assert_eq!(bench.accepted, [0, 1, 2, 3, 4, 5, 6], "the publisher of the last one knows");
}
