//! Segments of screen recordings: files beside the databases, because nobody ever queries them.
//!
//! `<project>/<UTC day>/<hash of the recording>/<hash of the report>.zst`. The name follows from
//! the segment alone, so that writing one again after a crash replaces it. A segment stands on
//! disk before its row is applied; one without a row goes with its day at the latest.

mod layout;
mod usage;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use model::{Millis, ProjectId};

pub(crate) use layout::{Day, name_of};
use usage::Usage;

/// Finds, writes and removes segment files.
#[derive(Debug, Clone)]
pub struct Recordings {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    quota_bytes: u64,
    usage: Mutex<Usage>,
}

#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    #[error("the segment is not kept any more")]
    Gone,
    #[error("the segment is larger than {0} bytes")]
    TooLarge(u64),
    #[error("{0:?} is not the name of a segment")]
    Name(String),
    #[error("segment file: {0}")]
    Io(#[from] io::Error),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RecordingsStatus {
    pub bytes: u64,
    /// 0 is unlimited.
    pub quota_bytes: u64,
    /// Removed by the quota since the start.
    pub evicted_bytes: u64,
}

impl Recordings {
    pub fn open(root: &Path, quota_bytes: u64) -> io::Result<Self> {
        std::fs::create_dir_all(root)?;
        let inner = Inner { root: root.to_owned(), quota_bytes, usage: Mutex::default() };
        Ok(Recordings { inner: Arc::new(inner) })
    }

    /// The compressed bytes of a segment, named as in its row.
    pub fn read(&self, file: &str, max_bytes: u64) -> Result<Vec<u8>, RecordingError> {
        let path = self.path(file)?;
        let gone = |e: io::Error| match e.kind() {
            io::ErrorKind::NotFound => RecordingError::Gone,
            _ => e.into(),
        };
        if std::fs::metadata(&path).map_err(gone)?.len() > max_bytes {
            return Err(RecordingError::TooLarge(max_bytes));
        }
        std::fs::read(path).map_err(gone)
    }

    /// Removes segments whose rows are gone.
    pub fn remove<'a>(&self, files: impl IntoIterator<Item = &'a str>) -> u64 {
        let mut removed = 0;
        for file in files {
            let Ok(path) = self.path(file) else { continue };
            let len = std::fs::metadata(&path).map_or(0, |m| m.len());
            match std::fs::remove_file(&path) {
                Ok(()) => {
                    removed += 1;
                    self.usage().shrink(file, len);
                    // Only goes if it was the last one.
                    let _ = path.parent().map(std::fs::remove_dir);
                }
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => tracing::warn!(file, error = %e, "a recording segment stays"),
            }
        }
        removed
    }

    pub fn status(&self) -> RecordingsStatus {
        let usage = self.usage();
        RecordingsStatus {
            bytes: usage.total(),
            quota_bytes: self.inner.quota_bytes,
            evicted_bytes: usage.evicted_bytes,
        }
    }

    /// Writes segments and syncs them and the directories that lead to them.
    pub(crate) fn write(&self, segments: &[(String, Vec<u8>)]) -> io::Result<()> {
        let mut directories = BTreeSet::new();
        for (name, bytes) in segments {
            let path = self.path(name).map_err(io::Error::other)?;
            let Some(directory) = path.parent() else { continue };
            std::fs::create_dir_all(directory)?;
            let before = match std::fs::metadata(&path) {
                Ok(meta) => {
                    // A new file, not new content: a backup may share the old one.
                    std::fs::remove_file(&path)?;
                    meta.len()
                }
                Err(_) => 0,
            };
            let mut file = File::create_new(&path)?;
            file.write_all(bytes)?;
            file.sync_data()?;
            let mut usage = self.usage();
            usage.shrink(name, before);
            usage.grow(name, bytes.len() as u64);
            drop(usage);
            let inside = |d: &&Path| d.starts_with(&self.inner.root);
            directories.extend(directory.ancestors().take_while(inside).map(Path::to_owned));
        }
        directories.iter().try_for_each(|d| File::open(d)?.sync_all())
    }

    /// Walks the directory: at the start, and now and then, because writing counts by itself.
    pub(crate) fn measure(&self) -> io::Result<()> {
        let days = usage::measure(&self.inner.root)?;
        self.usage().days = days;
        Ok(())
    }

    /// The oldest day of a project, if the quota is exceeded. The newest day of all is never
    /// given: it is still being recorded; see [`Recordings::over_quota`].
    pub(crate) fn to_evict(&self) -> Option<(Day, ProjectId)> {
        let usage = self.usage();
        let (newest, _) = usage.days.keys().next_back()?;
        let oldest = usage.days.keys().find(|(day, _)| day < newest)?;
        self.exceeded(&usage).then_some(*oldest)
    }

    /// Whether the newest day alone is more than the quota: no more may come in.
    pub(crate) fn over_quota(&self) -> bool {
        let usage = self.usage();
        self.exceeded(&usage)
    }

    pub(crate) fn evict(&self, day: Day, project: ProjectId) -> io::Result<()> {
        let mut freed = 0;
        self.remove_day(day, project, |bytes| freed = bytes)?;
        self.usage().evicted_bytes += freed;
        tracing::warn!(%day, %project, bytes = freed, "recordings removed by the quota");
        Ok(())
    }

    /// Removes the days of a project that ended before a time, whatever is in them.
    pub(crate) fn purge(&self, project: ProjectId, before: Millis) -> io::Result<()> {
        for day in layout::days(&self.inner.root.join(project.to_string()))? {
            if day.end() <= before {
                self.remove_day(day, project, |_| ())?;
            }
        }
        Ok(())
    }

    fn remove_day(&self, day: Day, project: ProjectId, freed: impl FnOnce(u64)) -> io::Result<()> {
        let directory = self.inner.root.join(layout::day_dir(project, day));
        match std::fs::remove_dir_all(directory) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        freed(self.usage().days.remove(&(day, project)).unwrap_or(0));
        Ok(())
    }

    fn exceeded(&self, usage: &Usage) -> bool {
        self.inner.quota_bytes > 0 && usage.total() > self.inner.quota_bytes
    }

    fn path(&self, file: &str) -> Result<PathBuf, RecordingError> {
        if layout::parse(file).is_none() {
            return Err(RecordingError::Name(file.to_owned()));
        }
        Ok(self.inner.root.join(file))
    }

    fn usage(&self) -> std::sync::MutexGuard<'_, Usage> {
        self.inner.usage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
