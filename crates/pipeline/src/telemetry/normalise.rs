use model::{DeviceType, Event, Kind, Reason, Signal, Stored};

use super::decode::{Shared, Word};
use super::kinds;
use super::protect::Protected;
use crate::decode::fields::{Problem, bounded};
use crate::decode::{Fields, Json, Obj};
use crate::normalise::id::Digest;
use crate::normalise::time::{self, ClockHint};
use crate::normalise::{id, path, sample};
use crate::protect::scrub;
use crate::recording;
use crate::scene::Scene;

pub(super) struct Normal {
    pub stored: Stored,
    pub signal: Signal,
    pub event_id: String,
    /// Whether the item is one of those that sampling keeps.
    pub keep: bool,
}

pub(super) fn item(
    scene: &Scene<'_>,
    shared: &Shared<'_>,
    item: Protected<'_, '_>,
    digest: Digest,
) -> Result<Normal, Problem> {
    let Protected { word, mut fields, who, event_id, recording_id, recording } = item;
    let mut event = scene.event();
    (event.user, event.role, event.session) = (who.user, who.role, who.session);
    (event.visitor, event.page_id) = (who.visitor, who.page_id);
    event.recording_id = recording_id;
    let timed = place(scene, shared, word, &mut fields, &mut event)?;
    common(scene, shared, &mut fields, &mut event);

    let unique = (!timed).then_some(scene.received_at);
    event.event_id = match event_id.as_str() {
        "" => {
            let surroundings = [event.session.as_str(), &event.page_id, &event.visitor, &event.app];
            scene.twins.borrow_mut().id(digest, &surroundings, unique)
        }
        given => id::given(given),
    };
    if word == Word::Recording {
        let event_id = event.event_id.clone();
        if event.recording_id.is_empty() {
            event.recording_id = fields.short(&["name"]);
        }
        fields.check()?;
        finish(scene, shared, fields, &mut event);
        let stored = recording::item(scene, event, recording)?;
        let signal = Signal::Recording;
        return Ok(Normal { stored, signal, event_id, keep: true });
    }

    let metrics = kinds::read(scene, word, &mut fields, &mut event)?;
    let keep = weigh(scene, shared, &mut fields, &mut event);
    fields.check()?;
    finish(scene, shared, fields, &mut event);
    let signal = event.signal();
    let event_id = event.event_id.clone();
    let rows = metrics.rows(event, scene.project.settings.vitals_native);
    Ok(Normal { stored: Stored::Events(rows), signal, event_id, keep })
}

/// Sets the time; says whether the item had one of its own.
fn place(
    scene: &Scene<'_>,
    shared: &Shared<'_>,
    word: Word,
    fields: &mut Fields<'_, '_>,
    event: &mut Event,
) -> Result<bool, Problem> {
    let claimed = match fields.any(&["ts", "timestamp", "time"]) {
        None => None,
        Some(value) => Some(time::read(&value).ok_or(Problem::at(
            Reason::Time,
            "ts",
            "is neither ms nor ISO 8601",
        ))?),
    };
    let hint = shared.drift.map_or(ClockHint::Unknown, ClockHint::Drift);
    let keep = &scene.project.settings.retention;
    let days = match word {
        Word::Error | Word::Rejection => keep.errors_days,
        Word::Recording => keep.recordings_days,
        _ => keep.events_days,
    };
    let placed = time::place(claimed, hint, scene.received_at, days)?;
    (event.ts, event.client_ts) = (placed.ts, placed.client_ts);
    Ok(claimed.is_some())
}

fn common(scene: &Scene<'_>, shared: &Shared<'_>, fields: &mut Fields<'_, '_>, event: &mut Event) {
    let keep = &scene.project.settings.privacy.keep_query;
    let or = |own: String, shared: &String| if own.is_empty() { shared.clone() } else { own };
    event.app = or(fields.short(&["app"]), &shared.app);
    event.env = scene.env(or(fields.short(&["env", "environment"]), &shared.env));
    event.release = or(fields.short(&["release"]), &shared.release);
    event.sdk_version = or(fields.short(&["sdkVersion"]), &shared.sdk_version);
    event.seq = fields.number(&["seq"]).map(|n| n as i64);
    event.url = scrub::url(&or(fields.url(&["url", "pageUrl"]), &shared.url), keep);
    event.path = path::template(&event.url);
    event.referrer = scrub::url(&or(fields.url(&["referrer"]), &shared.referrer), keep);
    let flags = fields.any(&["flags"]);
    event.flags = flags.as_ref().or(shared.flags.as_ref()).map(Json::to_text).unwrap_or_default();
    if event.flags.len() > scene.project.settings.limits.props_bytes as usize {
        event.flags.clear();
        fields.truncated.push("flags");
    }
    let own = fields.object(&["device"]);
    if let Some(device) = own.as_ref().or(shared.device.as_ref()) {
        apply_device(scene, device, event);
    }
}

/// What the SDK knows about the device wins over the request's `User-Agent`.
fn apply_device(scene: &Scene<'_>, device: &Obj<'_>, event: &mut Event) {
    let text = |key: &str| match device.get(key) {
        Some(Json::Str(s)) if !s.is_empty() => {
            Some(crate::decode::fields::truncate(s.clone(), 128).0)
        }
        Some(n @ (Json::Int(_) | Json::Float(_))) => Some(n.to_text()),
        _ => None,
    };
    if let Some(Json::Str(ua)) = device.get("ua").or_else(|| device.get("userAgent")) {
        scene.agents.read(ua).apply(event);
    }
    let set = |column: &mut String, value: Option<String>| {
        if let Some(value) = value {
            *column = value;
        }
    };
    set(&mut event.browser, text("browser"));
    set(&mut event.browser_version, text("browserVersion"));
    set(&mut event.os, text("os"));
    set(&mut event.os_version, text("osVersion"));
    set(&mut event.device, text("model").or_else(|| text("device")));
    let kind = text("type").or_else(|| text("deviceType"));
    if let Some(kind) = kind.and_then(|t| DeviceType::parse(&t.to_ascii_lowercase())) {
        event.device_type = kind;
    }
    event.bot |= device.get("webdriver") == Some(&Json::Bool(true));
}

/// Sets the weight, and says whether the item stays.
fn weigh(
    scene: &Scene<'_>,
    shared: &Shared<'_>,
    fields: &mut Fields<'_, '_>,
    event: &mut Event,
) -> bool {
    let own = fields.number(&["sampleRate"]);
    let error = event.kind == Kind::Error;
    let said = own.or(if error { shared.error_sample_rate } else { shared.sample_rate });
    let settings = &scene.project.settings.sampling;
    let server = match (error, said) {
        // An SDK that samples errors has applied the project's rate already.
        (true, Some(_)) => 1.0,
        (true, None) => settings.error_rate,
        (false, _) => settings.server_rate,
    };
    event.sample_rate = sample::claimed(said) * server;
    let unit = [&event.session, &event.visitor, &event.user, &event.page_id, &event.event_id];
    let unit = unit.into_iter().find(|u| !u.is_empty());
    sample::keeps(unit.map_or("", String::as_str), server)
}

/// Properties, and whatever has no column.
fn finish<'a>(
    scene: &Scene<'_>,
    shared: &Shared<'a>,
    mut fields: Fields<'a, '_>,
    event: &mut Event,
) {
    let budget = scene.project.settings.limits.props_bytes as usize;
    if let Some(Json::Obj(props)) = fields.obj.take("props") {
        event.props = bounded(props, Vec::new(), budget);
    }
    event.bot |= fields.obj.get("webdriver") == Some(&Json::Bool(true));
    for (key, value) in &shared.extra.0 {
        if fields.obj.get(key).is_none() {
            fields.obj.0.push((key.clone(), value.clone()));
        }
    }
    event.extra = fields.rest(budget);
}
