use proptest::prelude::*;

use super::Class::{BestEffort, Reliable};
use super::Priority::{High, Low, Normal};
use super::*;

fn lanes(items: usize, bytes: usize) -> Lanes<u32> {
    Lanes::new(Bounds { items, bytes })
}

fn drain(lanes: &mut Lanes<u32>) -> Vec<u32> {
    let mut out = Vec::new();
    lanes.take(usize::MAX, &mut out);
    out
}

#[test]
fn urgent_first_and_in_order_within_a_lane() {
    let mut lanes = lanes(10, 100);
    let items = [(Low, Reliable), (High, BestEffort), (Normal, BestEffort), (High, Reliable)];
    for (n, (priority, class)) in (0..).zip(items) {
        assert_eq!(lanes.push(priority, n, 1, class), Push::Queued);
    }
    let mut out = vec![99];
    assert_eq!(lanes.take(3, &mut out), 3);
    assert_eq!(out, [99, 1, 3, 2], "what was there stays");
    assert_eq!((lanes.take(3, &mut out), lanes.take(3, &mut out)), (1, 0));
    assert_eq!((out.last(), lanes.is_empty(), lanes.bytes()), (Some(&0), true, 0));
}

#[test]
fn the_oldest_of_the_lowest_lane_gives_way() {
    let mut lanes = lanes(4, 100);
    for (n, priority) in (0..).zip([Normal, Low, Low, High]) {
        assert_eq!(lanes.push(priority, n, 1, BestEffort), Push::Queued);
    }
    assert_eq!(lanes.push(High, 4, 1, BestEffort), Push::QueuedAfterDropping(1));
    assert_eq!(lanes.push(Low, 5, 1, BestEffort), Push::QueuedAfterDropping(1));
    assert_eq!(lanes.push(Normal, 6, 1, Reliable), Push::QueuedAfterDropping(1));
    assert_eq!(lanes.push(High, 7, 98, BestEffort), Push::QueuedAfterDropping(2));
    assert_eq!((lanes.dropped(High), lanes.dropped(Normal), lanes.dropped(Low)), (1, 1, 3));
    assert_eq!(drain(&mut lanes), [4, 7, 6]);
}

#[test]
fn reliable_items_stay_and_the_next_one_is_refused() {
    let mut lanes = lanes(2, 100);
    assert_eq!(lanes.push(Low, 0, 1, Reliable), Push::Queued);
    assert_eq!(lanes.push(Low, 1, 1, Reliable), Push::Queued);
    assert_eq!(lanes.push(High, 2, 1, Reliable), Push::Refused);
    assert_eq!(lanes.dropped(High), 0, "its publisher knows");
    assert_eq!(lanes.push(High, 3, 1, BestEffort), Push::Refused);
    assert_eq!(lanes.dropped(High), 1);
    assert_eq!(drain(&mut lanes), [0, 1]);
}

#[test]
fn nothing_is_dropped_for_an_item_that_cannot_come_in() {
    let mut lanes = lanes(10, 100);
    assert_eq!(lanes.push(Normal, 0, 60, Reliable), Push::Queued);
    assert_eq!(lanes.push(Low, 1, 40, BestEffort), Push::Queued);
    for impossible in [41, 101, usize::MAX] {
        assert_eq!(lanes.push(High, 2, impossible, Reliable), Push::Refused);
        assert_eq!(lanes.push(High, 2, impossible, BestEffort), Push::Refused);
    }
    assert_eq!((lanes.len(), lanes.bytes(), lanes.dropped(Low)), (2, 100, 0));
}

#[test]
fn less_urgent_items_do_not_displace_more_urgent_ones() {
    let mut lanes = lanes(1, 100);
    assert_eq!(lanes.push(Normal, 0, 1, BestEffort), Push::Queued);
    assert_eq!(lanes.push(Low, 1, 1, BestEffort), Push::Refused);
    assert_eq!((lanes.dropped(Normal), lanes.dropped(Low)), (0, 1));
    assert_eq!(drain(&mut lanes), [0]);
}

/// The rules again, over one list that is searched from end to end.
struct Model {
    bounds: Bounds,
    queue: Vec<(Priority, u32, usize, Class)>,
    dropped: [u64; 3],
}

impl Model {
    fn push(&mut self, priority: Priority, item: u32, bytes: usize, class: Class) -> Push {
        let mut left = self.queue.clone();
        left.push((priority, item, bytes, class));
        let mut lost = Vec::new();
        while left.len() > self.bounds.items
            || left.iter().map(|w| w.2).sum::<usize>() > self.bounds.bytes
        {
            let droppable = left.iter().enumerate().filter(|(_, w)| w.3 == BestEffort);
            // `max_by_key` prefers the last of equals, the victim is the first.
            let Some((at, _)) = droppable.rev().max_by_key(|(_, w)| w.0) else {
                return Push::Refused;
            };
            let victim = left.remove(at);
            if victim.1 == item {
                self.dropped[priority as usize] += 1;
                return Push::Refused;
            }
            lost.push(victim.0);
        }
        self.queue = left;
        lost.iter().for_each(|priority| self.dropped[*priority as usize] += 1);
        if lost.is_empty() { Push::Queued } else { Push::QueuedAfterDropping(lost.len()) }
    }

    fn take(&mut self, max: usize) -> Vec<u32> {
        self.queue.sort_by_key(|w| w.0);
        self.queue.drain(..max.min(self.queue.len())).map(|w| w.1).collect()
    }
}

#[derive(Debug, Clone)]
enum Step {
    Push(Priority, usize, Class),
    Take(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let priority = prop::sample::select(Priority::ALL);
    let class = prop_oneof![1 => Just(Reliable), 2 => Just(BestEffort)];
    prop_oneof![
        8 => (priority, 0..12usize, class).prop_map(|(p, bytes, c)| Step::Push(p, bytes, c)),
        1 => (0..6usize).prop_map(Step::Take),
    ]
}

proptest! {
    #[test]
    fn lanes_do_what_one_sorted_list_does(
        (items, bytes) in (0..8usize, 0..40usize),
        steps in prop::collection::vec(step(), 0..200),
    ) {
        let bounds = Bounds { items, bytes };
        let mut lanes = Lanes::new(bounds);
        let mut model = Model { bounds, queue: Vec::new(), dropped: [0; 3] };
        for (n, step) in (0..).zip(steps) {
            match step {
                Step::Push(priority, bytes, class) => prop_assert_eq!(
                    lanes.push(priority, n, bytes, class),
                    model.push(priority, n, bytes, class)
                ),
                Step::Take(max) => {
                    let mut out = Vec::new();
                    lanes.take(max, &mut out);
                    prop_assert_eq!(out, model.take(max));
                }
            }
            prop_assert!(lanes.len() <= items && lanes.bytes() <= bytes);
            prop_assert_eq!(lanes.len(), model.queue.len());
            prop_assert_eq!(lanes.bytes(), model.queue.iter().map(|w| w.2).sum::<usize>());
            for priority in Priority::ALL {
                prop_assert_eq!(lanes.dropped(*priority), model.dropped[*priority as usize]);
            }
        }
        prop_assert_eq!(drain(&mut lanes), model.take(usize::MAX));
    }
}
