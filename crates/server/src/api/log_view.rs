//! A line of log as callers see it.

use model::{Level, LogEntry, Millis};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::event_view::object;

/// Columns of an export, in this order.
pub const COLUMNS: [&str; 13] = [
    "ts",
    "receivedAt",
    "clientTs",
    "level",
    "device",
    "message",
    "tags",
    "app",
    "env",
    "release",
    "ipPrefix",
    "id",
    "extra",
];

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LogEntry)]
#[serde(rename_all = "camelCase")]
pub struct LogView {
    ts: Millis,
    received_at: Millis,
    /// What the sender claimed, where it had to be corrected.
    client_ts: Option<Millis>,
    #[schema(value_type = String, example = "ERROR")]
    level: Level,
    device: String,
    message: String,
    tags: Vec<String>,
    app: String,
    env: String,
    release: String,
    ip_prefix: String,
    id: String,
    /// Every field that has no column.
    #[schema(value_type = Object)]
    extra: Box<RawValue>,
}

impl From<LogEntry> for LogView {
    fn from(log: LogEntry) -> Self {
        LogView {
            ts: log.ts,
            received_at: log.received_at,
            client_ts: log.client_ts,
            level: log.level,
            device: log.device,
            message: log.message,
            tags: log.tags,
            app: log.app,
            env: log.env,
            release: log.release,
            ip_prefix: log.ip_prefix,
            id: log.id,
            extra: object(log.extra),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_field_has_a_column() {
        let Value::Object(fields) =
            serde_json::to_value(LogView::from(LogEntry::default())).unwrap()
        else {
            panic!("an object")
        };
        assert_eq!(fields.len(), COLUMNS.len());
        assert!(COLUMNS.iter().all(|name| fields.contains_key(*name)));
    }
}
