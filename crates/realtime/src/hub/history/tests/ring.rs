use proptest::prelude::*;

use super::*;

fn ring(offsets: impl IntoIterator<Item = u64>, keep: Keep) -> Ring<u64> {
    let mut ring = Ring::after(0);
    offsets.into_iter().for_each(|offset| ring.push(entry(offset), keep));
    ring
}

#[test]
fn a_ring_answers_from_any_offset_it_still_covers() {
    let ring = ring([2, 3, 7, 9], Keep { count: 3, ..PLENTY });
    assert_eq!(ring.since(1), Since::Gap { oldest: 2 });
    assert_eq!(ring.since(2), complete([3, 7, 9]));
    assert_eq!(ring.since(5), complete([7, 9]), "offsets of other rooms lie between");
    assert_eq!(ring.since(9), complete([]));
    assert_eq!(ring.last(2), [7, 9]);
    assert_eq!(ring.last(9), [3, 7, 9]);
}

#[test]
fn what_is_not_kept_leaves_a_gap() {
    let mut ring = ring([1, 2], PLENTY);
    ring.push(Entry { bytes: 11, ..entry(3) }, Keep { bytes: 10, ..PLENTY });
    assert_eq!((ring.since(2), ring.since(3)), (Since::Gap { oldest: 3 }, complete([])));
    ring.push(entry(4), Keep::NOTHING);
    assert_eq!((ring.since(3), ring.len()), (Since::Gap { oldest: 4 }, 0));
}

#[test]
fn entries_expire_even_when_the_clock_has_jumped_back() {
    let keep = Keep { age_ms: 100, ..PLENTY };
    let mut ring = Ring::after(0);
    ring.push(Entry { at: 1000, ..entry(1) }, keep);
    ring.push(Entry { at: 900, ..entry(2) }, keep);
    ring.expire(1099);
    assert_eq!(ring.len(), 2);
    ring.expire(1100);
    assert_eq!((ring.since(1), ring.bytes()), (Since::Gap { oldest: 2 }, 0));
}

#[test]
fn an_offset_out_of_order_is_treated_as_dropped() {
    let mut ring = ring([5, 5], PLENTY);
    assert_eq!(ring.since(0), complete([5]), "a repetition changes nothing");
    ring.push(entry(3), PLENTY);
    assert_eq!((ring.since(2), ring.since(3)), (Since::Gap { oldest: 3 }, complete([5])));
}

proptest! {
    #[test]
    fn a_ring_keeps_the_longest_end_that_fits(
        keep in (0..6usize, 0..40usize, 0..30i64),
        pushes in prop::collection::vec((1..4u64, 0..10i64, 0..15usize), 0..60),
    ) {
        let (count, bytes, age_ms) = keep;
        let keep = Keep { count, bytes, age_ms };
        let mut ring = Ring::after(0);
        let mut all: Vec<Entry<u64>> = Vec::new();
        let (mut offset, mut now) = (0, 0);
        for (step, wait, size) in pushes {
            (offset, now) = (offset + step, now + wait);
            let entry = Entry { offset, at: now, bytes: size, item: offset };
            all.push(entry.clone());
            ring.push(entry, keep);
            let fits = |kept: &[Entry<u64>]| {
                kept.len() <= count
                    && kept.iter().map(|e| e.bytes).sum::<usize>() <= bytes
                    && kept.iter().all(|e| e.at > now - age_ms)
            };
            let from = (0..=all.len()).find(|from| fits(&all[*from..])).expect("nothing fits");
            let kept: Vec<_> = all[from..].iter().map(|e| e.offset).collect();
            prop_assert_eq!(ring.last(usize::MAX), kept);
            prop_assert_eq!(ring.bytes(), all[from..].iter().map(|e| e.bytes).sum::<usize>());
            prop_assert_eq!(ring.floor(), from.checked_sub(1).map_or(0, |last| all[last].offset));
        }
    }
}
