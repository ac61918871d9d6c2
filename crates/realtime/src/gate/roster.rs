use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::watch;
use tokio::task::AbortHandle;

/// Somebody who was let in, and may have to leave.
pub(crate) trait Guest: Send + Sync + 'static {
    fn recheck(&self);
    /// The server goes.
    fn dismiss(&self);
}

/// Everybody who came through one door.
pub(crate) struct Roster<G> {
    guests: Arc<Guests<G>>,
    watching: AbortHandle,
}

struct Guests<G>(Mutex<HashMap<u64, Weak<G>>>);

impl<G: Guest> Roster<G> {
    /// Rechecks everybody whenever `changes` moves on. Starts on the current runtime.
    pub fn watch(mut changes: watch::Receiver<u64>) -> Self {
        let guests = Arc::new(Guests::<G>(Mutex::new(HashMap::new())));
        let own = Arc::clone(&guests);
        let watching = tokio::spawn(async move {
            while changes.changed().await.is_ok() {
                own.present().iter().for_each(|guest| guest.recheck());
            }
        });
        Roster { guests, watching: watching.abort_handle() }
    }

    pub fn enter(&self, link: u64, guest: &Arc<G>) {
        self.guests.list().insert(link, Arc::downgrade(guest));
    }

    pub fn leave(&self, link: u64) {
        self.guests.list().remove(&link);
    }

    pub fn len(&self) -> usize {
        self.guests.list().len()
    }

    pub fn dismiss(&self) {
        self.guests.present().iter().for_each(|guest| guest.dismiss());
    }
}

impl<G> Guests<G> {
    fn list(&self) -> MutexGuard<'_, HashMap<u64, Weak<G>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn present(&self) -> Vec<Arc<G>> {
        self.list().values().filter_map(Weak::upgrade).collect()
    }
}

impl<G> Drop for Roster<G> {
    fn drop(&mut self) {
        self.watching.abort();
    }
}
