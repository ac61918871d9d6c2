//! The one thread that writes to the inbox.
//!
//! It takes whatever has come in since the last commit, judges, writes and syncs it as one
//! transaction, and answers. Trimming rides along in small steps, so that no acknowledgement
//! ever waits for housekeeping.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use model::{Millis, Reason};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::commit::Group;
use super::dedupe::Dedupe;
use super::queue::{Chore, Waiting};
use super::{InboxError, Shared, SubmitError, ledger};

/// How long a lazy count may stay in memory only.
const LAZY: Duration = Duration::from_millis(250);
/// Rows removed with one commit.
const TRIM_BATCHES: i64 = 32;
const TRIM_KEY_ROWS: i64 = 256;

pub(crate) struct Writer {
    pub shared: Arc<Shared>,
    pub db: Connection,
    pub dedupe: Dedupe,
    pub seq: i64,
    /// Batches up to this one are removed.
    pub trimmed: i64,
    /// Key rows up to this generation may go.
    pub sealed: Option<i64>,
}

impl Writer {
    pub fn run(mut self) {
        loop {
            let idle = if self.behind() { Duration::ZERO } else { LAZY };
            let work = self.shared.queue.take(idle);
            work.chores.into_iter().for_each(|chore| self.run_chore(chore));
            let sound = self.commit(work.group);
            let now = self.shared.clock.now();
            if let Some(generation) = self.dedupe.turn(now) {
                self.sealed = Some(generation);
            }
            if self.shared.finish_checkpoint.swap(false, Ordering::AcqRel) {
                self.finish_checkpoint();
            }
            if work.ended && !sound {
                tracing::error!("closing with counts that could not be written");
                return;
            }
            if work.ended && self.shared.refusals.is_empty() && !self.behind() {
                return;
            }
        }
    }

    /// Whether rows wait to be removed.
    fn behind(&self) -> bool {
        self.trimmed < self.shared.may_trim() || self.sealed.is_some()
    }

    /// Returns `false` if the disk did not take it; the callers know then.
    fn commit(&mut self, waiting: Vec<Waiting>) -> bool {
        let lazy = self.shared.refusals.begin();
        if waiting.is_empty() && lazy.is_empty() && !self.behind() {
            return true;
        }
        let now = self.shared.clock.now();
        let mut group = Group::default();
        let outcome =
            group.judge(&mut self.dedupe, &waiting, now).map_err(InboxError::from).and_then(|()| {
                for &(line, count) in &lazy {
                    *group.tally.entry(line).or_default() += count;
                }
                Ok(self.transact(&group, now)?)
            });
        match outcome {
            Ok(()) => {
                self.committed(group, waiting, now);
                true
            }
            Err(error) => {
                tracing::error!(%error, items = group.keys.len(), "inbox commit failed");
                self.dedupe.release(&group.keys);
                self.shared.refusals.settle(false);
                for Waiting { submission, answer } in waiting {
                    self.shared.dropped(&submission, Reason::StoreError);
                    let _ = answer.send(Err(SubmitError::Failed)); // The caller may have left.
                }
                // Trimming may be what makes room again.
                if self.behind() && self.transact(&Group::default(), now).is_ok() {
                    return false;
                }
                // A broken disk answers at once; do not spin on what waits in memory.
                std::thread::sleep(Duration::from_millis(20));
                false
            }
        }
    }

    fn transact(&mut self, group: &Group, now: Millis) -> rusqlite::Result<()> {
        let trim_to = self.shared.may_trim().min(self.trimmed + TRIM_BATCHES);
        let db = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        group.write(&db, self.seq + 1, now, self.dedupe.generation())?;
        if trim_to > self.trimmed {
            db.prepare_cached("DELETE FROM batch WHERE seq <= ?1")?.execute([trim_to])?;
        }
        let more_keys = match self.sealed {
            Some(generation) => trim_keys(&db, generation)?,
            None => false,
        };
        // The gate lets a reader of the ledger see disk and memory at one moment.
        let gate = self.shared.gate();
        db.commit()?;
        self.shared.refusals.settle(true);
        drop(gate);
        self.trimmed = self.trimmed.max(trim_to);
        if !more_keys {
            self.sealed = None;
        }
        self.shared.wal_bytes.fetch_add(group.frames.len() as u64 + (48 << 10), Ordering::AcqRel);
        Ok(())
    }

    fn committed(&mut self, group: Group, waiting: Vec<Waiting>, now: Millis) {
        self.dedupe.touch(now);
        if !group.keys.is_empty() {
            self.seq += 1;
            let (items, bytes) = (group.keys.len() as u64, group.frames.len() as u64);
            self.shared.progress.committed(self.seq, now, items, bytes);
        }
        for (waiting, receipt) in waiting.into_iter().zip(group.receipts) {
            let _ = waiting.answer.send(Ok(receipt)); // The caller may have left.
        }
    }

    fn run_chore(&mut self, chore: Chore) {
        let result = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .and_then(|db| (chore.work)(&db).and_then(|()| db.commit()));
        if let Err(error) = &result {
            tracing::error!(%error, "inbox housekeeping failed");
        }
        let _ = chore.done.send(result.is_ok()); // Nobody may be waiting for it.
    }

    /// The mover has copied nearly all of the write-ahead log; with the writer standing still
    /// the rest fits in too, and the next commit starts the log anew.
    fn finish_checkpoint(&mut self) {
        match super::checkpoint::passive(&self.db) {
            Ok(true) => self.shared.wal_bytes.store(0, Ordering::Release),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "inbox checkpoint failed"),
        }
    }
}

/// Returns whether there may be more.
fn trim_keys(db: &Transaction<'_>, generation: i64) -> rusqlite::Result<bool> {
    let removed = db
        .prepare_cached(
            "DELETE FROM dedupe WHERE seq IN (SELECT seq FROM (
                SELECT seq, generation FROM dedupe ORDER BY seq LIMIT ?2
             ) WHERE generation <= ?1)",
        )?
        .execute([generation, TRIM_KEY_ROWS])?;
    Ok(i64::try_from(removed).unwrap_or(i64::MAX) == TRIM_KEY_ROWS)
}

/// Forgets hours of the ledger, in a transaction of the writer.
pub(crate) fn purge_ledger(
    shared: &Shared,
    before: Vec<(model::ProjectId, Millis)>,
) -> Result<u64, InboxError> {
    let (sender, removed) = std::sync::mpsc::channel();
    shared.chore(move |db| {
        let mut total = 0;
        for (project, time) in before {
            total += ledger::purge(db, project, time)? as u64;
        }
        let _ = sender.send(total); // The caller waits for it.
        Ok(())
    })?;
    Ok(removed.recv().unwrap_or(0))
}
