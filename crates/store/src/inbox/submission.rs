use model::{Millis, ProjectId, Reason, Signal, Source};

/// What makes an item the same as another. Both halves are BLAKE3 prefixes: 96 bits of the id,
/// so that no two ids of a day meet by chance, and 32 bits of the body, enough to flag an id
/// that came back with other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DedupeKey {
    pub id: [u8; 12],
    pub body: u32,
}

impl DedupeKey {
    /// `body` is what the sender would repeat byte by byte in a retry.
    pub fn new(project: ProjectId, event_id: &str, body: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&project.0.to_le_bytes()).update(event_id.as_bytes());
        let mut id = [0; 12];
        id.copy_from_slice(&hasher.finalize().as_bytes()[..12]);
        let mut prefix = [0; 4];
        prefix.copy_from_slice(&blake3::hash(body).as_bytes()[..4]);
        DedupeKey { id, body: u32::from_le_bytes(prefix) }
    }
}

/// One item, encoded by the caller's thread so that the writer only moves bytes.
#[derive(Debug, Clone)]
pub struct Item {
    pub key: DedupeKey,
    /// Decides, before it gets here, whether the disk still has room for it.
    pub signal: Signal,
    /// [`super::encode`] of the [`model::Stored`].
    pub payload: Vec<u8>,
}

/// What one request leaves behind: items to keep, and a count of those it refused.
#[derive(Debug, Clone)]
pub struct Submission {
    pub project: ProjectId,
    pub source: Source,
    pub items: Vec<Item>,
    pub refused: Vec<(Reason, u32)>,
}

impl Submission {
    /// Memory it occupies while it waits.
    pub(crate) fn bytes(&self) -> usize {
        self.items.iter().map(|i| i.payload.len() + size_of::<Item>()).sum()
    }
}

/// The answer to a submission that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Per item, in order: `Stored`, `SameId` or `IdConflict`.
    pub reasons: Vec<Reason>,
}

/// The items were not kept. The inbox has already counted them as dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    #[error("the write queue is full")]
    Full { retry_after_s: u32 },
    #[error("the store could not commit")]
    Failed,
    #[error("the store is shutting down")]
    Closed,
}

/// Which ledger rows to read: hours that begin in `from..to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerQuery {
    /// `None`: every project, and what could not be attributed to one.
    pub project: Option<ProjectId>,
    pub from: Millis,
    pub to: Millis,
}

/// What is acknowledged but not yet in the warehouse.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    pub items: u64,
    pub bytes: u64,
    /// When the oldest waiting batch was committed.
    pub oldest: Option<Millis>,
    /// Sequence of the newest committed batch, and of the newest one in the warehouse.
    pub committed_seq: i64,
    pub applied_seq: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_projects_ids_and_bodies_apart() {
        let key = DedupeKey::new(ProjectId(1), "a", b"x");
        assert_eq!(key, DedupeKey::new(ProjectId(1), "a", b"x"));
        assert_ne!(key.id, DedupeKey::new(ProjectId(2), "a", b"x").id);
        assert_ne!(key.id, DedupeKey::new(ProjectId(1), "b", b"x").id);
        let other = DedupeKey::new(ProjectId(1), "a", b"y");
        assert_eq!(key.id, other.id);
        assert_ne!(key.body, other.body);
    }
}
