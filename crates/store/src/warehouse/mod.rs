//! Events, logs and the index of recordings, in DuckDB.
//!
//! One writer applies batches from the inbox, each in one transaction that also records the
//! sequence it reaches: a batch is in whole or not at all, and applying it again does nothing.
//! Readers are a small pool of connections with a deadline each, so that no question can take
//! the process down or keep the writer waiting.

mod answer;
mod apply;
mod columns;
mod cursor;
mod devices;
mod error;
mod export;
mod lists;
mod maintain;
mod pool;
mod read;
mod rows;
mod schema;
mod settings;
mod subject;
mod timeline;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use duckdb::Connection;

pub use apply::{ApplyBatch, RecordingRow};
pub use devices::{Device, DeviceSearch};
pub use error::WarehouseError;
pub use export::Export;
pub use maintain::{PurgePlan, Purged, WarehouseStats};
pub use pool::ReadLimits;
pub use read::RecordingSummary;
pub use subject::Erased;
pub use timeline::{Timeline, TimelineSummary};

use pool::Pool;

use crate::query::QueryError;

#[derive(Debug, Clone)]
pub struct WarehouseOptions {
    /// Directory of its own.
    pub dir: PathBuf,
    /// What the engine may hold in memory; beyond it, large operations spill to disk.
    pub memory_bytes: u64,
    pub threads: u32,
}

#[derive(Clone)]
pub struct Warehouse {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Mutex<Writer>,
    applied: AtomicI64,
    readers: Pool,
    options: WarehouseOptions,
}

struct Writer {
    db: Connection,
    /// Given to the next row; rows are numbered in the order they came.
    next_row: i64,
    /// Since the last [`Warehouse::checkpoint`].
    deleted: bool,
}

impl Warehouse {
    pub fn open(options: WarehouseOptions) -> Result<Warehouse, WarehouseError> {
        Warehouse::open_with(options, ReadLimits::default())
    }

    pub fn open_with(
        options: WarehouseOptions,
        limits: ReadLimits,
    ) -> Result<Warehouse, WarehouseError> {
        let db = settings::open(&options)?;
        schema::migrate(&db)?;
        settings::lock(&db, &options)?;
        let (applied, next_row) =
            db.query_row("SELECT applied_seq, next_row FROM meta", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let readers = Pool::new(&db, limits)?;
        let inner = Inner {
            writer: Mutex::new(Writer { db, next_row, deleted: false }),
            applied: AtomicI64::new(applied),
            readers,
            options,
        };
        Ok(Warehouse { inner: Arc::new(inner) })
    }

    /// The last inbox sequence that is in.
    pub fn applied_seq(&self) -> Result<i64, WarehouseError> {
        Ok(self.inner.applied.load(Ordering::Acquire))
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        // A writer that panicked has rolled back: every change is one transaction.
        self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn read<T, F>(&self, job: F) -> Result<T, QueryError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, QueryError> + Send + 'static,
    {
        self.inner.readers.run(job).await
    }

    fn dir(&self) -> &Path {
        &self.inner.options.dir
    }
}
