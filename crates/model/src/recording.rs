use serde::{Deserialize, Serialize};

use crate::{Millis, ProjectId};

/// One segment of a screen recording: rrweb events, decoded, masked and compressed again by us.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    pub project: ProjectId,
    /// The SDK's `recordScreenId`; several segments may share it.
    pub recording_id: String,
    /// Dedupe id of the report that carried the segment.
    pub event_id: String,
    pub app: String,
    pub env: String,
    pub release: String,
    pub session: String,
    pub visitor: String,
    pub user: String,
    pub page_id: String,
    pub url: String,
    /// Corrected time of the report.
    pub ts: Millis,
    pub received_at: Millis,
    /// Timestamps of the first and last rrweb event.
    pub first_ts: Millis,
    pub last_ts: Millis,
    pub events: u32,
    /// Size of the JSON array before compression.
    pub raw_bytes: u64,
    /// zstd of the JSON array of rrweb events.
    pub segment: Vec<u8>,
}
