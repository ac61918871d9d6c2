//! The mover's side of the inbox.

use std::sync::Arc;
use std::time::Duration;

use model::Millis;
use rusqlite::{Connection, params};

use super::{InboxError, Shared, checkpoint, commit, db};

/// Unreadable payloads kept for a look; their count goes on.
const MOST_SET_ASIDE: i64 = 1000;

#[derive(Debug)]
pub(crate) struct Batch {
    pub seq: i64,
    pub at: Millis,
    pub items: u64,
    pub frames: Vec<u8>,
    /// `false`: written by a version of this program with another layout.
    pub readable: bool,
}

/// A payload that nobody can read.
#[derive(Debug)]
pub(crate) struct SetAside {
    pub seq: i64,
    pub frame: i64,
    pub problem: String,
    pub payload: Vec<u8>,
}

pub(crate) struct BatchReader {
    shared: Arc<Shared>,
    db: Connection,
}

impl BatchReader {
    pub fn open(shared: Arc<Shared>) -> Result<Self, InboxError> {
        // Not a read-only connection: a checkpoint writes.
        let db = Connection::open(db::path(&shared.options.dir))?;
        db.busy_timeout(Duration::from_secs(5))?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "wal_autocheckpoint", 0)?;
        Ok(BatchReader { shared, db })
    }

    /// The next batches in order, until they hold enough.
    pub fn after(
        &self,
        seq: i64,
        most_items: u64,
        most_bytes: usize,
    ) -> Result<Vec<Batch>, InboxError> {
        // Only what the writer has also accounted for.
        let committed = self.shared.progress.backlog().committed_seq;
        let mut statement = self.db.prepare_cached(
            "SELECT seq, at, items, format, frames FROM batch
             WHERE seq > ?1 AND seq <= ?2 ORDER BY seq",
        )?;
        let mut rows = statement.query([seq, committed])?;
        let (mut batches, mut items, mut bytes) = (Vec::new(), 0, 0);
        while items < most_items && bytes < most_bytes {
            let Some(row) = rows.next()? else { break };
            let batch = Batch {
                seq: row.get(0)?,
                at: row.get(1)?,
                items: row.get::<_, i64>(2)?.unsigned_abs(),
                readable: row.get::<_, i64>(3)? == commit::FORMAT,
                frames: row.get(4)?,
            };
            items += batch.items;
            bytes += batch.frames.len();
            batches.push(batch);
        }
        if let Some(first) = batches.first() {
            self.shared.progress.reading(first.at);
        }
        Ok(batches)
    }

    /// Waits for a commit, then a little longer so that a step is worth its transaction.
    pub fn await_more(&self, idle: Duration, coalesce: Duration, enough_items: u64) {
        self.shared.progress.await_more(idle, coalesce, enough_items);
    }

    pub fn pause(&self, time: Duration) {
        self.shared.progress.pause(time);
    }

    /// These are in the warehouse: the writer may trim them.
    pub fn applied(&self, batches: &[Batch]) {
        let Some(last) = batches.last() else { return };
        let items = batches.iter().map(|b| b.items).sum();
        let bytes = batches.iter().map(|b| b.frames.len() as u64).sum();
        self.shared.progress.applied(last.seq, items, bytes);
    }

    /// Keeps unreadable payloads for a look. Idempotent, so that a crash may repeat it.
    pub fn set_aside(&self, payloads: Vec<SetAside>) -> Result<(), InboxError> {
        let now = self.shared.clock.now();
        self.shared.chore(move |db| {
            for SetAside { seq, frame, problem, payload } in payloads {
                db.execute(
                    "INSERT OR REPLACE INTO set_aside (seq, frame, at, problem, payload)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![seq, frame, now, problem, payload],
                )?;
            }
            db.execute(
                "DELETE FROM set_aside WHERE seq < (
                    SELECT seq FROM set_aside ORDER BY seq DESC LIMIT 1 OFFSET ?1)",
                [MOST_SET_ASIDE],
            )?;
            Ok(())
        })
    }

    pub fn checkpoint_if_due(&self) -> Result<(), InboxError> {
        Ok(checkpoint::if_due(&self.shared, &self.db)?)
    }
}
