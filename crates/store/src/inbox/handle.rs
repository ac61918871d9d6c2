use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use model::{Clock, LedgerRow, Millis, Pressure, ProjectId, Reason, Source};
use tokio::sync::oneshot;

use super::dedupe::{self, Dedupe};
use super::progress::Progress;
use super::queue::{Push, Queue, Waiting};
use super::reading::BatchReader;
use super::refusals::{Line, Refusals, hour};
use super::writer::{self, Writer};
use super::{
    Backlog, InboxError, InboxOptions, LedgerQuery, Receipt, Shared, Submission, SubmitError, db,
    ledger,
};

/// When a caller should come again: the queue empties in a moment, the backlog takes longer.
const QUEUE_RETRY_S: u32 = 1;
const BACKLOG_RETRY_S: u32 = 10;

/// The front door of the store. Cheap to clone.
#[derive(Clone)]
pub struct Inbox {
    shared: Arc<Shared>,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl Inbox {
    pub fn open(options: InboxOptions, clock: Arc<dyn Clock>) -> Result<Self, InboxError> {
        Self::open_with(options, clock, dedupe::Limits::default())
    }

    pub(crate) fn open_with(
        options: InboxOptions,
        clock: Arc<dyn Clock>,
        limits: dedupe::Limits,
    ) -> Result<Self, InboxError> {
        std::fs::create_dir_all(&options.dir)?;
        let connection = db::open_writer(&options.dir)?;
        let backlog = db::backlog(&connection, options.applied_seq)?;
        let oldest_batch: Option<i64> =
            connection.query_row("SELECT min(seq) FROM batch", [], |row| row.get(0))?;
        let keys = options.dir.join(crate::layout::DEDUPE);
        let dedupe = db::key_rows(&connection, |rows| Dedupe::open(&keys, limits, rows))??;
        let shared = Arc::new(Shared {
            queue: Queue::new(options.queue_bytes),
            progress: Progress::new(backlog),
            refusals: Refusals::default(),
            pressure: Mutex::default(),
            gate: Mutex::default(),
            reader: Mutex::new(db::open_reader(&options.dir)?),
            wal_bytes: AtomicU64::new(u64::MAX / 2), // Unknown: copy it soon.
            finish_checkpoint: AtomicBool::new(false),
            trimming_held: AtomicU32::new(0),
            options,
            clock,
        });
        let writer = Writer {
            shared: Arc::clone(&shared),
            db: connection,
            trimmed: oldest_batch.map_or(backlog.committed_seq, |seq| seq - 1),
            // Rows of generations that were sealed when the process last ended.
            sealed: Some(dedupe.generation() - 1),
            seq: backlog.committed_seq,
            dedupe,
        };
        let thread = std::thread::Builder::new().name("inbox-writer".into()).spawn({
            let shared = Arc::clone(&shared);
            move || {
                // Whatever ends the thread, nobody shall wait for it any longer.
                let _abandon = Abandon(shared);
                writer.run();
            }
        })?;
        Ok(Inbox { shared, writer: Arc::new(Mutex::new(Some(thread))) })
    }

    /// Returns when the items are on disk, or were counted as dropped.
    pub async fn submit(&self, submission: Submission) -> Result<Receipt, SubmitError> {
        if submission.items.is_empty() {
            self.shared.refused(&submission);
            return Ok(Receipt { reasons: Vec::new() });
        }
        if self.backlog().bytes >= self.shared.options.backlog_bytes {
            self.shared.dropped(&submission, Reason::QueueFull);
            return Err(SubmitError::Full { retry_after_s: BACKLOG_RETRY_S });
        }
        let (project, source) = (submission.project, submission.source);
        let items = u32::try_from(submission.items.len()).unwrap_or(u32::MAX);
        let (answer, committed) = oneshot::channel();
        match self.shared.queue.push(Waiting { submission, answer }) {
            Push::Queued => {}
            Push::Full(submission) => {
                self.shared.dropped(&submission, Reason::QueueFull);
                return Err(SubmitError::Full { retry_after_s: QUEUE_RETRY_S });
            }
            Push::Closed(submission) => {
                self.shared.dropped(&submission, Reason::Shutdown);
                return Err(SubmitError::Closed);
            }
        }
        committed.await.unwrap_or_else(|_| {
            self.refuse(project, source, Reason::StoreError, items);
            Err(SubmitError::Failed)
        })
    }

    /// Counts what was refused before it became items. In memory at first; on disk with the next
    /// commit, at most 250 ms later.
    pub fn refuse(&self, project: ProjectId, source: Source, reason: Reason, count: u32) {
        let hour = hour(self.shared.clock.now());
        self.shared.refusals.add(Line { hour, project, source, reason }, u64::from(count));
    }

    pub fn pressure(&self) -> Pressure {
        *self.shared.pressure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_pressure(&self, pressure: Pressure) {
        *self.shared.pressure.lock().unwrap_or_else(PoisonError::into_inner) = pressure;
    }

    /// The ledger with what is not yet on disk, ordered by hour, project, source, reason.
    pub fn ledger(&self, query: &LedgerQuery) -> Result<Vec<LedgerRow>, InboxError> {
        let reader = self.shared.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let snapshot = reader.unchecked_transaction()?;
        let gate = self.shared.gate();
        // The first read fixes the snapshot; counts in memory belong to the same moment.
        snapshot.query_row(
            "SELECT count(*) FROM (SELECT 1 FROM ledger LIMIT 1)",
            [],
            |_| Ok(()),
        )?;
        let unsettled = self.shared.refusals.unsettled();
        drop(gate);
        Ok(ledger::read(&snapshot, query, unsettled)?)
    }

    pub fn backlog(&self) -> Backlog {
        self.shared.progress.backlog()
    }

    /// Payloads that were set aside because nobody could read them.
    pub fn set_aside(&self) -> Result<u64, InboxError> {
        let reader = self.shared.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let count = reader.query_row("SELECT count(*) FROM set_aside", [], |row| row.get(0));
        Ok(i64::unsigned_abs(count?))
    }

    /// Forgets ledger hours before a time, per project. Blocks for one commit.
    pub fn purge_ledger(&self, before: Vec<(ProjectId, Millis)>) -> Result<u64, InboxError> {
        writer::purge_ledger(&self.shared, before)
    }

    /// Until the guard is dropped, batches stay even if they are in the warehouse.
    pub(crate) fn hold_trimming(&self) -> HeldTrimming {
        self.shared.trimming_held.fetch_add(1, Ordering::AcqRel);
        let held = HeldTrimming(Arc::clone(&self.shared));
        // A commit under way may still trim; it is over when this one is.
        let _ = self.shared.chore(|_| Ok(())); // A writer that is gone trims nothing.
        held
    }

    /// Copies the database in one go, as of one moment.
    pub(crate) fn backup(&self, to: &Path) -> Result<(), InboxError> {
        let source = db::open_reader(&self.shared.options.dir)?;
        let mut copy = rusqlite::Connection::open(to)?;
        // In smaller steps it would begin anew with every commit of the writer.
        rusqlite::backup::Backup::new(&source, &mut copy)?.step(-1)?;
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What the mover reads with.
    pub(crate) fn batches(&self) -> Result<BatchReader, InboxError> {
        BatchReader::open(Arc::clone(&self.shared))
    }

    /// Waits until all that is committed now is in the warehouse.
    pub(crate) fn await_applied(&self, patience: Duration) -> bool {
        self.shared.progress.await_applied(patience)
    }

    /// Tells the mover that nothing is worth waiting for any more.
    pub(crate) fn stop_mover(&self) {
        self.shared.progress.stop_mover();
    }

    /// First half of closing: takes no more, and commits what waits. Blocks.
    pub(crate) fn drain(&self) {
        self.shared.queue.close_intake();
        // Chores come between commits: after the one behind the last group, all is committed.
        while self.shared.chore(|_| Ok(())).is_ok() && !self.shared.queue.is_empty() {}
        let _ = self.shared.chore(|_| Ok(())); // Fails only if the writer is gone already.
    }

    /// Second half: what the mover has applied is trimmed, then the writer ends. Blocks.
    pub(crate) fn close(&self) {
        self.shared.queue.close_intake();
        self.shared.queue.end();
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|t| t.join().is_err()) {
            tracing::error!("the inbox writer had panicked");
        }
    }
}

pub(crate) struct HeldTrimming(Arc<Shared>);

impl Drop for HeldTrimming {
    fn drop(&mut self) {
        self.0.trimming_held.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Abandon(Arc<Shared>);

impl Drop for Abandon {
    fn drop(&mut self) {
        self.0.queue.abandon();
    }
}
