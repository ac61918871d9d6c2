use model::bucket;
use serde::Deserialize;
use serde_json::value::RawValue;

const MAX_EVENTS: usize = 500;
const MAX_FIELD: usize = 2_048;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    app: String,
    env: String,
    release: String,
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_id: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    ts: i64,
    session_id: String,
    visitor_id: String,
    #[serde(default)]
    url: String,
    status: Option<i32>,
    duration_ms: Option<f64>,
    value: Option<f64>,
    #[serde(default)]
    message: String,
    props: Option<Box<RawValue>>,
}

/// What the writer inserts.
pub struct Stored {
    pub event_id: String,
    pub ts: i64,
    pub app: String,
    pub env: String,
    pub release: String,
    pub kind: String,
    pub name: String,
    pub visitor: String,
    pub session: String,
    pub status: Option<i32>,
    pub duration_ms: Option<f64>,
    pub duration_bucket: Option<i16>,
    pub value: Option<f64>,
    pub message: String,
    pub props: String,
    pub url: String,
}

impl Batch {
    pub fn into_rows(self) -> Result<Vec<Stored>, &'static str> {
        if self.events.len() > MAX_EVENTS {
            return Err("too many events");
        }
        let Batch { app, env, release, events } = self;
        events
            .into_iter()
            .map(|event| {
                let texts = [&event.event_id, &event.name, &event.session_id, &event.url];
                if texts.iter().any(|text| text.len() > MAX_FIELD) || event.event_id.is_empty() {
                    return Err("a field is empty or too long");
                }
                if !matches!(event.kind.as_str(), "page" | "event" | "error" | "perf" | "api") {
                    return Err("unknown type");
                }
                Ok(Stored {
                    event_id: event.event_id,
                    ts: event.ts,
                    app: app.clone(),
                    env: env.clone(),
                    release: release.clone(),
                    kind: event.kind,
                    name: event.name,
                    visitor: event.visitor_id,
                    session: event.session_id,
                    status: event.status,
                    duration_ms: event.duration_ms,
                    duration_bucket: event.duration_ms.and_then(bucket::of),
                    value: event.value,
                    message: event.message,
                    props: event.props.map(|p| p.get().to_owned()).unwrap_or_default(),
                    url: event.url,
                })
            })
            .collect()
    }
}
