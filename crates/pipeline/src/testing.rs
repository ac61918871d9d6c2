//! What unit tests share: one project, a request to it, and the road up to the inbox.

use std::path::PathBuf;
use std::sync::Arc;

use model::{
    KeyKind, Millis, Pressure, Project, ProjectId, ProjectKey, ProjectSettings, Scope, Source,
    Stored,
};
use serde_json::Value;

use crate::door::Door;
use crate::enqueue::Batch;
use crate::normalise::agent::Agents;
use crate::protect::Gate;
use crate::receive::{Receiver, TurnedAway};
use crate::{Headers, Method, PipelineOptions, Projects, Request};

pub(crate) const PUBLIC: &str = "sbp_00000000000000000000000000000001";
pub(crate) const SECRET: &str = "sbs_000000000000000000000000000000000000000000000002";
pub(crate) const SIGNER: &str = "sbk_0000000000000003";
/// Shortly after the capture was made.
pub(crate) const NOW: Millis = 1_795_224_380_000;

pub(crate) fn project() -> Project {
    Project {
        id: ProjectId(7),
        slug: "shop".into(),
        demo: false,
        environments: vec!["production".into()],
        settings: ProjectSettings::default(),
        salt: [7; 32],
        signing: vec![key(3, KeyKind::Signing)],
        version: 1,
    }
}

pub(crate) fn key(id: i64, kind: KeyKind) -> ProjectKey {
    let signing_secret = (kind == KeyKind::Signing).then(|| vec![id as u8; 32]);
    ProjectKey {
        id,
        kind,
        scopes: vec![Scope::IngestEvents, Scope::IngestLogs],
        origins: Vec::new(),
        env: None,
        expires_at: None,
        signing_secret,
    }
}

pub(crate) struct Directory {
    pub project: Arc<Project>,
    pub keys: Vec<(String, Arc<ProjectKey>)>,
}

impl Projects for Directory {
    fn by_key(&self, key: &str) -> Option<(Arc<Project>, Arc<ProjectKey>)> {
        let (_, found) = self.keys.iter().find(|(k, _)| k == key)?;
        Some((Arc::clone(&self.project), Arc::clone(found)))
    }

    fn touch(&self, _key_id: i64) {}
}

/// The pipeline up to the inbox.
pub(crate) struct Bench {
    pub directory: Directory,
    pub gate: Gate,
    pub options: PipelineOptions,
    pub pressure: Pressure,
    pub agents: Agents,
}

impl Bench {
    pub fn new(change: impl FnOnce(&mut ProjectSettings)) -> Self {
        let mut project = project();
        change(&mut project.settings);
        let keys =
            [(PUBLIC, KeyKind::Public), (SECRET, KeyKind::Secret), (SIGNER, KeyKind::Signing)];
        let keys = (1..).zip(keys).map(|(id, (name, kind))| (name.into(), Arc::new(key(id, kind))));
        let options = PipelineOptions::default();
        Bench {
            directory: Directory { project: Arc::new(project), keys: keys.collect() },
            gate: Gate::new(&options),
            options,
            pressure: Pressure::None,
            agents: Agents::default(),
        }
    }

    pub fn receive(&self, source: Source, request: &Request) -> Result<Batch, TurnedAway> {
        let door = match source {
            Source::Native => Door::Native,
            Source::WebSee => Door::WebSee,
            Source::Logs => Door::Logs,
        };
        self.enter(door, request)
    }

    pub fn enter(&self, door: Door, request: &Request) -> Result<Batch, TurnedAway> {
        let receiver = Receiver {
            projects: &self.directory,
            gate: &self.gate,
            options: &self.options,
            pressure: self.pressure,
            agents: &self.agents,
        };
        receiver.receive(door, request)
    }

    pub fn batch(&self, source: Source, body: &str) -> Batch {
        self.receive(source, &post(source, body)).expect("not turned away")
    }

    pub fn devices(&self, body: &str) -> Batch {
        self.enter(Door::Devices, &post(Source::Logs, body)).expect("not turned away")
    }

    pub fn stored(&self, source: Source, body: &str) -> Vec<Stored> {
        stored(&self.batch(source, body))
    }
}

pub(crate) fn stored(batch: &Batch) -> Vec<Stored> {
    batch.items.iter().map(|i| store::decode(&i.payload).expect("decodes")).collect()
}

pub(crate) fn post(source: Source, body: impl Into<Vec<u8>>) -> Request {
    let path = match source {
        Source::Native => "/api/telemetry/batch",
        Source::WebSee => "/reportData",
        Source::Logs => "/api/logs",
    };
    Request {
        method: Method::Post,
        path: path.into(),
        query: String::new(),
        headers: Headers { api_key: Some(PUBLIC.into()), ..Headers::default() },
        body: body.into().into(),
        ip: "203.0.113.77".parse().expect("address"),
        received_at: NOW,
    }
}

pub(crate) fn fixture_dir() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// Every fixture below a folder: its name from there, and its text.
pub(crate) fn fixtures(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![fixture_dir().join(folder)];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).expect("fixtures") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(fixture_dir()).expect("below").with_extension("");
                let name = name.to_string_lossy().replace('/', "__");
                found.push((name, std::fs::read_to_string(&path).expect("readable")));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no fixtures in {folder}");
    found
}

/// A stored item as a reader wants to see it: JSON columns opened, empty columns left out.
pub(crate) fn readable(stored: &Stored) -> Value {
    let open = |mut value: Value| {
        let fields = value.as_object_mut().expect("a struct");
        for name in ["props", "extra", "flags"] {
            if let Some(Value::String(text)) = fields.get(name)
                && !text.is_empty()
            {
                let inner = serde_json::from_str(text).expect("a JSON column is JSON");
                fields.insert(name.into(), inner);
            }
        }
        fields.retain(|_, v| !v.is_null() && v != "" && *v != Value::Array(Vec::new()));
        value
    };
    match stored {
        Stored::Events(rows) => {
            rows.iter().map(|e| open(serde_json::to_value(e).expect("plain"))).collect()
        }
        Stored::Log(log) => open(serde_json::to_value(log).expect("plain")),
        Stored::Heartbeat(heartbeat) => open(serde_json::to_value(heartbeat).expect("plain")),
        Stored::Recording(recording, event) => {
            let mut value = serde_json::to_value(recording).expect("plain");
            let events = zstd::decode_all(recording.segment.as_slice()).expect("zstd");
            value["segment"] = serde_json::from_slice(&events).expect("a JSON list");
            Value::Array(vec![open(value), open(serde_json::to_value(event).expect("plain"))])
        }
    }
}
