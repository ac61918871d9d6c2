//! The common road of all signals, top to bottom: decode → protect → normalise → enqueue. All of
//! it is computation on the caller's thread; only the store is waited for, later.

use model::{Pressure, ProjectId, Reason, Scope, Source};

use crate::decode::fields::Problem;
use crate::decode::json::JsonError;
use crate::decode::{Envelope, Limits, Obj, body, envelope};
use crate::door::Door;
use crate::enqueue::{Batch, Fate};
use crate::normalise::agent::Agents;
use crate::protect::{self, Caller, Consent, Denied, Gate, consent};
use crate::scene::Scene;
use crate::{PipelineOptions, Projects, Refusal, Request, devices, logs, telemetry, websee};

/// A request that was refused as a whole, and what the ledger must know about it.
#[derive(Debug)]
pub(crate) struct TurnedAway {
    pub project: ProjectId,
    pub items: u32,
    pub refusal: Refusal,
}

pub(crate) struct Receiver<'p> {
    pub projects: &'p dyn Projects,
    pub gate: &'p Gate,
    pub options: &'p PipelineOptions,
    pub pressure: Pressure,
    pub agents: &'p Agents,
}

impl Receiver<'_> {
    pub fn receive(&self, door: Door, request: &Request) -> Result<Batch, TurnedAway> {
        let source = door.source();
        // Until the items can be counted a refused request is one item, of whom its key names.
        let early = |refusal| {
            let project = protect::attribute(self.projects, request);
            TurnedAway { project, items: 1, refusal }
        };

        let ceiling = match source {
            Source::Logs => self.options.max_log_body_bytes,
            _ => self.options.max_body_bytes,
        };
        let text = body::text(request, ceiling).map_err(early)?;
        let envelope = envelope::open(&text, door.lists(), self.limits())
            .map_err(|e| early(unreadable(&e)))?;
        let single = envelope.items.len() == 1 && envelope.items[0].len() == text.len();
        let items = count(&envelope).max(1);

        let caller = self.admit(source, request, &envelope).map_err(|denied| TurnedAway {
            project: denied.project,
            items,
            refusal: denied.refusal,
        })?;
        let project = caller.project.id;
        let settings = &caller.project.settings;
        weigh(source, &text, &envelope, &caller).map_err(|refusal| TurnedAway {
            project,
            items,
            refusal,
        })?;

        let mut batch = Batch::new(project, source, single);
        batch.per_day = settings.limits.items_per_day;
        let consent = consent::read(&request.headers, settings.privacy.opt_out);
        if consent == Consent::Refused {
            batch.count(Reason::Consent, items);
            return Ok(batch);
        }
        let scene = Scene::new(self, &caller, source, request, consent);
        self.items(door, &scene, envelope, &mut batch);
        Ok(batch)
    }

    /// Of one item, and of what a batch says beside its items.
    pub fn limits(&self) -> Limits {
        Limits { depth: self.options.max_depth, nodes: self.options.max_nodes }
    }

    fn admit(
        &self,
        source: Source,
        request: &Request,
        envelope: &Envelope<'_>,
    ) -> Result<Caller, Denied> {
        let shared = &envelope.shared;
        let (mut key, mut user) = (own_key(shared), telemetry::claimed_user(shared).to_owned());
        if let (None, Some(first)) = (&key, envelope.items.first()) {
            let (first_key, first_user) = websee::api_key(first);
            key = first_key;
            if user.is_empty() {
                user = first_user;
            }
        }
        let scope = match source {
            Source::Logs => Scope::IngestLogs,
            _ => Scope::IngestEvents,
        };
        self.gate.admit(self.projects, request, scope, key.as_deref(), &user)
    }

    fn items(&self, door: Door, scene: &Scene<'_>, envelope: Envelope<'_>, batch: &mut Batch) {
        let Envelope { shared, items, beyond } = envelope;
        let allowed = scene.project.settings.limits.batch_items as usize;
        let mut each = |one: &dyn Fn(&str) -> Result<Fate, Problem>| {
            for (index, raw) in items.iter().enumerate().take(allowed) {
                batch.put(index, one(raw));
            }
        };
        match door {
            Door::Native => {
                let shared = telemetry::Shared::read(scene, shared);
                each(&|raw| telemetry::item(scene, &shared, raw));
            }
            Door::WebSee => each(&|raw| websee::item(scene, raw)),
            Door::Logs => {
                let shared = logs::Shared::read(scene, shared);
                each(&|raw| logs::item(scene, &shared, raw));
            }
            Door::Devices => {
                let drift = devices::drift(scene, &shared);
                each(&|raw| devices::item(scene, drift, raw));
            }
        }
        let over = u32::try_from(items.len().saturating_sub(allowed)).unwrap_or(u32::MAX);
        let over = over.saturating_add(beyond);
        if over > 0 {
            batch.count(Reason::BatchSize, over);
            let problem = Problem::new(Reason::BatchSize, "more items than one batch may have");
            batch.error(allowed, &problem);
        }
    }
}

fn own_key(shared: &Obj<'_>) -> Option<String> {
    let key = shared.get("apiKey").or_else(|| shared.get("apikey"))?;
    key.as_str().map(str::to_owned)
}

fn count(envelope: &Envelope<'_>) -> u32 {
    u32::try_from(envelope.items.len()).unwrap_or(u32::MAX).saturating_add(envelope.beyond)
}

fn unreadable(error: &JsonError) -> Refusal {
    let reason = match error {
        JsonError::Malformed(_) => Reason::Malformed,
        JsonError::TooComplex => Reason::TooComplex,
    };
    Refusal::new(reason, error.to_string())
}

/// The project's own ceilings. Recordings have theirs; what else is in the body has to fit into
/// that of events.
fn weigh(
    source: Source,
    text: &str,
    envelope: &Envelope<'_>,
    caller: &Caller,
) -> Result<(), Refusal> {
    let limits = &caller.project.settings.limits;
    let size = text.len();
    let allowed = match source {
        Source::Logs => limits.log_body_bytes as usize,
        _ if size <= limits.body_bytes as usize => return Ok(()),
        _ => {
            let recordings = envelope.items.iter().filter(|raw| is_recording(raw));
            let recorded: usize = recordings.map(|raw| raw.len()).sum();
            let rest = size - recorded;
            if rest <= limits.body_bytes as usize {
                limits.recording_body_bytes.max(limits.body_bytes) as usize
            } else {
                limits.body_bytes as usize
            }
        }
    };
    if size <= allowed {
        return Ok(());
    }
    Err(Refusal::new(Reason::TooLarge, format!("the body exceeds {allowed} bytes")))
}

fn is_recording(raw: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Typed<'a> {
        #[serde(borrow, rename = "type")]
        kind: std::borrow::Cow<'a, str>,
    }
    let typed: Result<Typed<'_>, _> = serde_json::from_str(raw);
    typed.is_ok_and(|t| matches!(t.kind.as_ref(), "recordScreen" | "recording"))
}
