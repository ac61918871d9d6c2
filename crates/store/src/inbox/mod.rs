//! Where an item becomes ours.
//!
//! One SQLite transaction holds a group's bytes, its dedupe keys and its ledger counts; that
//! commit is the acknowledgement, so the three cannot disagree, whatever dies when. A single
//! writer thread commits what has gathered since its last commit. The mover reads the batches in
//! order, and what it has applied is trimmed with later commits.

mod checkpoint;
mod codec;
mod commit;
mod db;
mod dedupe;
mod handle;
mod ledger;
mod progress;
mod queue;
mod reading;
mod refusals;
mod submission;
mod writer;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use codec::{CodecError, decode, encode};
pub use handle::Inbox;
use model::{Clock, Pressure, Reason};
pub use submission::{Backlog, DedupeKey, Item, LedgerQuery, Receipt, Submission, SubmitError};

pub(crate) use codec::frames;
pub(crate) use reading::{Batch, BatchReader, SetAside};

use progress::Progress;
use queue::{Chore, Queue};
use refusals::{Line, Refusals, hour};

#[derive(Debug, Clone)]
pub struct InboxOptions {
    pub dir: PathBuf,
    /// Payload bytes that may wait for the writer.
    pub queue_bytes: usize,
    /// Payload bytes that may wait for the mover.
    pub backlog_bytes: u64,
    /// Newest batch the warehouse has, from [`crate::warehouse::Warehouse::applied_seq`].
    pub applied_seq: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    #[error("inbox database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("inbox file: {0}")]
    Io(#[from] std::io::Error),
    #[error("inbox schema {0} is newer than this program")]
    Version(i64),
    #[error("the inbox is closed")]
    Closed,
}

/// What handle, writer and mover share.
pub(crate) struct Shared {
    options: InboxOptions,
    clock: Arc<dyn Clock>,
    queue: Queue,
    progress: Progress,
    refusals: Refusals,
    pressure: Mutex<Pressure>,
    /// Held while counts change from "in memory" to "on disk".
    gate: Mutex<()>,
    reader: Mutex<rusqlite::Connection>,
    wal_bytes: AtomicU64,
    finish_checkpoint: AtomicBool,
    /// Backups that want the batches to stay.
    trimming_held: AtomicU32,
}

impl Shared {
    fn gate(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Batches up to this one may go.
    fn may_trim(&self) -> i64 {
        match self.trimming_held.load(Ordering::Acquire) {
            0 => self.progress.backlog().applied_seq,
            _ => 0,
        }
    }

    /// Counts a submission that was not kept.
    fn dropped(&self, submission: &Submission, reason: Reason) {
        self.count(submission, reason, submission.items.len() as u64);
        self.refused(submission);
    }

    /// Counts what the caller had refused before.
    fn refused(&self, submission: &Submission) {
        for &(reason, count) in &submission.refused {
            self.count(submission, reason, u64::from(count));
        }
    }

    fn count(&self, submission: &Submission, reason: Reason, count: u64) {
        let Submission { project, source, .. } = *submission;
        let hour = hour(self.clock.now());
        self.refusals.add(Line { hour, project, source, reason }, count);
    }

    /// Has the writer do something in a transaction of its own, and waits for the commit.
    fn chore(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<(), InboxError> {
        let (done, committed) = std::sync::mpsc::channel();
        let queued = self.queue.push_chore(Chore { work: Box::new(work), done });
        match committed.recv() {
            Ok(true) if queued => Ok(()),
            _ => Err(InboxError::Closed),
        }
    }
}

#[cfg(test)]
mod tests;
