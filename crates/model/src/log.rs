use serde::{Deserialize, Serialize};

use crate::{Millis, ProjectId};

/// Read case-insensitively, kept upper-case.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    Debug,
    #[default]
    Info,
    Warn,
    Error,
    Fatal,
}

impl Level {
    pub const ALL: [Level; 5] =
        [Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];

    pub const fn name(self) -> &'static str {
        match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
            Level::Fatal => "FATAL",
        }
    }

    /// Also understands the spellings of common loggers.
    pub fn parse(name: &str) -> Option<Level> {
        Some(match name.to_ascii_uppercase().as_str() {
            "DEBUG" | "TRACE" | "VERBOSE" => Level::Debug,
            "INFO" | "NOTICE" | "LOG" => Level::Info,
            "WARN" | "WARNING" => Level::Warn,
            "ERROR" | "ERR" => Level::Error,
            "FATAL" | "CRITICAL" | "CRIT" | "PANIC" => Level::Fatal,
            _ => return None,
        })
    }
}

/// One line of log from a device or a back end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    pub project: ProjectId,
    /// Given by the sender, or assigned on receipt.
    pub id: String,
    pub device: String,
    pub ts: Millis,
    /// What the sender claimed, when it had to be corrected.
    pub client_ts: Option<Millis>,
    pub received_at: Millis,
    pub level: Level,
    pub message: String,
    pub tags: Vec<String>,
    pub app: String,
    pub env: String,
    pub release: String,
    pub ip_prefix: String,
    /// JSON object with every field that has no column.
    pub extra: String,
}
