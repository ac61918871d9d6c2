/// How the lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LogFileFormat {
    /// One JSON object per line.
    #[default]
    Ndjson,
    /// `time LEVEL [device] message`, for human eyes.
    Text,
}

impl LogFileFormat {
    pub(super) const fn extension(self) -> &'static str {
        match self {
            LogFileFormat::Ndjson => "ndjson",
            LogFileFormat::Text => "log",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFileOptions {
    pub enabled: bool,
    pub format: LogFileFormat,
    /// A file is closed when it reaches this size,
    pub rotate_bytes: u64,
    /// or when this much time has passed since the UTC day on which it was begun.
    pub rotate_hours: u32,
    /// Closed files kept per project; the oldest go first.
    pub keep_files: u32,
    /// Days after which a closed file goes.
    pub keep_days: u32,
}

impl Default for LogFileOptions {
    fn default() -> Self {
        LogFileOptions {
            enabled: true,
            format: LogFileFormat::default(),
            rotate_bytes: 64 << 20,
            rotate_hours: 24,
            keep_files: 16,
            keep_days: 30,
        }
    }
}
