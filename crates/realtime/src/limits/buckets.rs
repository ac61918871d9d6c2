//! A bucket for each of very many callers, in bounded memory.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use model::Millis;

use super::{Bucket, Rate};

/// Each call drops up to this many idle buckets: more than it can add, so that the table shrinks,
/// and few enough that no caller pays for a crowd that has left.
const SWEPT_PER_CALL: usize = 2;

/// Idle buckets go first, which changes nothing: they are full, as a new one is. When there are
/// still too many, the least recently used one goes. That only refills it.
#[derive(Debug)]
pub struct Buckets<K> {
    rate: Rate,
    capacity: usize,
    table: Mutex<Table<K>>,
}

#[derive(Debug)]
struct Table<K> {
    buckets: HashMap<K, Entry>,
    /// By last use, the oldest first.
    order: BTreeMap<u64, K>,
    uses: u64,
}

#[derive(Debug)]
struct Entry {
    bucket: Bucket,
    used: u64,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    pub fn new(rate: Rate, capacity: usize) -> Self {
        let table = Table { buckets: HashMap::new(), order: BTreeMap::new(), uses: 0 };
        Buckets { rate, capacity: capacity.max(1), table: Mutex::new(table) }
    }

    /// Takes one token of `key`, or says in how many milliseconds there will be one.
    pub fn take(&self, key: &K, now: Millis) -> Result<(), Millis> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        table.sweep(now);
        if !table.buckets.contains_key(key) && table.buckets.len() >= self.capacity {
            table.drop_oldest();
        }
        table.touch(key, self.rate, now).take(now)
    }

    pub fn len(&self) -> usize {
        self.table.lock().unwrap_or_else(PoisonError::into_inner).buckets.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K: Hash + Eq + Clone> Table<K> {
    /// All buckets fill at one rate, so whatever is longest unused is idle before long: the one
    /// in front never hides the others for longer than it takes to fill.
    fn sweep(&mut self, now: Millis) {
        for _ in 0..SWEPT_PER_CALL {
            let Some(oldest) = self.order.first_entry() else { return };
            let idle = self.buckets.get(oldest.get()).is_none_or(|e| e.bucket.is_full(now));
            if !idle {
                return;
            }
            self.buckets.remove(&oldest.remove());
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, key)) = self.order.pop_first() {
            self.buckets.remove(&key);
        }
    }

    /// The bucket of `key`, now the most recently used.
    fn touch(&mut self, key: &K, rate: Rate, now: Millis) -> &mut Bucket {
        self.uses += 1;
        let used = self.uses;
        let fresh = || Entry { bucket: Bucket::new(rate, now), used };
        let entry = self.buckets.entry(key.clone()).or_insert_with(fresh);
        let key = self.order.remove(&entry.used).unwrap_or_else(|| key.clone());
        self.order.insert(used, key);
        entry.used = used;
        &mut entry.bucket
    }
}
