//! Where an item becomes ours: the commit that holds its bytes, its dedupe key and its ledger
//! count is the acknowledgement.

mod codec;
mod submission;

pub use codec::{CodecError, decode, encode};
pub use submission::{Backlog, DedupeKey, Item, LedgerQuery, Receipt, Submission, SubmitError};

use model::{LedgerRow, Pressure, ProjectId, Reason, Source};

#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    #[error("inbox database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("inbox file: {0}")]
    Io(#[from] std::io::Error),
}

#[derive(Debug, Clone)]
pub struct Inbox {}

impl Inbox {
    /// Returns when the items are on disk, or were counted as dropped.
    pub async fn submit(&self, _submission: Submission) -> Result<Receipt, SubmitError> {
        Err(SubmitError::Closed)
    }

    /// Counts what was refused before it became items. In memory at first; on disk with the next
    /// commit, at most 250 ms later.
    pub fn refuse(&self, _project: ProjectId, _source: Source, _reason: Reason, _count: u32) {}

    pub fn pressure(&self) -> Pressure {
        Pressure::None
    }

    /// The ledger with what is not yet on disk, ordered by hour, project, source, reason.
    pub fn ledger(&self, _query: &LedgerQuery) -> Result<Vec<LedgerRow>, InboxError> {
        Ok(Vec::new())
    }

    pub fn backlog(&self) -> Backlog {
        Backlog::default()
    }
}
