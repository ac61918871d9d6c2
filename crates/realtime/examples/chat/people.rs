use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Who is in which room, by the ids of their sockets.
#[derive(Clone, Default)]
pub struct People(Arc<Mutex<BTreeMap<String, Guest>>>);

#[derive(Clone)]
pub struct Guest {
    pub room: String,
    pub name: String,
}

impl People {
    fn list(&self) -> MutexGuard<'_, BTreeMap<String, Guest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns where they were before.
    pub fn enter(&self, id: &str, guest: Guest) -> Option<Guest> {
        self.list().insert(id.to_owned(), guest)
    }

    pub fn leave(&self, id: &str) -> Option<Guest> {
        self.list().remove(id)
    }

    pub fn get(&self, id: &str) -> Option<Guest> {
        self.list().get(id).cloned()
    }

    pub fn names(&self, room: &str) -> Vec<String> {
        let list = self.list();
        let here = list.values().filter(|guest| guest.room == room);
        here.map(|guest| guest.name.clone()).collect()
    }
}
