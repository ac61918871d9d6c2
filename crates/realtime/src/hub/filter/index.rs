use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::buckets::Buckets;
use super::{Facts, Filter};

/// Members by what they want. A member has one filter; equal filters form a group and are
/// evaluated once.
///
/// An event meets the groups that name its device and those that name none: by level first, then
/// by tag, and its text is searched last. The index holds what its members brought along: one
/// filter each, with a hundred devices at most.
#[derive(Debug)]
pub struct FilterIndex<K> {
    seats: HashMap<K, Seat>,
    slots: HashMap<Arc<Filter>, usize>,
    /// By slot. One that is free keeps its last group, without members, until it is used again.
    groups: Vec<Group<K>>,
    free: Vec<usize>,
    buckets: Buckets,
    next_id: u64,
}

/// Where a member sits.
#[derive(Debug, Clone, Copy)]
struct Seat {
    slot: usize,
    at: usize,
}

/// Never given twice by an index, so that what is kept by group cannot reach another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupId(u64);

#[derive(Debug)]
pub struct Group<K> {
    id: GroupId,
    filter: Arc<Filter>,
    members: Vec<K>,
}

impl<K> Group<K> {
    pub fn id(&self) -> GroupId {
        self.id
    }

    pub fn filter(&self) -> &Arc<Filter> {
        &self.filter
    }

    /// In no particular order; never empty.
    pub fn members(&self) -> &[K] {
        &self.members
    }
}

impl<K> Default for FilterIndex<K> {
    fn default() -> Self {
        FilterIndex {
            seats: HashMap::new(),
            slots: HashMap::new(),
            groups: Vec::new(),
            free: Vec::new(),
            buckets: Buckets::default(),
            next_id: 0,
        }
    }
}

impl<K: Copy + Eq + Hash> FilterIndex<K> {
    /// Gives `member` this filter in place of any that it had.
    pub fn insert(&mut self, filter: Filter, member: K) -> GroupId {
        self.remove(&member);
        let slot = match self.slots.get(&filter) {
            Some(slot) => *slot,
            None => self.open(filter),
        };
        let group = &mut self.groups[slot];
        self.seats.insert(member, Seat { slot, at: group.members.len() });
        group.members.push(member);
        group.id
    }

    /// Whether it had a filter.
    pub fn remove(&mut self, member: &K) -> bool {
        let Some(Seat { slot, at }) = self.seats.remove(member) else { return false };
        let members = &mut self.groups[slot].members;
        members.swap_remove(at);
        if let Some(moved) = members.get(at) {
            self.seats.insert(*moved, Seat { slot, at });
        }
        if members.is_empty() {
            self.close(slot);
        }
        true
    }

    /// Calls `found` with each group that wants the event, once.
    pub fn matching(&self, facts: &Facts<'_>, found: impl FnMut(&Group<K>)) {
        let candidates = self.buckets.candidates(facts).map(|slot| &self.groups[slot]);
        candidates.filter(|group| group.filter.matches(facts)).for_each(found);
    }

    pub fn members(&self) -> usize {
        self.seats.len()
    }

    /// How many different filters there are.
    pub fn groups(&self) -> usize {
        self.slots.len()
    }

    fn open(&mut self, filter: Filter) -> usize {
        let filter = Arc::new(filter);
        let id = GroupId(self.next_id);
        self.next_id += 1;
        let group = Group { id, filter: Arc::clone(&filter), members: Vec::new() };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.groups[slot] = group;
                slot
            }
            None => {
                self.groups.push(group);
                self.groups.len() - 1
            }
        };
        self.buckets.add(&filter, slot);
        self.slots.insert(filter, slot);
        slot
    }

    fn close(&mut self, slot: usize) {
        let filter = &self.groups[slot].filter;
        self.slots.remove(filter);
        self.buckets.remove(filter, slot);
        self.free.push(slot);
    }

    #[cfg(test)]
    pub(super) fn has_leftovers(&self) -> bool {
        !self.seats.is_empty() || !self.slots.is_empty() || !self.buckets.is_empty()
    }
}
