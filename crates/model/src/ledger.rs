use serde::{Deserialize, Serialize};

use crate::{Millis, Outcome, ProjectId, Reason, Source};

/// One line of the ledger: how many items of a project ended how, in one UTC hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    pub project: ProjectId,
    /// Start of the UTC hour.
    pub hour: Millis,
    pub source: Source,
    pub reason: Reason,
    pub count: u64,
}

/// Sums over ledger rows. `received` is counted by adding the outcomes, never separately, so the
/// two cannot disagree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerTotals {
    pub received: u64,
    pub accepted: u64,
    pub duplicate: u64,
    pub sampled: u64,
    pub limited: u64,
    pub invalid: u64,
    pub denied: u64,
    pub dropped: u64,
}

impl LedgerTotals {
    pub fn add(&mut self, outcome: Outcome, count: u64) {
        self.received += count;
        *match outcome {
            Outcome::Accepted => &mut self.accepted,
            Outcome::Duplicate => &mut self.duplicate,
            Outcome::Sampled => &mut self.sampled,
            Outcome::Limited => &mut self.limited,
            Outcome::Invalid => &mut self.invalid,
            Outcome::Denied => &mut self.denied,
            Outcome::Dropped => &mut self.dropped,
        } += count;
    }
}

impl<'a> FromIterator<&'a LedgerRow> for LedgerTotals {
    fn from_iter<I: IntoIterator<Item = &'a LedgerRow>>(rows: I) -> Self {
        let mut totals = LedgerTotals::default();
        for row in rows {
            totals.add(row.reason.outcome(), row.count);
        }
        totals
    }
}
