//! Those who are connected and have not said who they are. They are in no registry, so they are
//! counted here.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::limits::Source;

#[derive(Debug, Clone)]
pub(crate) struct Strangers(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    total: usize,
    per_source: usize,
    present: Mutex<Present>,
}

#[derive(Debug, Default)]
struct Present {
    total: usize,
    by_source: HashMap<Source, usize>,
}

/// A place among them, free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Stranger {
    shared: Arc<Shared>,
    source: Source,
}

impl Strangers {
    pub fn new(total: usize, per_source: usize) -> Self {
        Strangers(Arc::new(Shared { total, per_source, present: Mutex::default() }))
    }

    /// `None`: there are too many, or too many from there.
    pub fn admit(&self, address: IpAddr) -> Option<Stranger> {
        let source = Source::from(address);
        let mut present = self.0.present();
        let from_here = present.by_source.get(&source).copied().unwrap_or(0);
        if present.total >= self.0.total || from_here >= self.0.per_source {
            return None;
        }
        present.total += 1;
        present.by_source.insert(source, from_here + 1);
        drop(present);
        Some(Stranger { shared: Arc::clone(&self.0), source })
    }
}

impl Shared {
    fn present(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let mut present = self.shared.present();
        present.total -= 1;
        if let Some(count) = present.by_source.get_mut(&self.source) {
            *count -= 1;
            if *count == 0 {
                present.by_source.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_in_all_and_by_source_and_come_back() {
        let strangers = Strangers::new(3, 2);
        let [one, two] = [[127, 0, 0, 1], [127, 0, 0, 2]].map(IpAddr::from);
        let first = strangers.admit(one).expect("a place");
        let _second = strangers.admit(one).expect("a place");
        assert!(strangers.admit(one).is_none(), "the third from one address");
        let _third = strangers.admit(two).expect("a place");
        assert!(strangers.admit(two).is_none(), "the fourth in all");
        drop(first);
        let _fourth = strangers.admit(two).expect("a place");
        assert_eq!(strangers.0.present().total, 3);
        assert_eq!(strangers.0.present().by_source.len(), 2);
    }
}
