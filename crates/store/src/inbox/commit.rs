//! One group commit: everything that waited, in one transaction.

use std::collections::BTreeMap;

use model::{Millis, Reason};
use rusqlite::{Transaction, params};

use super::dedupe::{self, Dedupe};
use super::queue::Waiting;
use super::refusals::{Line, hour};
use super::{DedupeKey, Receipt, codec, ledger};

/// Layout of `batch.frames`: payloads, each behind its length.
pub(crate) const FORMAT: i64 = 1;

/// What a group will write, worked out before the transaction begins.
#[derive(Default)]
pub(crate) struct Group {
    pub frames: Vec<u8>,
    pub keys: Vec<DedupeKey>,
    pub tally: BTreeMap<Line, u64>,
    pub receipts: Vec<Receipt>,
}

impl Group {
    /// Judges every item against all that was received in the window, its own group included.
    /// On failure the keys claimed so far stand in `self.keys`, to be released.
    pub fn judge(
        &mut self,
        dedupe: &mut Dedupe,
        waiting: &[Waiting],
        now: Millis,
    ) -> std::io::Result<()> {
        for Waiting { submission, .. } in waiting {
            let line = |reason| Line {
                hour: hour(now),
                project: submission.project,
                source: submission.source,
                reason,
            };
            let mut reasons = Vec::with_capacity(submission.items.len());
            for item in &submission.items {
                let reason = dedupe.claim(&item.key)?;
                if reason == Reason::Stored {
                    self.keys.push(item.key);
                    codec::push_frame(&mut self.frames, &item.payload);
                }
                *self.tally.entry(line(reason)).or_default() += 1;
                reasons.push(reason);
            }
            for &(reason, count) in &submission.refused {
                *self.tally.entry(line(reason)).or_default() += u64::from(count);
            }
            self.receipts.push(Receipt { reasons });
        }
        Ok(())
    }

    pub fn write(
        &self,
        db: &Transaction<'_>,
        seq: i64,
        now: Millis,
        generation: i64,
    ) -> rusqlite::Result<()> {
        if !self.keys.is_empty() {
            let items = i64::try_from(self.keys.len()).unwrap_or(i64::MAX);
            db.prepare_cached(
                "INSERT INTO batch (seq, at, format, items, frames) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![seq, now, FORMAT, items, self.frames])?;
            db.prepare_cached(
                "INSERT INTO dedupe (seq, generation, at, keys) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![seq, generation, now, dedupe::pack(&self.keys)])?;
        }
        for (&line, &count) in &self.tally {
            ledger::add(db, line, count)?;
        }
        Ok(())
    }
}
