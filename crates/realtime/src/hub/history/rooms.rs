use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use model::Millis;

use super::{Entry, Keep, Ring, Since};

/// What all rooms share.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub rooms: usize,
    pub bytes: usize,
}

/// The rings of all rooms. Offsets are given by the caller and ascend across rooms; an event that
/// goes to several rooms has the same offset in each.
///
/// When there are too many rooms or bytes, the rooms that have been silent for longest go.
#[derive(Debug)]
pub struct Histories<T> {
    bounds: Bounds,
    rooms: HashMap<Arc<str>, Ring<T>>,
    /// Every room behind its newest offset, so that the first is the one silent for longest.
    by_silence: BTreeSet<(u64, Arc<str>)>,
    bytes: usize,
    /// The highest offset in any room that has gone. Which rooms those were is forgotten, so a
    /// room that is not here may have been one of them. The silent ones go first, so this mark is
    /// old, and few questions reach behind it.
    floor: u64,
}

impl<T: Clone> Histories<T> {
    pub fn new(bounds: Bounds) -> Self {
        Histories { bounds, rooms: HashMap::new(), by_silence: BTreeSet::new(), bytes: 0, floor: 0 }
    }

    pub fn push(&mut self, room: &Arc<str>, entry: Entry<T>, keep: Keep) {
        let fresh = || Ring::after(self.floor);
        let ring = self.rooms.entry(Arc::clone(room)).or_insert_with(fresh);
        self.by_silence.remove(&(ring.newest(), Arc::clone(room)));
        self.bytes -= ring.bytes();
        // With this, one room alone never breaks the bound.
        let keep = Keep { bytes: keep.bytes.min(self.bounds.bytes), ..keep };
        ring.push(entry, keep);
        self.bytes += ring.bytes();
        self.by_silence.insert((ring.newest(), Arc::clone(room)));
        self.drop_silent_rooms();
    }

    /// Everything that happened in one of `rooms` after `offset`, each offset once, in order.
    pub fn merge_since<R: AsRef<str>>(&self, rooms: &[R], offset: u64) -> Since<Vec<T>> {
        let floors = rooms.iter().map(|room| self.floor_of(room.as_ref()));
        let oldest = floors.max().unwrap_or(0);
        if offset < oldest {
            return Since::Gap { oldest };
        }
        let rings = rooms.iter().filter_map(|room| self.rooms.get(room.as_ref()));
        let mut entries: Vec<_> = rings.flat_map(|ring| ring.after_offset(offset)).collect();
        // Made of ascending runs, which the sort merges.
        entries.sort_by_key(|entry| entry.offset);
        entries.dedup_by_key(|entry| entry.offset);
        Since::Complete(entries.into_iter().map(|entry| entry.item.clone()).collect())
    }

    /// The newest `n` of a room, in order.
    pub fn last(&self, room: &str, n: usize) -> Vec<T> {
        self.rooms.get(room).map_or_else(Vec::new, |ring| ring.last(n))
    }

    /// Drops what has reached its age, in all rooms.
    pub fn expire(&mut self, now: Millis) {
        for ring in self.rooms.values_mut() {
            self.bytes -= ring.bytes();
            ring.expire(now);
            self.bytes += ring.bytes();
        }
    }

    /// Drops what a room said. Its mark stays until the room has been silent for longest.
    pub fn forget(&mut self, room: &str) {
        if let Some(ring) = self.rooms.get_mut(room) {
            self.bytes -= ring.bytes();
            ring.clear();
        }
    }

    /// Rooms that take a place, also those with nothing left but their mark.
    pub fn rooms(&self) -> usize {
        self.rooms.len()
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn floor_of(&self, room: &str) -> u64 {
        self.rooms.get(room).map_or(self.floor, Ring::floor)
    }

    fn drop_silent_rooms(&mut self) {
        while self.rooms.len() > self.bounds.rooms || self.bytes > self.bounds.bytes {
            let Some((newest, room)) = self.by_silence.pop_first() else { break };
            if let Some(ring) = self.rooms.remove(&room) {
                self.bytes -= ring.bytes();
            }
            self.floor = self.floor.max(newest);
        }
    }
}
