//! The catalogue: every name a caller may use, and the column behind it. Names never reach SQL
//! by any other way.

use super::model::Dataset;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldType {
    Text,
    /// Text of a log level; read as loggers spell it.
    Level,
    Number,
    Bool,
    Time,
    /// A list of texts.
    Tags,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub name: &'static str,
    pub column: &'static str,
    pub kind: FieldType,
    /// Column with the [`model::bucket`] of the value, if its distribution is kept.
    pub bucket: Option<&'static str>,
}

const fn field(name: &'static str, column: &'static str, kind: FieldType) -> Field {
    Field { name, column, kind, bucket: None }
}

const fn measured(name: &'static str, column: &'static str, bucket: &'static str) -> Field {
    Field { name, column, kind: FieldType::Number, bucket: Some(bucket) }
}

use FieldType::{Bool, Level, Number, Tags, Text, Time};

const EVENTS: &[Field] = &[
    field("kind", "kind", Text),
    field("class", "class", Text),
    field("name", "name", Text),
    field("app", "app", Text),
    field("env", "env", Text),
    field("release", "release", Text),
    field("session", "session", Text),
    field("visitor", "visitor", Text),
    field("user", "user_id", Text),
    field("role", "role", Text),
    field("pageId", "page_id", Text),
    field("url", "url", Text),
    field("path", "path", Text),
    field("referrer", "referrer", Text),
    field("status", "status", Number),
    field("ok", "ok", Bool),
    measured("durationMs", "duration_ms", "duration_bucket"),
    measured("value", "value", "value_bucket"),
    field("rating", "rating", Text),
    field("clientRating", "client_rating", Text),
    field("message", "message", Text),
    field("stack", "stack", Text),
    field("file", "file", Text),
    field("line", "line", Number),
    field("column", "col", Number),
    field("fingerprint", "fingerprint", Text),
    field("fatal", "fatal", Bool),
    field("recordingId", "recording_id", Text),
    field("browser", "browser", Text),
    field("browserVersion", "browser_version", Text),
    field("os", "os", Text),
    field("osVersion", "os_version", Text),
    field("device", "device", Text),
    field("deviceType", "device_type", Text),
    field("country", "country", Text),
    field("ipPrefix", "ip_prefix", Text),
    field("bot", "bot", Bool),
    field("source", "source", Text),
    field("sdkVersion", "sdk_version", Text),
    field("eventId", "event_id", Text),
    field("flags", "flags", Text),
    field("ts", "ts", Time),
    field("receivedAt", "received_at", Time),
    field("clientTs", "client_ts", Time),
    field("sampleRate", "sample_rate", Number),
    field("retries", "retries", Number),
    field("timedOut", "timed_out", Bool),
];

const LOGS: &[Field] = &[
    field("id", "id", Text),
    field("device", "device", Text),
    field("level", "level", Level),
    field("message", "message", Text),
    field("tags", "tags", Tags),
    field("tag", "tags", Tags),
    field("app", "app", Text),
    field("env", "env", Text),
    field("release", "release", Text),
    field("ipPrefix", "ip_prefix", Text),
    field("ts", "ts", Time),
    field("receivedAt", "received_at", Time),
    field("clientTs", "client_ts", Time),
];

const RECORDINGS: &[Field] = &[
    field("recordingId", "recording_id", Text),
    field("eventId", "event_id", Text),
    field("session", "session", Text),
    field("user", "user_id", Text),
    field("url", "url", Text),
];

/// The tables questions are asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Events,
    Logs,
    Recordings,
}

impl From<Dataset> for Source {
    fn from(dataset: Dataset) -> Source {
        match dataset {
            Dataset::Events => Source::Events,
            Dataset::Logs => Source::Logs,
        }
    }
}

impl Source {
    pub const fn table(self) -> &'static str {
        match self {
            Source::Events => "events",
            Source::Logs => "logs",
            Source::Recordings => "recordings",
        }
    }

    /// How many events a row stands for.
    pub const fn weight(self) -> &'static str {
        match self {
            Source::Events => "1.0 / sample_rate",
            Source::Logs | Source::Recordings => "1.0",
        }
    }

    /// The columns that a free-text search looks into.
    pub const fn searched(self) -> &'static [&'static str] {
        match self {
            Source::Events => &["message", "name", "url"],
            Source::Logs => &["message"],
            Source::Recordings => &["url"],
        }
    }

    const fn fields(self) -> &'static [Field] {
        match self {
            Source::Events => EVENTS,
            Source::Logs => LOGS,
            Source::Recordings => RECORDINGS,
        }
    }

    /// Columns with JSON objects, by the prefix that addresses their keys.
    const fn documents(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Source::Events => &[("props.", "props"), ("extra.", "extra")],
            Source::Logs => &[("extra.", "extra")],
            Source::Recordings => &[],
        }
    }
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operand {
    Field(&'static Field),
    /// One key of a JSON object, always read as text.
    Key {
        column: &'static str,
        key: String,
    },
}

const KEY_CHARS: usize = 100;

impl Operand {
    /// Finds a name; the error says what is wrong with it.
    pub fn resolve(source: Source, name: &str) -> Result<Operand, String> {
        if let Some(field) = source.fields().iter().find(|f| f.name == name) {
            return Ok(Operand::Field(field));
        }
        for (prefix, column) in source.documents() {
            if let Some(key) = name.strip_prefix(prefix) {
                let fits = !key.is_empty() && key.chars().count() <= KEY_CHARS;
                return if fits && !key.chars().any(char::is_control) {
                    Ok(Operand::Key { column, key: key.to_owned() })
                } else {
                    Err(format!("needs a key of 1 to {KEY_CHARS} characters after {prefix}"))
                };
            }
        }
        Err(format!("is not a field of {}", source.table()))
    }

    pub fn kind(&self) -> FieldType {
        match self {
            Operand::Field(field) => field.kind,
            Operand::Key { .. } => Text,
        }
    }
}
