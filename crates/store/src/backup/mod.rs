//! Backups taken while everything runs, checked before they are trusted.
//!
//! A backup is a directory `backup-YYYYMMDD-HHMMSS` laid out like the data directory, with a
//! manifest of every file's length and BLAKE3 hash and of the rows in it. The warehouse is copied
//! first and the inbox after it, while the inbox trims nothing: so whatever the warehouse's copy
//! lacks is in the inbox's copy, and the restored process moves it as if it had been killed.

mod counts;
mod files;
mod list;
mod manifest;
mod restore;
mod schedule;
mod verify;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::TryLockError;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::control::ControlError;
use crate::inbox::InboxError;
use crate::layout;
use crate::store::Store;
use crate::warehouse::WarehouseError;

pub use counts::Counts;
pub use list::{Listed, list};
pub use manifest::{FileEntry, Manifest};
pub use restore::{copy, restore};
pub use schedule::{next_run, prune};
pub use verify::verify;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{path:?}: {error}")]
    File { path: PathBuf, error: std::io::Error },
    #[error("{0:?} is not empty; restore into a new directory")]
    NotEmpty(PathBuf),
    #[error("{0:?} exists already")]
    Exists(PathBuf),
    #[error("another backup is being made")]
    Busy,
    #[error("the manifest cannot be read: {0}")]
    Manifest(String),
    #[error("the backup is damaged: {}", .0.join("; "))]
    Damaged(Vec<String>),
    #[error("copy of a database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("copy of the warehouse: {0}")]
    Duckdb(#[from] duckdb::Error),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error(transparent)]
    Inbox(#[from] InboxError),
}

impl BackupError {
    fn at(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError {
        let path = path.to_owned();
        move |error| BackupError::File { path, error }
    }
}

/// A finished backup.
#[derive(Debug, Clone)]
pub struct Backup {
    pub dir: PathBuf,
    pub manifest: Manifest,
}

impl Backup {
    /// The dated directory's own name.
    pub fn name(&self) -> String {
        self.dir.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

impl Store {
    /// Copies everything into a new dated directory below `root` and verifies it. Ingest goes on
    /// meanwhile; a second backup does not. Blocks for as long as the copying takes.
    pub fn backup(&self, root: &Path) -> Result<Backup, BackupError> {
        self.alone(|| self.copy_verified(root))
    }

    /// The same, and then removes all but the newest `keep`. Returns what was removed.
    pub fn backup_and_prune(
        &self,
        root: &Path,
        keep: usize,
    ) -> Result<(Backup, Vec<PathBuf>), BackupError> {
        // Pruning removes what was broken off, which must not be what somebody is writing.
        self.alone(|| Ok((self.copy_verified(root)?, prune(root, keep)?)))
    }

    fn alone<T>(&self, f: impl FnOnce() -> Result<T, BackupError>) -> Result<T, BackupError> {
        let _turn = match self.inner.backups.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::WouldBlock) => return Err(BackupError::Busy),
            // It guards no data.
            Err(TryLockError::Poisoned(turn)) => turn.into_inner(),
        };
        f()
    }

    fn copy_verified(&self, root: &Path) -> Result<Backup, BackupError> {
        let now = self.inner.clock.now();
        let dir = root.join(directory_name(now));
        // A directory by its final name is always whole and verified.
        let unfinished = dir.with_extension("partial");
        if dir.exists() {
            return Err(BackupError::Exists(dir));
        }
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished).map_err(BackupError::at(&unfinished))?;
        }
        std::fs::create_dir_all(&unfinished).map_err(BackupError::at(&unfinished))?;
        self.copy_databases(&unfinished)?;
        for name in [layout::DEDUPE, layout::RECORDINGS, layout::LOGS] {
            // Log files still grow; the others never change once they have their name.
            let link = name != layout::LOGS;
            files::copy_tree(&self.inner.dir.join(name), &unfinished.join(name), link)?;
        }
        let manifest = Manifest {
            format: manifest::FORMAT,
            created_at: now,
            master_key: manifest::MASTER_KEY_NOTE.into(),
            counts: Counts::of(&unfinished)?,
            files: files::list(&unfinished)?,
        };
        manifest.write(&unfinished)?;
        verify(&unfinished)?;
        std::fs::rename(&unfinished, &dir).map_err(BackupError::at(&dir))?;
        File::open(root).and_then(|d| d.sync_all()).map_err(BackupError::at(root))?;
        tracing::info!(dir = %dir.display(), files = manifest.files.len(), "backup taken");
        Ok(Backup { dir, manifest })
    }

    fn copy_databases(&self, to: &Path) -> Result<(), BackupError> {
        let _held = self.inbox.hold_trimming();
        self.warehouse.backup(&to.join(layout::WAREHOUSE))?;
        self.inbox.backup(&to.join(layout::INBOX))?;
        self.control.backup(&to.join(layout::CONTROL))?;
        Ok(())
    }
}

fn directory_name(now: model::Millis) -> String {
    let now = Timestamp::from_millisecond(now).unwrap_or_default().to_zoned(TimeZone::UTC);
    now.strftime("backup-%Y%m%d-%H%M%S").to_string()
}
