use model::{Event, Kind, Level, LogEntry, ProjectId, Source, bucket};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    Page,
    Api,
    Log,
    Click,
    Vital,
    Error,
}

impl RowKind {
    pub fn name(self) -> &'static str {
        match self {
            RowKind::Page => "page",
            RowKind::Api => "api",
            RowKind::Log => "log",
            RowKind::Click => "event",
            RowKind::Vital => "vital",
            RowKind::Error => "error",
        }
    }
}

/// One telemetry event, in no engine's terms.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: u64,
    pub ts: i64,
    pub project: i64,
    pub app: &'static str,
    pub env: &'static str,
    pub release: &'static str,
    pub kind: RowKind,
    pub name: String,
    pub visitor: String,
    pub session: String,
    pub status: Option<i32>,
    pub duration_ms: Option<f64>,
    pub value: Option<f64>,
    pub message: String,
    pub props: String,
    pub country: &'static str,
    pub browser: &'static str,
    pub os: &'static str,
    pub device: &'static str,
}

impl Row {
    pub fn event_id(&self) -> String {
        format!("e{:015x}", self.id)
    }

    pub fn into_event(self) -> Event {
        Event {
            project: ProjectId(self.project),
            source: Some(Source::Native),
            event_id: self.event_id(),
            ts: self.ts,
            received_at: self.ts + 1_200,
            kind: match self.kind {
                RowKind::Page => Kind::Page,
                RowKind::Api => Kind::Api,
                RowKind::Vital => Kind::Vital,
                RowKind::Error => Kind::Error,
                RowKind::Click | RowKind::Log => Kind::Event,
            },
            duration_bucket: self.duration_ms.and_then(bucket::of),
            value_bucket: self.value.and_then(bucket::of),
            path: if self.kind == RowKind::Page { self.name.clone() } else { String::new() },
            name: self.name,
            app: self.app.to_owned(),
            env: self.env.to_owned(),
            release: self.release.to_owned(),
            visitor: self.visitor,
            session: self.session,
            status: self.status,
            duration_ms: self.duration_ms,
            value: self.value,
            message: self.message,
            props: self.props,
            country: self.country.to_owned(),
            browser: self.browser.to_owned(),
            os: self.os.to_owned(),
            device: self.device.to_owned(),
            sample_rate: 1.0,
            ..Event::default()
        }
    }

    pub fn into_log(self) -> LogEntry {
        LogEntry {
            project: ProjectId(self.project),
            id: self.event_id(),
            device: self.visitor,
            ts: self.ts,
            received_at: self.ts + 1_200,
            level: if self.status == Some(500) { Level::Error } else { Level::Info },
            message: self.message,
            app: self.app.to_owned(),
            env: self.env.to_owned(),
            release: self.release.to_owned(),
            extra: self.props,
            ..LogEntry::default()
        }
    }
}
