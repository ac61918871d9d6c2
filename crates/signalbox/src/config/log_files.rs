use serde::{Deserialize, Serialize};

use super::Bytes;
use super::check::Problems;
use super::section::section;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineFormat {
    Ndjson,
    Text,
}

section! {
    /// Received logs as plain files beside the warehouse, for `tail` and `grep`.
    LogFiles {
        /// Whether received logs are also written to files.
        enabled: bool = true;
        /// `ndjson` (one JSON object per line) or `text` (`time LEVEL [device] message`).
        format: LineFormat = LineFormat::Ndjson;
        /// A file is closed when it reaches this size,
        rotate_at: Bytes = Bytes::mib(64);
        /// or when its first line is this many hours old.
        rotate_hours: u32 = 24;
        /// Closed files kept per project; the oldest go first.
        keep_files: u32 = 16;
        /// Days after which a closed file goes.
        keep_days: u32 = 30;
    }
}

impl LogFiles {
    pub fn check(&self, problems: &mut Problems<'_>) {
        problems.range("rotate_at", self.rotate_at, Bytes(64 << 10)..=Bytes::gib(4));
        problems.range("rotate_hours", self.rotate_hours, 1..=8760);
        problems.range("keep_files", self.keep_files, 1..=10_000);
        problems.range("keep_days", self.keep_days, 1..=3650);
    }
}
