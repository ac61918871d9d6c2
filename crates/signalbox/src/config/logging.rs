use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Bytes;
use super::check::Problems;
use super::section::section;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Pretty on a terminal, JSON otherwise.
    Auto,
    Json,
    Pretty,
}

section! {
    /// The server's own log (not the logs it receives).
    Logging {
        /// `error`, `warn`, `info`, `debug` or `trace`, or directives such as `info,store=debug`.
        level: String = "info".to_owned();
        /// `auto` (pretty on a terminal, JSON otherwise), `json` or `pretty`.
        format: Format = Format::Auto;
        /// Also write JSON lines to this file; empty writes no file.
        file: PathBuf = PathBuf::new();
        /// The file is rotated when it reaches this size.
        file_max: Bytes = Bytes::mib(20);
        /// Rotated files kept besides the current one; older ones are removed.
        file_keep: u32 = 5;
    }
}

impl Logging {
    pub fn check(&self, problems: &mut Problems<'_>) {
        if self.level.parse::<tracing_subscriber::EnvFilter>().is_err() {
            problems
                .add("level", format!("{:?} is not a level or a list of directives", self.level));
        }
        problems.range("file_max", self.file_max, Bytes(64 << 10)..=Bytes::gib(4));
        problems.range("file_keep", self.file_keep, 1..=100);
    }
}
