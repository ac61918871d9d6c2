//! Who is where, in one shard.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use super::event::Event;
use super::link::Link;
use super::members::{Member, Members, Rooms, Terms, Turn};
use super::scope::Scope;
use super::wire::Dialect;

#[cfg(test)]
mod tests;

/// A subscriber: one connection's presence in one scope.
#[derive(Debug)]
pub(super) struct Entry {
    pub id: Arc<str>,
    pub scope: Arc<Scope>,
    pub link: Arc<Link>,
    pub dialect: Dialect,
    pub rooms: Vec<Arc<str>>,
}

#[derive(Debug, Default)]
struct ScopeTable {
    everybody: Members,
    rooms: Rooms,
    /// Everybody's own room, without the cost of one.
    ids: HashMap<Arc<str>, Own>,
}

#[derive(Debug, Clone, Copy)]
struct Own {
    slot: u32,
    /// As for a member.
    after: u64,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    /// Of each slot, the last event that was addressed to it: one copy, whatever the rooms.
    stamps: Vec<u64>,
    stamp: u64,
    scopes: HashMap<u64, ScopeTable>,
}

/// An item of a batch and whom it goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub slot: u32,
    pub item: u32,
}

/// A throttled subscriber that has to be asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recall {
    pub at: Instant,
    pub slot: u32,
    pub room: Arc<str>,
}

impl Table {
    pub fn add(&mut self, entry: Entry, after: u64) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            self.stamps.push(0);
            u32::try_from(self.entries.len() - 1).unwrap_or(u32::MAX)
        });
        let scope = self.scopes.entry(entry.scope.id).or_default();
        scope.everybody.put(Member::new(slot, after, Terms::default()));
        scope.ids.insert(Arc::clone(&entry.id), Own { slot, after });
        self.entries[slot as usize] = Some(entry);
        self.stamps[slot as usize] = 0;
        slot
    }

    pub fn remove(&mut self, slot: u32) -> Option<Entry> {
        let entry = self.entries.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        let Some(scope) = self.scopes.get_mut(&entry.scope.id) else { return Some(entry) };
        scope.everybody.remove(slot);
        // Whoever came back under this id before it was gone has taken it over.
        if scope.ids.get(&entry.id).is_some_and(|own| own.slot == slot) {
            scope.ids.remove(&entry.id);
        }
        for room in &entry.rooms {
            leave(&mut scope.rooms, room, slot);
        }
        if scope.everybody.is_empty() {
            self.scopes.remove(&entry.scope.id);
        }
        Some(entry)
    }

    /// Whatever is addressed from now on is not for it: it is about to be removed.
    pub fn ignore(&mut self, slot: u32) {
        self.stamps[slot as usize] = u64::MAX;
    }

    pub fn entry(&self, slot: u32) -> Option<&Entry> {
        self.entries.get(slot as usize)?.as_ref()
    }

    pub fn len(&self) -> usize {
        self.entries.len() - self.free.len()
    }

    pub fn join(&mut self, slot: u32, room: &Arc<str>, after: u64, terms: Terms) {
        let Some(entry) = self.entries.get_mut(slot as usize).and_then(Option::as_mut) else {
            return;
        };
        if *room == entry.id {
            return;
        }
        let rooms = &mut self.scopes.entry(entry.scope.id).or_default().rooms;
        let name = match rooms.get_key_value(room) {
            Some((name, _)) => Arc::clone(name),
            None => Arc::clone(room),
        };
        let members = rooms.entry(Arc::clone(&name)).or_default();
        members.put(Member::new(slot, after, terms));
        if !entry.rooms.contains(&name) {
            entry.rooms.push(name);
        }
    }

    /// From where on somebody gets what is said in a room.
    pub fn after(&self, slot: u32, room: &str) -> Option<u64> {
        let scope = self.entry(slot)?.scope.id;
        self.scopes.get(&scope)?.rooms.get(room)?.after(slot)
    }

    pub fn leave(&mut self, slot: u32, room: &str) -> bool {
        let Some(entry) = self.entries.get_mut(slot as usize).and_then(Option::as_mut) else {
            return false;
        };
        entry.rooms.retain(|name| &**name != room);
        let scope = self.scopes.get_mut(&entry.scope.id);
        scope.is_some_and(|scope| leave(&mut scope.rooms, room, slot))
    }

    pub fn speak(&mut self, slot: u32, dialect: Dialect) {
        if let Some(entry) = self.entries.get_mut(slot as usize).and_then(Option::as_mut) {
            entry.dialect = dialect;
        }
    }

    /// Other terms for a room that it is in; see [`Members::retune`].
    pub fn retune(&mut self, slot: u32, room: &str, terms: &Terms) -> bool {
        let Some(scope) = self.entry(slot).map(|entry| entry.scope.id) else { return false };
        let rooms = self.scopes.get_mut(&scope).map(|scope| &mut scope.rooms);
        let members = rooms.and_then(|rooms| rooms.get_mut(room));
        members.is_some_and(|members| members.retune(slot, terms))
    }

    /// See [`Members::pause`].
    pub fn pause(&mut self, slot: u32, room: &str, paused: bool) -> Option<u64> {
        let scope = self.entry(slot)?.scope.id;
        self.scopes.get_mut(&scope)?.rooms.get_mut(room)?.pause(slot, paused)
    }

    pub fn count(&self, scope: u64, room: Option<&str>) -> usize {
        let Some(scope) = self.scopes.get(&scope) else { return 0 };
        match room {
            None => scope.everybody.len(),
            Some(room) => {
                let members = scope.rooms.get(room).map_or(0, Members::len);
                members + usize::from(scope.ids.contains_key(room))
            }
        }
    }

    /// The slots in a room, or in the scope.
    pub fn slots(&self, scope: u64, room: Option<&str>) -> Vec<u32> {
        let Some(scope) = self.scopes.get(&scope) else { return Vec::new() };
        let (members, own) = match room {
            None => (Some(&scope.everybody), None),
            Some(room) => (scope.rooms.get(room), scope.ids.get(room).map(|own| own.slot)),
        };
        let members = members.into_iter().flat_map(Members::iter).map(|member| member.slot);
        members.chain(own).collect()
    }

    pub fn room_names(&self, scope: u64) -> Vec<(Arc<str>, usize)> {
        let rooms = self.scopes.get(&scope).map(|scope| scope.rooms.iter());
        rooms.into_iter().flatten().map(|(name, who)| (Arc::clone(name), who.len())).collect()
    }

    /// Adds to `due` everyone whom the event is for, once.
    pub fn address(
        &mut self,
        item: u32,
        event: &Arc<Event>,
        now: Instant,
        due: &mut Vec<Due>,
        recalls: &mut Vec<Recall>,
    ) {
        let publication = &event.publication;
        let Some(scope) = self.scopes.get_mut(&publication.scope.id) else { return };
        self.stamp += 1;
        let (stamp, stamps) = (self.stamp, &mut self.stamps);
        for room in &publication.audience.except {
            // Who is to be left out counts as served.
            let members = scope.rooms.get(room).into_iter().flat_map(Members::iter);
            let own = scope.ids.get(room).map(|own| own.slot);
            members.map(|member| member.slot).chain(own).for_each(|slot| {
                let last = &mut stamps[slot as usize];
                *last = stamp.max(*last);
            });
        }
        let mut serve = |room: &Arc<str>, member: &mut Member| {
            let slot = member.slot as usize;
            if stamps[slot] >= stamp {
                return;
            }
            match member.turn(event, now) {
                // It may be in another of the rooms without a pause.
                Turn::Skip => return,
                Turn::Now => due.push(Due { slot: member.slot, item }),
                Turn::Waits => {}
                Turn::Later(at) => {
                    recalls.push(Recall { at, slot: member.slot, room: Arc::clone(room) });
                }
            }
            stamps[slot] = stamp;
        };
        if publication.audience.rooms.is_empty() {
            let nowhere: Arc<str> = Arc::from(super::audience::EVERYBODY);
            scope.everybody.concerned(event, &mut |member| serve(&nowhere, member));
            return;
        }
        for room in &publication.audience.rooms {
            if let Some(members) = scope.rooms.get_mut(room) {
                members.concerned(event, &mut |member| serve(room, member));
            }
            if let Some(own) = scope.ids.get(room).filter(|own| own.after < event.offset) {
                serve(room, &mut Member::new(own.slot, own.after, Terms::default()));
            }
        }
    }

    /// What a throttled subscriber has waiting in a room, and where it goes.
    pub fn recall(&mut self, recall: &Recall) -> Option<(Arc<Link>, Vec<Arc<Event>>)> {
        let entry = self.entry(recall.slot)?;
        let (scope, link) = (entry.scope.id, Arc::clone(&entry.link));
        let members = self.scopes.get_mut(&scope)?.rooms.get_mut(&recall.room)?;
        Some((link, members.release(recall.slot, recall.at)))
    }
}

fn leave(rooms: &mut Rooms, room: &str, slot: u32) -> bool {
    let Some(members) = rooms.get_mut(room) else { return false };
    let was_in = members.remove(slot);
    if members.is_empty() {
        rooms.remove(room);
    }
    was_in
}
