//! An event as callers see it.

use model::{DeviceType, ErrorClass, Event, Kind, Millis, Rating, Source};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// Columns of an export, in this order. The long and the nested ones come last.
pub const COLUMNS: [&str; 51] = [
    "ts",
    "receivedAt",
    "clientTs",
    "kind",
    "class",
    "name",
    "app",
    "env",
    "release",
    "session",
    "visitor",
    "user",
    "role",
    "pageId",
    "url",
    "path",
    "referrer",
    "status",
    "ok",
    "durationMs",
    "value",
    "rating",
    "clientRating",
    "message",
    "file",
    "line",
    "column",
    "fingerprint",
    "fatal",
    "recordingId",
    "browser",
    "browserVersion",
    "os",
    "osVersion",
    "device",
    "deviceType",
    "country",
    "ipPrefix",
    "bot",
    "source",
    "sdkVersion",
    "eventId",
    "part",
    "seq",
    "sampleRate",
    "retries",
    "timedOut",
    "flags",
    "stack",
    "props",
    "extra",
];

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    ts: Millis,
    received_at: Millis,
    /// What the sender claimed, where it had to be corrected.
    client_ts: Option<Millis>,
    #[schema(value_type = String, example = "error")]
    kind: Kind,
    #[schema(value_type = Option<String>, example = "js")]
    class: Option<ErrorClass>,
    name: String,
    app: String,
    env: String,
    release: String,
    session: String,
    visitor: String,
    /// A pseudonym, unless the project keeps ids as they are.
    user: String,
    role: String,
    page_id: String,
    url: String,
    path: String,
    referrer: String,
    status: Option<i32>,
    ok: Option<bool>,
    duration_ms: Option<f64>,
    value: Option<f64>,
    #[schema(value_type = Option<String>, example = "good")]
    rating: Option<Rating>,
    #[schema(value_type = Option<String>)]
    client_rating: Option<Rating>,
    message: String,
    stack: String,
    file: String,
    line: Option<i32>,
    column: Option<i32>,
    fingerprint: String,
    fatal: Option<bool>,
    recording_id: String,
    browser: String,
    browser_version: String,
    os: String,
    os_version: String,
    device: String,
    #[schema(value_type = String, example = "desktop")]
    device_type: DeviceType,
    country: String,
    ip_prefix: String,
    bot: bool,
    #[schema(value_type = Option<String>, example = "native")]
    source: Option<Source>,
    sdk_version: String,
    event_id: String,
    /// Which row of the item, where one item became several.
    part: u16,
    seq: Option<i64>,
    sample_rate: f64,
    retries: Option<i32>,
    timed_out: Option<bool>,
    flags: String,
    /// The sender's own properties.
    #[schema(value_type = Object)]
    props: Box<RawValue>,
    /// Every other field of the original.
    #[schema(value_type = Object)]
    extra: Box<RawValue>,
}

impl From<Event> for EventView {
    fn from(e: Event) -> Self {
        EventView {
            ts: e.ts,
            received_at: e.received_at,
            client_ts: e.client_ts,
            kind: e.kind,
            class: e.class,
            name: e.name,
            app: e.app,
            env: e.env,
            release: e.release,
            session: e.session,
            visitor: e.visitor,
            user: e.user,
            role: e.role,
            page_id: e.page_id,
            url: e.url,
            path: e.path,
            referrer: e.referrer,
            status: e.status,
            ok: e.ok,
            duration_ms: e.duration_ms,
            value: e.value,
            rating: e.rating,
            client_rating: e.client_rating,
            message: e.message,
            stack: e.stack,
            file: e.file,
            line: e.line,
            column: e.column,
            fingerprint: e.fingerprint,
            fatal: e.fatal,
            recording_id: e.recording_id,
            browser: e.browser,
            browser_version: e.browser_version,
            os: e.os,
            os_version: e.os_version,
            device: e.device,
            device_type: e.device_type,
            country: e.country,
            ip_prefix: e.ip_prefix,
            bot: e.bot,
            source: e.source,
            sdk_version: e.sdk_version,
            event_id: e.event_id,
            part: e.part,
            seq: e.seq,
            sample_rate: e.sample_rate,
            retries: e.retries,
            timed_out: e.timed_out,
            flags: e.flags,
            props: object(e.props),
            extra: object(e.extra),
        }
    }
}

/// Stored JSON goes out as it is; what is not an object (there is none) goes out empty.
pub fn object(json: String) -> Box<RawValue> {
    let raw = if json.starts_with('{') { RawValue::from_string(json).ok() } else { None };
    raw.unwrap_or_else(|| serde_json::value::to_raw_value(&EMPTY).unwrap_or_default())
}

const EMPTY: std::collections::BTreeMap<String, ()> = std::collections::BTreeMap::new();

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_field_has_a_column_and_every_column_a_field() {
        let Value::Object(fields) =
            serde_json::to_value(EventView::from(Event::default())).unwrap()
        else {
            panic!("an object")
        };
        let mut names: Vec<&str> = fields.keys().map(String::as_str).collect();
        let mut columns = COLUMNS.to_vec();
        names.sort_unstable();
        columns.sort_unstable();
        assert_eq!(names, columns);
    }

    #[test]
    fn stored_json_goes_out_as_it_is() {
        let props = r#"{"b":1,"a":{"__proto__":2}}"#;
        let view = EventView::from(Event { props: props.into(), ..Event::default() });
        let json = serde_json::to_string(&view).unwrap();
        assert!(json.contains(&format!(r#""props":{props},"extra":{{}}"#)), "{json}");
    }
}
