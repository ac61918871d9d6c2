use std::net::SocketAddr;

use serde_json::{Map, Value, json};

use crate::data::{Generator, Row, RowKind};

use super::http;

pub const PATH: &str = "/api/telemetry/batch";

/// `events` fresh events as whole requests of `size` each. Ids never repeat, whatever came before
/// with a smaller `first`.
pub struct Plan<'a> {
    pub address: SocketAddr,
    pub key: &'a str,
    pub seed: u64,
    pub first: u64,
    pub events: u64,
    pub size: usize,
    pub now: i64,
}

impl Plan<'_> {
    pub fn requests(&self) -> Vec<Vec<u8>> {
        let mut rows = Generator::new(self.seed, u64::MAX, self.first)
            .filter(|row| row.kind != RowKind::Log)
            .take(self.events as usize);
        let mut requests = Vec::with_capacity(self.events as usize / self.size + 1);
        loop {
            let batch: Vec<Value> =
                rows.by_ref().take(self.size).map(|row| event(row, self.now)).collect();
            if batch.is_empty() {
                return requests;
            }
            let body = json!({
                "app": "shop", "env": "production", "release": "1.2.0", "sdkVersion": "1.0.0",
                "sentAt": self.now, "events": batch,
            });
            requests.push(http::post(self.address, PATH, self.key, &body.to_string()));
        }
    }
}

fn event(row: Row, now: i64) -> Value {
    let id = row.event_id();
    let mut event = Map::new();
    let mut put = |name: &str, value: Value| event.insert(name.to_owned(), value);
    put("eventId", id.into());
    put("ts", now.into());
    put("sessionId", row.session.into());
    put("visitorId", row.visitor.into());
    put("url", "https://shop.example/catalogue/section-4/page-17".into());
    let kind = match row.kind {
        RowKind::Page => "page",
        RowKind::Api => "api",
        RowKind::Vital => "perf",
        RowKind::Error => "error",
        RowKind::Click | RowKind::Log => "event",
    };
    put("type", kind.into());
    let name = if row.name.is_empty() { "TypeError".to_owned() } else { row.name };
    put("name", name.into());
    if let Some(status) = row.status {
        put("status", status.into());
    }
    if let Some(duration) = row.duration_ms {
        put("durationMs", duration.into());
    }
    if let Some(value) = row.value {
        put("value", value.into());
    }
    if !row.message.is_empty() {
        put("message", row.message.into());
    }
    put("props", serde_json::from_str(&row.props).unwrap_or_default());
    Value::Object(event)
}
