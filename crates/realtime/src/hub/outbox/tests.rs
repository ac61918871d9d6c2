use proptest::prelude::*;

use super::*;
use crate::hub::tests::seeded;

const LIMIT: usize = 200;
const SOFT: usize = LIMIT / 2;

/// A part that says where it begins, who it is and where it ends.
fn part(id: usize, fate: Fate, key: Option<u8>, size: usize) -> Part {
    let mut frames = vec![u8::try_from(size).expect("small"), u8::try_from(id).expect("few")];
    frames.resize(size, 0);
    let key = key.map(|key| key.to_string().into());
    Part { frames: frames.into(), fate, key }
}

fn id(part: &Part) -> usize {
    part.frames[1].into()
}

/// What a client makes of the bytes that it got: the ids of whole parts, and what is left over.
fn read(mut bytes: &[u8]) -> (Vec<usize>, usize) {
    let mut ids = Vec::new();
    while let Some(size) = bytes.first()
        && bytes.len() >= usize::from(*size)
    {
        ids.push(bytes[1].into());
        bytes = &bytes[usize::from(*size)..];
    }
    (ids, bytes.len())
}

fn ids(outbox: &Outbox) -> Vec<usize> {
    outbox.parts.iter().map(id).collect()
}

/// The kernel takes `count` bytes.
fn write(outbox: &mut Outbox, count: usize) -> Vec<u8> {
    let all: Vec<u8> = outbox.slices().flatten().copied().collect();
    let count = count.min(all.len());
    outbox.advance(count);
    all[..count].to_vec()
}

#[derive(Debug, Clone)]
enum Step {
    /// `skip`: how much of it the kernel takes at once, should nothing wait.
    Push {
        fate: Fate,
        key: Option<u8>,
        size: usize,
        skip: usize,
    },
    Write(usize),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let fate = prop::sample::select(vec![Fate::Must, Fate::May, Fate::May, Fate::Volatile]);
    let key = prop::option::weighted(0.4, 0..3u8);
    let size = prop_oneof![8 => 2..40usize, 1 => 90..250usize];
    prop_oneof![
        8 => (fate, key, size, 0..60usize)
            .prop_map(|(fate, key, size, skip)| Step::Push { fate, key, size, skip }),
        2 => (0..150usize).prop_map(Step::Write),
        1 => (0..700u64).prop_map(Step::Wait),
    ]
}

/// An outbox, its client, and everything that was ever said.
struct Bench {
    outbox: Outbox,
    now: Instant,
    warned: Option<Instant>,
    said: Vec<Part>,
    got: Vec<u8>,
    lost: u32,
}

impl Bench {
    fn push(&mut self, part: Part, skip: usize) -> Result<bool, TestCaseError> {
        let skip = if self.outbox.is_empty() { skip.min(part.frames.len() - 1) } else { 0 };
        self.got.extend_from_slice(&part.frames[..skip]);
        self.said.push(part.clone());
        let before: Vec<_> = self.outbox.parts.iter().map(|part| (id(part), part.fate)).collect();
        let bytes = self.outbox.bytes();
        let came = self.outbox.push(part.clone(), skip, LIMIT, self.now);
        self.lost += came.dropped + came.conflated;
        if came.warn {
            let since = self.warned.replace(self.now).map(|at| self.now - at);
            prop_assert!(came.dropped > 0 && since.is_none_or(|since| since >= WARN_EVERY));
        }
        let needed = bytes + part.frames.len() - skip;
        if skip > 0 {
            prop_assert_eq!(came, Queued::default());
        } else if part.fate == Fate::Volatile {
            prop_assert_eq!((came.dropped, self.outbox.bytes()), (1, bytes));
        } else if needed <= SOFT {
            prop_assert_eq!(came, Queued::default(), "nothing goes before it has to");
        } else {
            self.gave_up(&before, came)?;
        }
        Ok(came.overflow)
    }

    /// The oldest that may go went first; before the end, all of them.
    fn gave_up(&self, before: &[(usize, Fate)], came: Queued) -> Result<(), TestCaseError> {
        let after = ids(&self.outbox);
        let cut = usize::from(self.outbox.is_cut());
        if came.conflated == 0 {
            let mut could = before.iter().skip(cut).filter(|(_, fate)| *fate == Fate::May);
            let gone = before.iter().filter(|(id, _)| !after.contains(id)).count();
            prop_assert!(could.by_ref().take(gone).all(|(id, _)| !after.contains(id)));
            prop_assert!(could.all(|(id, _)| after.contains(id)));
        }
        if came.overflow {
            let left = self.outbox.parts.iter().skip(cut);
            prop_assert_eq!(left.filter(|part| part.fate == Fate::May).count(), 0);
        }
        Ok(())
    }

    fn holds_together(&self) -> Result<(), TestCaseError> {
        let Outbox { parts, written, bytes, flexible, .. } = &self.outbox;
        let rest = parts.iter().map(|part| part.frames.len()).sum::<usize>() - written;
        prop_assert_eq!(*bytes, rest);
        prop_assert_eq!(*flexible, parts.iter().filter(|part| is_flexible(part)).count());
        let first = parts.front().map_or(0, |part| part.frames.len() - written);
        prop_assert!(*bytes <= LIMIT.max(first), "{bytes} bytes wait");
        prop_assert!(!parts.is_empty() || (parts.capacity(), *written) == (0, 0));
        Ok(())
    }

    /// What the client has in the end, given all that was said until `overflow`.
    fn verdict(mut self, overflow: bool) -> Result<(), TestCaseError> {
        self.got.extend(write(&mut self.outbox, usize::MAX));
        let (ids, rest) = read(&self.got);
        prop_assert_eq!(rest, 0, "no part is ever cut");
        let said = self.said.len() - usize::from(overflow);
        prop_assert_eq!(ids.len() + self.lost as usize, said, "each is counted once");
        for (at, id) in ids.iter().enumerate() {
            let must = self.said[*id].fate == Fate::Must;
            let overtaken = ids[..at].iter().any(|earlier| earlier > id);
            prop_assert!(!(must && overtaken), "{id} must arrive, and in its turn");
        }
        for (id, part) in self.said[..said].iter().enumerate() {
            let newer = |other: usize| other > id && self.said[other].key == part.key;
            // By what ended the connection, if need be.
            let mut all = ids.iter().copied().chain(said..self.said.len());
            let superseded = part.key.is_some() && all.any(newer);
            prop_assert!(
                part.fate != Fate::Must || ids.contains(&id) || superseded,
                "{id} is lost"
            );
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(seeded(500))]

    #[test]
    fn the_ladder_keeps_what_must_arrive_whole_in_order_and_within_its_limit(
        steps in prop::collection::vec(step(), 0..120),
    ) {
        let mut bench = Bench {
            outbox: Outbox::default(),
            now: Instant::now(),
            warned: None,
            said: Vec::new(),
            got: Vec::new(),
            lost: 0,
        };
        let mut overflow = false;
        for step in steps {
            match step {
                Step::Push { fate, key, size, skip } => {
                    overflow = bench.push(part(bench.said.len(), fate, key, size), skip)?;
                }
                Step::Write(count) => bench.got.extend(write(&mut bench.outbox, count)),
                Step::Wait(ms) => bench.now += Duration::from_millis(ms),
            }
            bench.holds_together()?;
            if overflow {
                break;
            }
        }
        bench.verdict(overflow)?;
    }

    #[test]
    fn fetching_takes_whole_parts_from_the_front_within_the_budget(
        sizes in prop::collection::vec(2..60usize, 0..12),
        budget in 0..150usize,
    ) {
        let mut outbox = Outbox::default();
        for (id, size) in sizes.iter().enumerate() {
            outbox.push(part(id, Fate::Must, None, *size), 0, usize::MAX, Instant::now());
        }
        let mut taken = Vec::new();
        while !outbox.is_empty() {
            let chunk = outbox.take(budget);
            let size: usize = chunk.iter().map(Bytes::len).sum();
            prop_assert!(size <= budget || chunk.len() == 1);
            let next = sizes.get(taken.len() + chunk.len());
            prop_assert!(next.is_none_or(|next| size + next > budget), "as much as fits");
            taken.extend(chunk);
        }
        prop_assert_eq!(taken.iter().map(Bytes::len).collect::<Vec<_>>(), sizes);
        prop_assert_eq!((outbox.bytes(), outbox.parts.capacity()), (0, 0));
    }
}

fn filled(parts: impl IntoIterator<Item = Part>) -> Outbox {
    let mut outbox = Outbox::default();
    for part in parts {
        assert_eq!(outbox.push(part, 0, LIMIT, Instant::now()), Queued::default());
    }
    outbox
}

#[test]
fn what_is_begun_is_finished_whatever_its_size() {
    let mut outbox = Outbox::default();
    let large = part(0, Fate::Volatile, None, 250);
    assert_eq!(outbox.push(large, 10, LIMIT, Instant::now()), Queued::default());
    assert!(outbox.is_cut());
    assert!(outbox.take(usize::MAX).is_empty(), "half of it is with somebody else");
    assert!(outbox.push(part(1, Fate::Must, None, 10), 0, LIMIT, Instant::now()).overflow);
    assert_eq!(write(&mut outbox, usize::MAX).len(), 240);
}

#[test]
fn state_that_is_under_way_is_not_replaced() {
    let mut outbox = Outbox::default();
    outbox.push(part(0, Fate::May, Some(1), 90), 1, LIMIT, Instant::now());
    outbox.push(part(1, Fate::Must, Some(1), 30), 0, LIMIT, Instant::now());
    assert_eq!(ids(&outbox), [0, 1]);
}

#[test]
fn newer_state_takes_the_place_of_the_older_unless_something_that_must_arrive_is_behind_it() {
    let (state, may) = (part(0, Fate::May, Some(1), 30), part(1, Fate::May, None, 30));
    let mut outbox = filled([state.clone(), may.clone()]);
    let came = outbox.push(part(2, Fate::Must, Some(1), 50), 0, LIMIT, Instant::now());
    assert_eq!((came.conflated, came.dropped, ids(&outbox)), (1, 0, vec![2, 1]));
    outbox.make_room(0);
    assert_eq!(ids(&outbox), [2], "it must arrive, though the older one might have gone");

    let mut outbox = filled([state, part(1, Fate::Must, None, 30)]);
    let came = outbox.push(part(2, Fate::May, Some(1), 45), 0, LIMIT, Instant::now());
    assert_eq!((came.conflated, came.dropped, ids(&outbox)), (1, 0, vec![1, 2]));
}

#[test]
fn newer_state_that_is_too_large_is_as_any_other() {
    let mut outbox = filled([part(0, Fate::May, Some(1), 30), part(1, Fate::Must, None, 60)]);
    let came = outbox.push(part(2, Fate::May, Some(1), 160), 0, LIMIT, Instant::now());
    assert_eq!((came.conflated, came.dropped, came.warn), (1, 1, true));
    assert_eq!(ids(&outbox), [1]);
}

#[test]
fn state_that_waits_alone_may_become_of_any_size() {
    let mut outbox = filled([part(0, Fate::May, Some(1), 30)]);
    let came = outbox.push(part(1, Fate::May, Some(1), 250), 0, LIMIT, Instant::now());
    assert_eq!((came.conflated, came.dropped, ids(&outbox)), (1, 0, vec![1]));
}

proptest! {
    #[test]
    fn of_what_is_given_up_the_frame_that_was_begun_is_finished(
        sizes in prop::collection::vec(1_usize..50, 1..10),
        written in 0_usize..300,
    ) {
        let mut outbox = Outbox::default();
        for (n, size) in sizes.iter().enumerate() {
            let part = Part::must(vec![n as u8; *size].into());
            prop_assert_eq!(outbox.push(part, 0, 1 << 20, Instant::now()), Queued::default());
        }
        let written = written.min(sizes.iter().sum());
        if written > 0 {
            outbox.advance(written);
        }
        outbox.abandon();
        let mut rest = written;
        let begun = sizes.iter().enumerate().find(|(_, size)| {
            let inside = rest < **size;
            rest -= if inside { 0 } else { **size };
            inside
        });
        let owed = begun.filter(|_| rest > 0).map(|(n, size)| vec![n as u8; size - rest]);
        let left: Vec<u8> = outbox.slices().flatten().copied().collect();
        prop_assert_eq!(&left, &owed.unwrap_or_default());
        prop_assert_eq!(outbox.bytes(), left.len());
    }
}
