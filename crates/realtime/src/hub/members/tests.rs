use proptest::prelude::*;

use super::*;
use crate::hub::filter::Severity;
use crate::hub::lanes::Class;
use crate::hub::tests::{body, event, from_severity, of_severity, scope, seeded};
use crate::hub::{Audience, Publication};

const EVERY: Duration = Duration::from_millis(100);

fn throttled(slot: u32) -> Member {
    Member::new(slot, 0, Terms { filter: None, throttle: Some(EVERY) })
}

fn keyed(offset: u64, key: Option<u8>) -> Arc<Event> {
    let mut publication = Publication::new(scope("/"), Audience::everybody(), body("1"));
    publication.key = key.map(|key| key.to_string().into());
    event(publication, offset)
}

fn turn(members: &mut Members, slot: u32, event: &Arc<Event>, now: Instant) -> Turn {
    let at = members.find(slot).expect("it is in the room");
    members.list[at].turn(event, now)
}

proptest! {
    #![proptest_config(seeded(300))]

    /// Whoever is asked again when it was said gets the newest of each key, in order, and at most
    /// one message, or batch of them, in its time.
    #[test]
    fn a_throttle_delays_and_forgets_only_what_is_superseded(
        steps in prop::collection::vec((0..60u64, prop::option::of(0..3u8)), 1..60),
    ) {
        let mut members = Members::default();
        members.put(throttled(1));
        let mut now = Instant::now();
        let mut recall: Option<Instant> = None;
        let mut got: Vec<(Instant, Vec<u64>)> = Vec::new();
        for (offset, (wait, key)) in (1..).zip(&steps) {
            now += Duration::from_millis(*wait);
            if let Some(at) = recall.filter(|at| *at <= now) {
                recall = None;
                let held = members.release(1, at);
                prop_assert!(!held.is_empty());
                got.push((at, held.iter().map(|event| event.offset).collect()));
            }
            match turn(&mut members, 1, &keyed(offset, *key), now) {
                Turn::Now => got.push((now, vec![offset])),
                Turn::Later(at) => prop_assert_eq!(recall.replace(at), None, "one recall at a time"),
                Turn::Waits => prop_assert!(recall.is_some(), "somebody comes back for it"),
                Turn::Skip => prop_assert!(false, "it is not paused"),
            }
        }
        if let Some(at) = recall {
            got.push((at, members.release(1, at).iter().map(|event| event.offset).collect()));
        }
        prop_assert!(got.windows(2).all(|pair| pair[1].0 - pair[0].0 >= EVERY));
        let offsets: Vec<u64> = got.into_iter().flat_map(|(_, offsets)| offsets).collect();
        prop_assert!(offsets.is_sorted_by(|one, next| one < next));
        for (offset, (_, key)) in (1..).zip(&steps) {
            let later = offsets.iter().filter(|later| **later >= offset);
            let superseding = later.map(|later| steps[*later as usize - 1].1);
            prop_assert!(superseding.into_iter().any(|newer| newer == *key), "{offset} is lost");
        }
    }

    /// The list stays sorted and the index of filters holds whoever has one, and nobody else.
    #[test]
    fn the_index_of_filters_follows_the_members(
        steps in prop::collection::vec((0..8u32, 0..4u8), 0..60),
    ) {
        let mut members = Members::default();
        let mut model = std::collections::BTreeMap::new();
        for (slot, what) in steps {
            let severity = match what {
                0 => None,
                1 => Some(Severity::Warning),
                2 => Some(Severity::Critical),
                _ => {
                    prop_assert_eq!(members.remove(slot), model.remove(&slot).is_some());
                    continue;
                }
            };
            let terms = Terms { filter: severity.map(from_severity), throttle: None };
            members.put(Member::new(slot, 0, terms));
            model.insert(slot, severity);
            let slots: Vec<u32> = members.iter().map(|member| member.slot).collect();
            prop_assert_eq!(slots, model.keys().copied().collect::<Vec<_>>());
            let indexed = members.filters.as_ref().map_or(0, |filters| filters.members());
            prop_assert_eq!(indexed, model.values().flatten().count());
            let mut publication = Publication::new(scope("/"), Audience::everybody(), body("1"));
            publication.facts = Some(of_severity(Severity::Warning));
            let mut concerned = Vec::new();
            members.concerned(&event(publication, 1), &mut |member| concerned.push(member.slot));
            let wants = |severity: &Option<Severity>| *severity != Some(Severity::Critical);
            let wanted = model.iter().filter(|(_, severity)| wants(severity));
            prop_assert_eq!(concerned, wanted.map(|(slot, _)| *slot).collect::<Vec<_>>());
        }
    }
}

#[test]
fn reliable_events_are_not_throttled() {
    let (mut members, now) = (Members::default(), Instant::now());
    members.put(throttled(1));
    for offset in 1..4 {
        let mut publication = Publication::new(scope("/"), Audience::everybody(), body("1"));
        publication.class = Class::Reliable;
        assert_eq!(turn(&mut members, 1, &event(publication, offset), now), Turn::Now);
    }
}

#[test]
fn a_pause_counts_what_a_throttle_has_held() {
    let (mut members, now) = (Members::default(), Instant::now());
    members.put(throttled(1));
    assert_eq!(turn(&mut members, 1, &keyed(1, None), now), Turn::Now);
    assert_eq!(turn(&mut members, 1, &keyed(2, Some(1)), now), Turn::Later(now + EVERY));
    assert_eq!(turn(&mut members, 1, &keyed(3, Some(2)), now), Turn::Waits);
    assert_eq!(members.pause(1, true), Some(0));
    assert!(members.release(1, now + EVERY).is_empty(), "not in the middle of a pause");
    assert_eq!(turn(&mut members, 1, &keyed(4, None), now + EVERY), Turn::Skip);
    assert_eq!(members.pause(1, false), Some(3));
    assert_eq!(turn(&mut members, 1, &keyed(5, None), now + EVERY), Turn::Now);
}

#[test]
fn a_recall_for_somebody_else_releases_nothing() {
    let (mut members, now) = (Members::default(), Instant::now());
    members.put(throttled(1));
    assert_eq!(turn(&mut members, 1, &keyed(1, None), now), Turn::Now);
    assert_eq!(turn(&mut members, 1, &keyed(2, None), now), Turn::Later(now + EVERY));
    assert!(members.release(1, now + EVERY / 2).is_empty());
    assert_eq!(members.release(1, now + EVERY).len(), 1);
}

#[test]
fn a_throttle_holds_so_many_keys_and_no_more() {
    let (mut members, now) = (Members::default(), Instant::now());
    members.put(throttled(1));
    for offset in 0..=200u8 {
        turn(&mut members, 1, &keyed(offset.into(), Some(offset)), now);
    }
    let held: Vec<u64> = members.release(1, now + EVERY).iter().map(|e| e.offset).collect();
    assert_eq!(held, (201 - HELD as u64..=200).collect::<Vec<_>>(), "the newest");
}
