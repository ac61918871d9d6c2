use model::Reason;

/// Why a request as a whole was refused. The ledger has counted its items already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refusal {
    pub reason: Reason,
    /// The part of the request that is to blame, when there is one.
    pub field: Option<String>,
    /// For the sender's developer; never repeats what was sent.
    pub detail: String,
    pub retry_after_s: Option<u32>,
}

impl Refusal {
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Refusal { reason, field: None, detail: detail.into(), retry_after_s: None }
    }

    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }
}

/// What became of the items of a request that was not refused as a whole.
/// `accepted + duplicates + rejected + sampled` is the number of items it carried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchReply {
    pub accepted: u32,
    pub duplicates: u32,
    pub rejected: u32,
    pub sampled: u32,
    /// One per rejected item, the first [`BatchReply::MAX_ERRORS`] of them.
    pub errors: Vec<ItemError>,
    /// Of the accepted and duplicate items, in order (logs only).
    pub ids: Vec<String>,
}

impl BatchReply {
    /// An answer stays small however large the batch was.
    pub const MAX_ERRORS: usize = 100;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemError {
    /// Position in the batch.
    pub index: u32,
    pub reason: Reason,
    pub field: Option<String>,
    pub detail: String,
}

/// `GET /api/telemetry/config`, ready to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkConfig {
    pub json: String,
    /// A quoted strong ETag.
    pub etag: String,
}
