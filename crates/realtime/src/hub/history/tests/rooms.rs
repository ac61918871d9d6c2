use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn histories(rooms: usize, bytes: usize) -> Histories<u64> {
    Histories::new(Bounds { rooms, bytes })
}

#[test]
fn several_rooms_are_merged_with_each_offset_once() {
    let mut histories = histories(10, 1000);
    let (a, b): (Arc<str>, Arc<str>) = ("a".into(), "b".into());
    for (room, offset) in [(&a, 1), (&b, 2), (&a, 3), (&b, 3), (&a, 4), (&b, 5)] {
        histories.push(room, entry(offset), PLENTY);
    }
    assert_eq!(histories.merge_since(&["a", "b", "a", "never"], 1), complete([2, 3, 4, 5]));
    assert_eq!(histories.merge_since(&[a], 1), complete([3, 4]));
    assert_eq!(histories.merge_since::<&str>(&[], 0), complete([]));
    histories.push(&b, entry(6), Keep { count: 1, ..PLENTY });
    assert_eq!(histories.merge_since(&["a", "b"], 4), Since::Gap { oldest: 5 });
    assert_eq!(histories.merge_since(&["a"], 3), complete([4]), "the gap is b's alone");
}

#[test]
fn the_room_silent_for_longest_goes_and_its_past_is_a_gap() {
    let mut histories = histories(2, 1000);
    let [a, b, c] = ["a", "b", "c"].map(Arc::<str>::from);
    for (room, offset) in [(&a, 1), (&b, 2), (&a, 3), (&c, 4)] {
        histories.push(room, entry(offset), PLENTY);
    }
    assert_eq!(histories.rooms(), 2);
    assert_eq!(histories.merge_since(&["a", "c"], 0), complete([1, 3, 4]));
    assert_eq!(histories.merge_since(&["b"], 1), Since::Gap { oldest: 2 });
    histories.push(&b, entry(5), PLENTY);
    assert_eq!(histories.merge_since(&["b"], 1), Since::Gap { oldest: 2 }, "also when it is back");
    assert_eq!(histories.merge_since(&["b"], 2), complete([5]));
    assert_eq!(histories.merge_since(&["a"], 2), Since::Gap { oldest: 3 }, "whose turn it was");
}

#[test]
fn a_room_that_is_too_large_loses_its_own_past_first() {
    let mut histories = histories(10, 10);
    let [a, b] = ["a", "b"].map(Arc::<str>::from);
    histories.push(&a, entry(1), PLENTY);
    for offset in [2, 3] {
        histories.push(&b, Entry { bytes: 6, ..entry(offset) }, PLENTY);
    }
    assert_eq!((histories.last("a", 9), histories.last("b", 9)), (vec![1], vec![3]));
    histories.push(&b, Entry { bytes: 11, ..entry(4) }, PLENTY);
    assert_eq!((histories.last("a", 9), histories.last("b", 9)), (vec![1], vec![]));
}

#[test]
fn a_forgotten_room_is_a_gap_and_disturbs_no_other() {
    let mut histories = histories(10, 1000);
    let room: Arc<str> = "a".into();
    histories.push(&room, entry(1), PLENTY);
    histories.forget("a");
    assert_eq!((histories.bytes(), histories.last("a", 9)), (0, vec![]));
    assert_eq!(histories.merge_since(&["a"], 0), Since::Gap { oldest: 1 });
    assert_eq!(histories.merge_since(&["never"], 0), complete([]));
}

#[derive(Debug, Clone)]
enum Step {
    /// To the rooms whose bits are set.
    Push(u8, usize, Keep),
    /// The same offset once more, or an old one.
    Repeat(u8, u64),
    Wait(Millis),
    Expire,
    Forget(u8),
}

const ROOMS: u8 = 5;

fn step() -> impl Strategy<Value = Step> {
    let keep = (0..8usize, 0..60usize, 0..50i64).prop_map(|(count, bytes, age_ms)| Keep {
        count,
        bytes,
        age_ms,
    });
    let keep = prop_oneof![Just(PLENTY), keep];
    prop_oneof![
        8 => (0..1u8 << ROOMS, 0..20usize, keep).prop_map(|(r, bytes, k)| Step::Push(r, bytes, k)),
        1 => (0..ROOMS, 0..5u64).prop_map(|(room, back)| Step::Repeat(room, back)),
        2 => (-5..20i64).prop_map(Step::Wait),
        1 => Just(Step::Expire),
        1 => (0..ROOMS).prop_map(Step::Forget),
    ]
}

/// Everything that ever happened, and what each room was last told to keep.
#[derive(Default)]
struct Model {
    events: Vec<(u8, u64)>,
    keep: BTreeMap<u8, Keep>,
}

impl Model {
    fn since(&self, rooms: u8, offset: u64) -> Vec<u64> {
        let events = self.events.iter().filter(|(room, _)| rooms & (1 << room) != 0);
        let mut offsets: Vec<u64> = events.map(|(_, o)| *o).filter(|o| *o > offset).collect();
        offsets.sort_unstable();
        offsets.dedup();
        offsets
    }
}

fn names(rooms: u8) -> Vec<String> {
    (0..ROOMS).filter(|room| rooms & (1 << room) != 0).map(|room| room.to_string()).collect()
}

fn check(histories: &Histories<u64>, model: &Model, now: u64) -> Result<(), TestCaseError> {
    for rooms in 0..1u8 << ROOMS {
        for offset in 0..=now + 1 {
            match histories.merge_since(&names(rooms), offset) {
                Since::Complete(items) => prop_assert_eq!(items, model.since(rooms, offset)),
                Since::Gap { oldest } => {
                    prop_assert!(offset < oldest && oldest <= now);
                    let answer = histories.merge_since(&names(rooms), oldest);
                    prop_assert_eq!(answer, Since::Complete(model.since(rooms, oldest)));
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn completeness_is_never_claimed_wrongly_and_bounds_hold(
        (rooms, bytes) in (0..7usize, 0..150usize),
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let mut histories = histories(rooms, bytes);
        let mut model = Model::default();
        let (mut at, mut latest, mut offset) = (0, 0, 0);
        for step in steps {
            match step {
                Step::Push(rooms, bytes, keep) => {
                    offset += 1;
                    for room in (0..ROOMS).filter(|room| rooms & (1 << room) != 0) {
                        let entry = Entry { offset, at, bytes, item: offset };
                        histories.push(&room.to_string().into(), entry, keep);
                        model.events.push((room, offset));
                        model.keep.insert(room, keep);
                    }
                }
                Step::Repeat(room, back) => {
                    let offset = offset.saturating_sub(back);
                    let entry = Entry { offset, at, bytes: 1, item: offset };
                    let keep = model.keep.get(&room).copied().unwrap_or(PLENTY);
                    histories.push(&room.to_string().into(), entry, keep);
                    model.events.push((room, offset));
                    model.keep.insert(room, keep);
                }
                Step::Wait(ms) => at += ms,
                Step::Expire => histories.expire(at),
                Step::Forget(room) => {
                    histories.forget(&room.to_string());
                    prop_assert_eq!(histories.last(&room.to_string(), 9), Vec::<u64>::new());
                }
            }
            latest = latest.max(at);
            prop_assert!(histories.rooms() <= rooms && histories.bytes() <= bytes);
            for (room, keep) in &model.keep {
                prop_assert!(histories.last(&room.to_string(), usize::MAX).len() <= keep.count);
            }
            check(&histories, &model, offset)?;
        }
        histories.expire(latest + PLENTY.age_ms);
        prop_assert_eq!(histories.bytes(), 0);
    }

    #[test]
    fn with_room_for_everything_nothing_is_missing(
        pushes in prop::collection::vec((1..1u8 << ROOMS, 0..20usize), 0..40),
    ) {
        let mut histories = histories(usize::from(ROOMS), 4000);
        let mut model = Model::default();
        for (offset, (rooms, bytes)) in (1..).zip(pushes) {
            for room in (0..ROOMS).filter(|room| rooms & (1 << room) != 0) {
                let entry = Entry { offset, at: 0, bytes, item: offset };
                histories.push(&room.to_string().into(), entry, PLENTY);
                model.events.push((room, offset));
            }
            let all = u8::MAX;
            prop_assert_eq!(histories.merge_since(&names(all), 0), complete(model.since(all, 0)));
        }
    }
}
