//! The table against a list of subscribers that is searched from end to end.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::*;
use crate::hub::filter::Severity;
use crate::hub::scope::Scopes;
use crate::hub::tests::{body, event, from_severity, link, of_severity, seeded};
use crate::hub::{Audience, Publication};

/// Some of the rooms are named like subscribers.
const ROOMS: [&str; 5] = ["a", "b", "c", "id-0", "id-1"];
const IDS: usize = 4;
const SEVERITIES: [Severity; 2] = [Severity::Warning, Severity::Critical];

#[derive(Debug, Clone)]
enum Step {
    Attach { scope: usize, id: usize },
    Detach(Index),
    Join { who: Index, room: &'static str, filter: Option<Severity> },
    Leave { who: Index, room: &'static str },
    Pause { who: Index, room: &'static str, paused: bool },
    Publish(Said),
}

#[derive(Debug, Clone)]
struct Said {
    scope: usize,
    rooms: Vec<&'static str>,
    except: Vec<&'static str>,
    facts: Option<Severity>,
    /// It was published this long before the latest, and waited since.
    late: u64,
}

fn step() -> impl Strategy<Value = Step> {
    let (who, room) = (any::<Index>(), select(&ROOMS[..]));
    let said = (
        0..2usize,
        subsequence(&ROOMS[..], 0..=3),
        subsequence(&ROOMS[..], 0..=1),
        prop::option::of(select(&SEVERITIES[..])),
        0..4u64,
    );
    let filter = prop::option::of(select(&SEVERITIES[..]));
    prop_oneof![
        3 => (0..2usize, 0..IDS).prop_map(|(scope, id)| Step::Attach { scope, id }),
        1 => who.clone().prop_map(Step::Detach),
        4 => (who.clone(), room.clone(), filter)
            .prop_map(|(who, room, filter)| Step::Join { who, room, filter }),
        1 => (who.clone(), room.clone()).prop_map(|(who, room)| Step::Leave { who, room }),
        2 => (who, room, any::<bool>())
            .prop_map(|(who, room, paused)| Step::Pause { who, room, paused }),
        5 => said.prop_map(|(scope, rooms, except, facts, late)| {
            Step::Publish(Said { scope, rooms, except, facts, late })
        }),
    ]
}

#[derive(Debug, Clone)]
struct Place {
    filter: Option<Severity>,
    after: u64,
    paused: bool,
    skipped: u64,
}

#[derive(Debug)]
struct Present {
    slot: u32,
    scope: usize,
    id: String,
    after: u64,
    rooms: BTreeMap<&'static str, Place>,
}

struct Bench {
    table: Table,
    scopes: [Arc<Scope>; 2],
    present: Vec<Present>,
    /// Who came last under an id has it, for as long as it is there.
    owners: BTreeMap<(usize, String), u32>,
    offset: u64,
}

impl Bench {
    fn new() -> Self {
        let scopes = Scopes::default();
        let scopes = [scopes.of("", "/one"), scopes.of("", "/two")];
        Bench {
            table: Table::default(),
            scopes,
            present: Vec::new(),
            owners: BTreeMap::new(),
            offset: 10,
        }
    }

    fn attach(&mut self, scope: usize, id: &str) {
        let entry = Entry {
            id: id.into(),
            scope: Arc::clone(&self.scopes[scope]),
            link: link(0),
            dialect: Dialect::Bare,
            rooms: Vec::new(),
        };
        let slot = self.table.add(entry, self.offset);
        assert!(self.present.iter().all(|other| other.slot != slot), "the slot is taken");
        let (id, after) = (id.to_owned(), self.offset);
        self.owners.insert((scope, id.clone()), slot);
        self.present.push(Present { slot, scope, id, after, rooms: BTreeMap::new() });
    }

    fn step(&mut self, step: Step) -> Result<(), TestCaseError> {
        match step {
            Step::Attach { scope, id } => self.attach(scope, &format!("id-{id}")),
            Step::Publish(said) => return self.publish(&said),
            _ if self.present.is_empty() => {}
            Step::Detach(who) => {
                let gone = self.present.remove(who.index(self.present.len()));
                let entry = self.table.remove(gone.slot).expect("it was there");
                prop_assert_eq!(&*entry.id, gone.id.as_str());
                self.owners.retain(|_, slot| *slot != gone.slot);
                prop_assert!(self.table.remove(gone.slot).is_none());
            }
            Step::Join { who, room, filter } => {
                let who = who.get_mut(&mut self.present);
                let terms = Terms { filter: filter.map(from_severity), throttle: None };
                self.table.join(who.slot, &room.into(), self.offset, terms);
                if who.id != room {
                    let place = Place { filter, after: self.offset, paused: false, skipped: 0 };
                    who.rooms.insert(room, place);
                }
            }
            Step::Leave { who, room } => {
                let who = who.get_mut(&mut self.present);
                let was_in = who.rooms.remove(room).is_some();
                prop_assert_eq!(self.table.leave(who.slot, room), was_in);
            }
            Step::Pause { who, room, paused } => {
                let who = who.get_mut(&mut self.present);
                let place = who.rooms.get_mut(room);
                let expected = place.map(|place| {
                    place.paused = paused;
                    if paused { place.skipped } else { std::mem::take(&mut place.skipped) }
                });
                prop_assert_eq!(self.table.pause(who.slot, room, paused), expected);
            }
        }
        Ok(())
    }

    fn publish(&mut self, said: &Said) -> Result<(), TestCaseError> {
        self.offset += 1;
        let offset = self.offset - said.late;
        let rooms = said.rooms.iter().copied();
        let audience = rooms.fold(Audience::everybody(), Audience::to);
        let audience = said.except.iter().copied().fold(audience, Audience::except);
        let scope = Arc::clone(&self.scopes[said.scope]);
        let mut publication = Publication::new(scope, audience, body("1"));
        publication.facts = said.facts.map(of_severity);
        let (mut due, mut recalls) = (Vec::new(), Vec::new());
        let event = event(publication, offset);
        self.table.address(7, &event, Instant::now(), &mut due, &mut recalls);
        prop_assert!(recalls.is_empty() && due.iter().all(|due| due.item == 7));
        let mut slots: Vec<u32> = due.iter().map(|due| due.slot).collect();
        slots.sort_unstable();
        prop_assert_eq!(slots, self.expected(said, offset));
        Ok(())
    }

    /// The slots of those whom it is for, each once; pauses count what they hold back.
    fn expected(&mut self, said: &Said, offset: u64) -> Vec<u32> {
        let mut slots = Vec::new();
        for who in self.present.iter_mut().filter(|who| who.scope == said.scope) {
            let owner = self.owners.get(&(who.scope, who.id.clone())) == Some(&who.slot);
            let own = |room: &&str| owner && who.id == **room;
            if said.except.iter().any(|room| own(room) || who.rooms.contains_key(room)) {
                continue;
            }
            let mut gets = said.rooms.is_empty() && who.after < offset;
            for room in &said.rooms {
                gets |= own(room) && who.after < offset;
                let wants = |place: &Place| {
                    let filter = place.filter.is_none_or(|min| said.facts >= Some(min));
                    filter && place.after < offset
                };
                let place = who.rooms.get_mut(room).filter(|place| !gets && wants(place));
                if let Some(place) = place {
                    gets = !place.paused;
                    place.skipped += u64::from(place.paused);
                }
            }
            slots.extend(gets.then_some(who.slot));
        }
        slots.sort_unstable();
        slots
    }

    fn holds_together(&self) -> Result<(), TestCaseError> {
        let table = &self.table;
        prop_assert_eq!(table.len(), self.present.len());
        prop_assert_eq!(table.entries.len(), self.present.len() + table.free.len());
        for (index, scope) in self.scopes.iter().enumerate() {
            let here = || self.present.iter().filter(move |who| who.scope == index);
            let mut rooms: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
            for who in here() {
                who.rooms.keys().for_each(|room| {
                    rooms.entry(room).or_default().insert(who.slot);
                });
                let own = table.entry(who.slot).expect("present").rooms.iter();
                let own: BTreeSet<&str> = own.map(|room| &**room).collect();
                prop_assert_eq!(own, who.rooms.keys().copied().collect());
            }
            let counts = rooms.iter().map(|(room, who)| (Arc::from(*room), who.len()));
            let named: BTreeMap<Arc<str>, usize> = table.room_names(scope.id).into_iter().collect();
            prop_assert_eq!(named, counts.collect(), "no empty room is left");
            let slots: BTreeSet<u32> = table.slots(scope.id, None).into_iter().collect();
            prop_assert_eq!(slots, here().map(|who| who.slot).collect());
            let ids = table.scopes.get(&scope.id).map_or(0, |scope| scope.ids.len());
            prop_assert_eq!(ids, self.owners.keys().filter(|(scope, _)| *scope == index).count());
            for room in ROOMS {
                let owner = self.owners.get(&(index, room.to_owned())).copied();
                let all = rooms.get(room).into_iter().flatten().copied().chain(owner);
                let all: BTreeSet<u32> = all.collect();
                prop_assert_eq!(table.count(scope.id, Some(room)), all.len());
                let slots = table.slots(scope.id, Some(room)).into_iter().collect::<BTreeSet<_>>();
                prop_assert_eq!(slots, all);
            }
            prop_assert_eq!(table.scopes.contains_key(&scope.id), here().count() > 0);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(seeded(300))]

    #[test]
    fn everybody_gets_what_is_for_them_once_and_nothing_is_left_behind(
        steps in prop::collection::vec(step(), 0..80),
    ) {
        let mut bench = Bench::new();
        for step in steps {
            bench.step(step)?;
            bench.holds_together()?;
        }
    }
}

#[test]
fn nobody_in_a_table_is_nobody() {
    let mut table = Table::default();
    assert!(table.remove(0).is_none() && table.entry(0).is_none());
    table.join(0, &"a".into(), 0, Terms::default());
    assert!(!table.leave(0, "a"));
    assert_eq!(table.pause(0, "a", true), None);
    assert_eq!((table.count(0, None), table.scopes.len()), (0, 0));
    let recall = Recall { at: Instant::now(), slot: 0, room: "a".into() };
    assert!(table.recall(&recall).is_none_or(|(_, held)| held.is_empty()));
}

#[test]
fn who_resumes_before_the_old_connection_is_gone_keeps_the_id() {
    let mut bench = Bench::new();
    bench.attach(0, "id-0");
    bench.attach(0, "id-0");
    let old = bench.present.remove(0).slot;
    bench.table.remove(old);
    let said = Said { scope: 0, rooms: vec!["id-0"], except: vec![], facts: None, late: 0 };
    assert_eq!(bench.expected(&said, 99), [bench.present[0].slot]);
    bench.publish(&said).expect("the new one gets it");
}
