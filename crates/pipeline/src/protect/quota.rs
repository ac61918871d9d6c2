//! Items per project and UTC day. Counted in memory; after a restart the ledger says what the day
//! has already seen.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use model::{Millis, Outcome, ProjectId};
use store::{Inbox, LedgerQuery};

const DAY_MS: Millis = 86_400_000;

/// One small entry per project that has a quota: bounded by the projects themselves.
#[derive(Debug, Default)]
pub(crate) struct Quota(Mutex<HashMap<ProjectId, (Millis, u64)>>);

impl Quota {
    /// How many of `items` the day still has room for; they count as used.
    pub fn take(
        &self,
        inbox: &Inbox,
        project: ProjectId,
        per_day: u64,
        items: usize,
        now: Millis,
    ) -> usize {
        if per_day == 0 {
            return items;
        }
        let day = now.div_euclid(DAY_MS) * DAY_MS;
        let mut days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = days.entry(project).or_insert_with(|| (day, accepted(inbox, project, day)));
        if entry.0 != day {
            *entry = (day, 0);
        }
        let room = usize::try_from(per_day.saturating_sub(entry.1)).unwrap_or(usize::MAX);
        let granted = items.min(room);
        entry.1 += granted as u64;
        granted
    }
}

fn accepted(inbox: &Inbox, project: ProjectId, day: Millis) -> u64 {
    let query = LedgerQuery { project: Some(project), from: day, to: day + DAY_MS };
    match inbox.ledger(&query) {
        Ok(rows) => {
            let kept = rows.iter().filter(|r| r.reason.outcome() == Outcome::Accepted);
            kept.map(|r| r.count).sum()
        }
        Err(error) => {
            tracing::warn!(%error, "quota starts from zero: the ledger cannot be read");
            0
        }
    }
}

/// Seconds until the next UTC day.
pub(crate) fn resets_in(now: Millis) -> u32 {
    u32::try_from((DAY_MS - now.rem_euclid(DAY_MS)) / 1000 + 1).unwrap_or(1)
}
