use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::{Clock, Pressure};

use crate::control::{Control, ControlError, MasterKey};
use crate::disk::{DiskOptions, FileSystem, Space};
use crate::housekeeper::Housekeeper;
use crate::inbox::{Backlog, Inbox, InboxError, InboxOptions};
use crate::layout;
use crate::logfiles::{LogFileOptions, LogFiles};
use crate::mover::{Mover, MoverStatus};
use crate::recordings::{Recordings, RecordingsStatus};
use crate::warehouse::{Warehouse, WarehouseError, WarehouseOptions, WarehouseStats};

#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The data directory. Everything is in it.
    pub dir: PathBuf,
    pub warehouse_memory_bytes: u64,
    pub warehouse_threads: u32,
    /// Payload bytes that may wait for a commit.
    pub inbox_queue_bytes: usize,
    /// Payload bytes that may wait for the warehouse.
    pub inbox_backlog_bytes: u64,
    /// 0 is unlimited.
    pub recordings_quota_bytes: u64,
    pub log_files: LogFileOptions,
    pub disk: DiskOptions,
    /// Seals the secrets of the control plane.
    pub master_key: MasterKey,
}

impl StoreOptions {
    pub fn new(dir: impl Into<PathBuf>, master_key: MasterKey) -> Self {
        StoreOptions {
            dir: dir.into(),
            warehouse_memory_bytes: 512 << 20,
            warehouse_threads: 2,
            inbox_queue_bytes: 64 << 20,
            inbox_backlog_bytes: 2 << 30,
            recordings_quota_bytes: 10 << 30,
            log_files: LogFileOptions::default(),
            disk: DiskOptions::default(),
            master_key,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the data directory {0:?} is in use by another process")]
    InUse(PathBuf),
    #[error("data directory: {0}")]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Inbox(#[from] InboxError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Control(#[from] ControlError),
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoreStatus {
    pub pressure: Pressure,
    pub disk: Space,
    pub inbox: Backlog,
    pub mover: MoverStatus,
    /// Payloads kept aside because nobody could read them.
    pub set_aside: u64,
    pub recordings: RecordingsStatus,
    pub warehouse: Option<WarehouseStats>,
}

/// All that is kept, in one data directory. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub inbox: Inbox,
    pub warehouse: Warehouse,
    pub control: Control,
    pub recordings: Recordings,
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub dir: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub logs: Arc<Mutex<LogFiles>>,
    /// Held by whoever makes a backup.
    pub backups: Mutex<()>,
    inbox: Inbox,
    warehouse: Warehouse,
    mover: Mover,
    housekeeper: Housekeeper,
    closed: AtomicBool,
    /// Held for as long as anything may be written.
    _lock: File,
}

impl Store {
    pub fn open(options: StoreOptions, clock: Arc<dyn Clock>) -> Result<Store, OpenError> {
        let dir = options.dir.clone();
        std::fs::create_dir_all(&dir)?;
        let lock = lock(&dir)?;
        let control =
            Control::open(&dir.join(layout::CONTROL), options.master_key.clone(), clock.clone())?;
        let warehouse = Warehouse::open(WarehouseOptions {
            dir: dir.join(layout::WAREHOUSE),
            memory_bytes: options.warehouse_memory_bytes,
            threads: options.warehouse_threads,
        })?;
        let inbox_options = InboxOptions {
            dir: dir.clone(),
            queue_bytes: options.inbox_queue_bytes,
            backlog_bytes: options.inbox_backlog_bytes,
            applied_seq: warehouse.applied_seq()?,
        };
        let inbox = Inbox::open(inbox_options, clock.clone())?;
        let recordings =
            Recordings::open(&dir.join(layout::RECORDINGS), options.recordings_quota_bytes)?;
        let marks = warehouse.marks()?;
        let logs = LogFiles::open(&dir.join(layout::LOGS), options.log_files.clone(), &marks)?;
        let logs = Arc::new(Mutex::new(logs));
        let mover = Mover::start(
            inbox.batches()?,
            warehouse.clone(),
            recordings.clone(),
            Arc::clone(&logs),
            clock.clone(),
        )?;
        let max_bytes = options.disk.max_bytes;
        let probe = FileSystem { dir: dir.clone(), max_bytes, recordings: recordings.clone() };
        let housekeeper = Housekeeper::start(
            Box::new(probe),
            options.disk.clone(),
            inbox.clone(),
            warehouse.clone(),
            recordings.clone(),
        )?;
        let inner = Inner {
            dir,
            clock,
            logs,
            backups: Mutex::new(()),
            inbox: inbox.clone(),
            warehouse: warehouse.clone(),
            mover,
            housekeeper,
            closed: AtomicBool::new(false),
            _lock: lock,
        };
        Ok(Store { inbox, warehouse, control, recordings, inner: Arc::new(inner) })
    }

    /// Blocks for the warehouse's counts, a few milliseconds.
    pub fn status(&self) -> StoreStatus {
        StoreStatus {
            pressure: self.inbox.pressure(),
            disk: self.inner.housekeeper.space(),
            inbox: self.inbox.backlog(),
            mover: self.inner.mover.status(),
            set_aside: self.inbox.set_aside().unwrap_or(0),
            recordings: self.recordings.status(),
            warehouse: self.warehouse.stats().ok(),
        }
    }

    /// Waits until everything committed so far can be asked for; `false` if that did not happen
    /// in half a minute. Blocks.
    pub fn flush(&self) -> bool {
        self.inbox.await_applied(Duration::from_secs(30))
    }

    /// Takes no more, commits what waits, moves it, and closes the files.
    pub async fn shutdown(&self) {
        let inner = Arc::clone(&self.inner);
        if tokio::task::spawn_blocking(move || inner.close()).await.is_err() {
            tracing::error!("closing the store panicked");
        }
    }
}

impl Inner {
    fn close(&self) {
        if self.closed.swap(true, Ordering::AcqRel) {
            return;
        }
        self.housekeeper.stop();
        self.inbox.drain();
        self.inbox.stop_mover();
        self.mover.stop();
        self.inbox.close();
        if let Err(error) = self.warehouse.checkpoint() {
            tracing::warn!(%error, "no last checkpoint; the next start takes a little longer");
        }
    }

    pub fn log_files(&self) -> std::sync::MutexGuard<'_, LogFiles> {
        self.logs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    /// The threads end before the lock is given back.
    fn drop(&mut self) {
        self.close();
    }
}

fn lock(dir: &Path) -> Result<File, OpenError> {
    let file = File::options().create(true).append(true).open(dir.join(layout::LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}
