use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::event::Event;
use super::filter::{Filter, FilterIndex};

#[cfg(test)]
mod tests;

/// How somebody is in a room.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Only what matches.
    pub filter: Option<Arc<Filter>>,
    /// At most one message in this time; of what comes between, the newest of each key.
    pub throttle: Option<Duration>,
}

/// One subscriber's place in a room.
#[derive(Debug)]
pub(super) struct Member {
    pub slot: u32,
    paused: bool,
    /// What was published up to here came before it.
    after: u64,
    /// What passed by while it was paused.
    skipped: u64,
    special: Option<Box<Special>>,
}

#[derive(Debug, Default)]
struct Special {
    filter: Option<Arc<Filter>>,
    throttle: Option<Throttle>,
}

#[derive(Debug)]
struct Throttle {
    every: Duration,
    next: Option<Instant>,
    held: Vec<Arc<Event>>,
}

/// Different keys that a throttled subscriber may have waiting; the oldest goes first.
const HELD: usize = 64;

impl Member {
    pub fn new(slot: u32, after: u64, terms: Terms) -> Self {
        let throttle = terms.throttle.filter(|every| !every.is_zero());
        let throttle = throttle.map(|every| Throttle { every, next: None, held: Vec::new() });
        let plain = terms.filter.is_none() && throttle.is_none();
        let special = (!plain).then(|| Box::new(Special { filter: terms.filter, throttle }));
        Member { slot, paused: false, after, skipped: 0, special }
    }

    fn filter(&self) -> Option<&Arc<Filter>> {
        self.special.as_ref()?.filter.as_ref()
    }
}

/// What to do with an event for one member.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Now,
    Skip,
    /// It waits; somebody has to ask again then.
    Later(Instant),
    /// It waits behind another that waits.
    Waits,
}

/// Who is in a room, in the order of their slots.
#[derive(Debug, Default)]
pub(super) struct Members {
    list: Vec<Member>,
    filters: Option<Box<FilterIndex<u32>>>,
}

impl Members {
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.list.iter()
    }

    fn find(&self, slot: u32) -> Result<usize, usize> {
        // Newcomers mostly have the highest slot.
        match self.list.last() {
            Some(last) if last.slot < slot => Err(self.list.len()),
            _ => self.list.binary_search_by_key(&slot, |member| member.slot),
        }
    }

    pub fn after(&self, slot: u32) -> Option<u64> {
        self.find(slot).ok().map(|at| self.list[at].after)
    }

    /// Adds a member, or gives it other terms.
    pub fn put(&mut self, member: Member) {
        self.remove(member.slot);
        if let Some(filter) = member.filter() {
            let filters = self.filters.get_or_insert_default();
            filters.insert((**filter).clone(), member.slot);
        }
        let at = self.find(member.slot).unwrap_or_else(|at| at);
        self.list.insert(at, member);
    }

    pub fn remove(&mut self, slot: u32) -> bool {
        let Ok(at) = self.find(slot) else { return false };
        let member = self.list.remove(at);
        if let (Some(_), Some(filters)) = (member.filter(), self.filters.as_mut()) {
            filters.remove(&slot);
        }
        true
    }

    /// Gives a member other terms. It keeps its place, and what is held for it.
    pub fn retune(&mut self, slot: u32, terms: &Terms) -> bool {
        let Ok(at) = self.find(slot) else { return false };
        let member = &mut self.list[at];
        let held = member.special.take().and_then(|special| special.throttle);
        let fresh = Member::new(slot, member.after, terms.clone());
        member.special = fresh.special;
        if let Some(held) = held {
            member.inherit(held);
        }
        match (member.filter(), &mut self.filters) {
            (Some(filter), filters) => {
                filters.get_or_insert_default().insert((**filter).clone(), slot);
            }
            (None, Some(filters)) => _ = filters.remove(&slot),
            (None, None) => {}
        }
        true
    }

    /// Whether it is paused from now on; returns what it has missed while it was.
    pub fn pause(&mut self, slot: u32, paused: bool) -> Option<u64> {
        let at = self.find(slot).ok()?;
        let member = &mut self.list[at];
        member.paused = paused;
        Some(if paused { member.skipped } else { std::mem::take(&mut member.skipped) })
    }

    /// Calls `each` for everyone whom the event concerns, in the order of their slots.
    pub fn concerned(&mut self, event: &Event, each: &mut impl FnMut(&mut Member)) {
        let Some(filters) = &mut self.filters else {
            self.list.iter_mut().filter(|m| m.after < event.offset).for_each(each);
            return;
        };
        let mut matching = Vec::new();
        if let Some(facts) = &event.publication.facts {
            filters.matching(&facts.view(), |group| matching.extend_from_slice(group.members()));
        }
        matching.sort_unstable();
        for member in &mut self.list {
            let wanted = match &member.special {
                Some(special) if special.filter.is_some() => {
                    matching.binary_search(&member.slot).is_ok()
                }
                _ => true,
            };
            if wanted && member.after < event.offset {
                each(member);
            }
        }
    }

    /// What is held for a throttled member whose time has come.
    pub fn release(&mut self, slot: u32, now: Instant) -> Vec<Arc<Event>> {
        let Ok(at) = self.find(slot) else { return Vec::new() };
        let member = &mut self.list[at];
        let throttle = member.special.as_mut().and_then(|special| special.throttle.as_mut());
        // Who took the slot, or came back on other terms, has times of its own.
        let Some(throttle) = throttle.filter(|throttle| throttle.next.is_some_and(|at| at <= now))
        else {
            return Vec::new();
        };
        let held = std::mem::take(&mut throttle.held);
        if member.paused {
            member.skipped += held.len() as u64;
            return Vec::new();
        }
        throttle.next = Some(now + throttle.every);
        held
    }
}

impl Member {
    /// What an earlier throttle holds back is still owed, also to who has none any more.
    fn inherit(&mut self, earlier: Throttle) {
        let throttle = self.special.as_mut().and_then(|special| special.throttle.as_mut());
        if let Some(throttle) = throttle {
            *throttle = Throttle { every: throttle.every, ..earlier };
        } else if !earlier.held.is_empty() {
            let brief = Throttle { every: Duration::ZERO, ..earlier };
            self.special.get_or_insert_default().throttle = Some(brief);
        }
    }

    /// Its turn, or not: pauses and throttles have their say.
    pub fn turn(&mut self, event: &Arc<Event>, now: Instant) -> Turn {
        if self.paused {
            self.skipped += 1;
            return Turn::Skip;
        }
        let throttle = self.special.as_mut().and_then(|special| special.throttle.as_mut());
        match throttle {
            Some(throttle) if !event.reliable() => throttle.turn(event, now),
            _ => Turn::Now,
        }
    }
}

impl Throttle {
    fn turn(&mut self, event: &Arc<Event>, now: Instant) -> Turn {
        let due = self.next.is_none_or(|next| next <= now);
        if due && self.held.is_empty() {
            self.next = Some(now + self.every);
            return Turn::Now;
        }
        let first = self.held.is_empty();
        let same = |held: &Arc<Event>| match (&held.publication.key, &event.publication.key) {
            (None, None) => held.name() == event.name(),
            (one, other) => one == other,
        };
        self.held.retain(|held| !same(held));
        if self.held.len() >= HELD {
            self.held.remove(0);
        }
        self.held.push(Arc::clone(event));
        match self.next {
            Some(next) if first => Turn::Later(next),
            _ => Turn::Waits,
        }
    }
}

pub(super) type Rooms = HashMap<Arc<str>, Members>;
