//! Exact recognition of what was already received, for at least a day and across restarts.
//!
//! Keys are kept in generations of an hour, or of [`GENERATION_KEYS`] if that comes first. The
//! newest is a hash map, rebuilt on start from the rows that the same commits wrote. An older
//! one is sealed by a thread of its own into a [`segment`] file, after which its rows may go.
//! Memory is bounded by two maps and the filters' budget, however many keys a day has.

mod filter;
mod segment;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use model::{Millis, Reason};
use segment::{KEY_BYTES, Segment};

use super::DedupeKey;

const HOUR: Millis = 3_600_000;
/// How long an id is remembered at the least.
pub(crate) const WINDOW: Millis = 24 * HOUR;
/// What a map of 2^20 slots holds before it would double.
const GENERATION_KEYS: usize = (1 << 20) / 8 * 7;
/// Sealing is far quicker than filling. Should it fail over and over, the disk is broken, and
/// keys are refused rather than memory filled.
const MOST_KEYS: usize = 4 * GENERATION_KEYS;
/// 64 MiB of filters cover 50 million keys.
const FILTER_BUDGET: usize = 64 << 20;

/// Before a failed seal is tried again.
const RETRY_PAUSE: std::time::Duration = std::time::Duration::from_secs(1);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub generation_keys: usize,
    pub filter_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { generation_keys: GENERATION_KEYS, filter_bytes: FILTER_BUDGET }
    }
}

#[derive(Debug)]
struct Generation {
    id: i64,
    opened: Millis,
    newest: Millis,
    keys: HashMap<[u8; 12], u32>,
}

impl Generation {
    /// The map gets its full size at once: growing it would stall a commit for the time it takes
    /// to move half a million keys. Untouched pages cost nothing.
    fn new(id: i64, limits: Limits) -> Self {
        let keys = HashMap::with_capacity(limits.generation_keys);
        Generation { id, opened: 0, newest: 0, keys }
    }
}

#[derive(Debug)]
struct Sealing {
    full: Arc<Generation>,
    /// `None` if no thread could be had; tried again at the next turn.
    thread: Option<JoinHandle<io::Result<Segment>>>,
}

#[derive(Debug)]
pub(crate) struct Dedupe {
    dir: PathBuf,
    limits: Limits,
    open: Generation,
    /// Full, still in memory, on its way to a file.
    sealing: Option<Sealing>,
    /// Newest first.
    segments: Vec<Segment>,
}

/// The keys of one commit, as the inbox keeps them until their generation is sealed.
#[derive(Debug)]
pub(crate) struct KeyRow {
    pub generation: i64,
    pub at: Millis,
    pub keys: Vec<u8>,
}

pub(crate) fn pack(keys: &[DedupeKey]) -> Vec<u8> {
    keys.iter().flat_map(segment::pack).collect()
}

impl Dedupe {
    /// `rows` in the order in which they were committed.
    pub fn open(
        dir: &Path,
        limits: Limits,
        rows: impl Iterator<Item = rusqlite::Result<KeyRow>>,
    ) -> Result<Self, super::InboxError> {
        std::fs::create_dir_all(dir)?;
        let mut segments = Vec::new();
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            match path.extension().and_then(|e| e.to_str()) {
                Some("keys") => segments.push(Segment::open(&path)?),
                Some("tmp") => std::fs::remove_file(&path)?,
                _ => {}
            }
        }
        segments.sort_by_key(|s| std::cmp::Reverse(s.generation));
        let after = segments.first().map_or(0, |s| s.generation);
        let mut dedupe = Dedupe {
            dir: dir.to_owned(),
            limits,
            open: Generation::new(after + 1, limits),
            sealing: None,
            segments,
        };
        for row in rows {
            dedupe.replay(&row?)?;
        }
        dedupe.drop_filters();
        Ok(dedupe)
    }

    fn replay(&mut self, row: &KeyRow) -> io::Result<()> {
        if row.generation < self.open.id {
            return Ok(()); // Its file exists; the process ended before the rows were removed.
        }
        if row.generation > self.open.id {
            if !self.open.keys.is_empty() {
                self.segments.insert(0, seal(&self.dir, &self.open)?);
            }
            self.open = Generation::new(row.generation, self.limits);
        }
        let (keys, _) = row.keys.as_chunks::<KEY_BYTES>();
        for key in keys.iter().map(segment::unpack) {
            self.open.keys.insert(key.id, key.body);
        }
        self.touch(row.at);
        Ok(())
    }

    pub fn generation(&self) -> i64 {
        self.open.id
    }

    /// Remembers the key, or says what it repeats. A claim must be released if its commit fails.
    pub fn claim(&mut self, key: &DedupeKey) -> io::Result<Reason> {
        let verdict =
            |body: u32| if body == key.body { Reason::SameId } else { Reason::IdConflict };
        if self.open.keys.len() >= MOST_KEYS {
            return Err(io::Error::other("dedupe keys cannot be sealed"));
        }
        let slot = match self.open.keys.entry(key.id) {
            Entry::Occupied(slot) => return Ok(verdict(*slot.get())),
            Entry::Vacant(slot) => slot,
        };
        if let Some(sealing) = &self.sealing
            && let Some(&body) = sealing.full.keys.get(&key.id)
        {
            return Ok(verdict(body));
        }
        for segment in &self.segments {
            if let Some(body) = segment.find(&key.id)? {
                return Ok(verdict(body));
            }
        }
        slot.insert(key.body);
        Ok(Reason::Stored)
    }

    pub fn release(&mut self, keys: &[DedupeKey]) {
        for key in keys {
            self.open.keys.remove(&key.id);
        }
    }

    /// The claims made since the last call are on disk since `now`.
    pub fn touch(&mut self, now: Millis) {
        if self.open.opened == 0 {
            self.open.opened = now;
        }
        self.open.newest = self.open.newest.max(now);
    }

    /// Between commits: seals what is full, forgets what is old. Returns a generation whose rows
    /// are no longer needed.
    pub fn turn(&mut self, now: Millis) -> Option<i64> {
        let expired = |s: &mut Segment| s.newest + WINDOW < now;
        self.segments.extract_if(.., expired).for_each(Segment::delete);
        if self.sealing.is_some() {
            return self.collect();
        }
        let due = self.open.keys.len() >= self.limits.generation_keys
            || now - self.open.opened >= HOUR && !self.open.keys.is_empty();
        if due {
            let next = Generation::new(self.open.id + 1, self.limits);
            let full = Arc::new(std::mem::replace(&mut self.open, next));
            self.start_sealing(full);
        }
        None
    }

    fn start_sealing(&mut self, full: Arc<Generation>) {
        let work = {
            let (dir, full) = (self.dir.clone(), Arc::clone(&full));
            move || {
                let segment = seal(&dir, &full);
                if let Err(e) = &segment {
                    tracing::error!(generation = full.id, error = %e, "sealing dedupe keys failed");
                    std::thread::sleep(RETRY_PAUSE);
                }
                segment
            }
        };
        let thread = std::thread::Builder::new().name("inbox-seal".into()).spawn(work);
        let thread = thread.inspect_err(|e| tracing::error!(error = %e, "no thread for sealing"));
        self.sealing = Some(Sealing { full, thread: thread.ok() });
    }

    fn collect(&mut self) -> Option<i64> {
        let ended = |s: &mut Sealing| s.thread.as_ref().is_none_or(JoinHandle::is_finished);
        let Sealing { full, thread } = self.sealing.take_if(ended)?;
        let Some(Ok(Ok(segment))) = thread.map(JoinHandle::join) else {
            self.start_sealing(full);
            return None;
        };
        self.segments.insert(0, segment);
        self.drop_filters();
        Some(full.id)
    }

    fn drop_filters(&mut self) {
        let mut used = 0;
        for segment in &mut self.segments {
            used += segment.filter_bytes();
            if used > self.limits.filter_bytes {
                segment.filter = None;
            }
        }
    }
}

impl Drop for Dedupe {
    /// Whoever opens the directory next shall find no thread writing in it.
    fn drop(&mut self) {
        if let Some(thread) = self.sealing.take().and_then(|s| s.thread) {
            let _ = thread.join(); // Sealed or not: the rows are still there.
        }
    }
}

fn seal(dir: &Path, full: &Generation) -> io::Result<Segment> {
    let keys = full.keys.iter().map(|(&id, &body)| DedupeKey { id, body }).collect();
    Segment::write(dir, full.id, full.newest, keys)
}

#[cfg(test)]
mod tests;
