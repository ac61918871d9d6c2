//! What was published before, so that whoever did not hear the answer can ask again.

use std::collections::{HashSet, VecDeque};

use model::Millis;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Batch;
use super::message::Message;

const DAY: Millis = 24 * 3_600_000;

/// Bounded by number and age, the oldest go first. In memory: a restart forgets.
#[derive(Debug)]
pub struct Seen {
    known: HashSet<Key>,
    order: VecDeque<(Millis, Key)>,
    capacity: usize,
}

/// Which event of which project, in few bytes however long its id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 16]);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Once {
    Now,
    Before,
}

impl Key {
    /// `None`: nothing tells a repetition from a second event.
    pub fn of(batch: &Batch<'_>, index: usize, message: &Message) -> Option<Key> {
        let project = batch.project.id;
        let id = message.id.as_deref().and_then(|id| Uuid::parse_str(id).ok());
        let name = match (id, batch.key) {
            (Some(id), _) => format!("{project}/id/{id}"),
            (None, Some(key)) => format!("{project}/{index}/{key}"),
            (None, None) => return None,
        };
        Some(Key::hash(&name))
    }

    pub(super) fn hash(name: &str) -> Key {
        let mut short = [0; 16];
        short.copy_from_slice(&Sha256::digest(name)[..16]);
        Key(short)
    }
}

impl Seen {
    pub fn new(capacity: usize) -> Self {
        Seen { known: HashSet::new(), order: VecDeque::new(), capacity: capacity.max(1) }
    }

    /// Does it, unless it was done before. What fails was not done.
    pub fn once<E>(
        &mut self,
        key: Key,
        now: Millis,
        act: impl FnOnce() -> Result<(), E>,
    ) -> Result<Once, E> {
        self.forget(now - DAY);
        if self.known.contains(&key) {
            return Ok(Once::Before);
        }
        act()?;
        if self.order.len() >= self.capacity
            && let Some((_, oldest)) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.known.insert(key);
        self.order.push_back((now, key));
        Ok(Once::Now)
    }

    fn forget(&mut self, before: Millis) {
        while let Some((at, key)) = self.order.front()
            && *at <= before
        {
            self.known.remove(key);
            self.order.pop_front();
        }
    }
}
