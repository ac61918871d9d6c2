use model::{Event, Kind, Reason, Signal, Stored};

use super::columns;
use super::decode::Type;
use super::perf;
use super::protect::Protected;
use crate::decode::fields::Problem;
use crate::decode::{Fields, Json};
use crate::normalise::id::{self, Digest};
use crate::normalise::time::{self, ClockHint};
use crate::normalise::{fingerprint, path, sample};
use crate::protect::scrub;
use crate::recording;
use crate::scene::Scene;

pub(super) struct Normal {
    pub stored: Stored,
    pub signal: Signal,
    pub event_id: String,
    pub keep: bool,
}

pub(super) fn item(
    scene: &Scene<'_>,
    item: Protected<'_, '_>,
    digest: Digest,
) -> Result<Normal, Problem> {
    let Protected { kind, mut fields, event_id, recording, .. } = item;
    let mut event = scene.event();
    (event.user, event.role, event.session) = (item.user, item.role, item.session);
    (event.visitor, event.page_id) = (item.visitor, item.page_id);
    event.recording_id = item.recording_id;
    let timed = place(scene, &kind, &mut fields, &mut event)?;
    common(scene, &mut fields, &mut event);
    event.event_id = match event_id.as_str() {
        "" => {
            let unique = (!timed).then_some(scene.received_at);
            scene.twins.borrow_mut().id(digest, &[&event.page_id], unique)
        }
        given => id::given(given),
    };
    if kind == Type::RecordScreen {
        let event_id = event.event_id.clone();
        event.ok = columns::ok(&mut fields);
        finish(scene, fields, &perf::Report::default(), &mut event);
        let stored = recording::item(scene, event, recording)?;
        return Ok(Normal { stored, signal: Signal::Recording, event_id, keep: true });
    }

    let metrics = match kind {
        Type::Performance => perf::read(&mut fields, &mut event)?,
        other => {
            columns::read(scene, &other, &mut fields, &mut event);
            perf::Report::default()
        }
    };
    if event.kind == Kind::Error {
        event.fingerprint = fingerprint::of(&event);
    }
    let keep = weigh(scene, &mut fields, &mut event);
    finish(scene, fields, &metrics, &mut event);
    let (signal, event_id) = (event.signal(), event.event_id.clone());
    let rows = metrics.rows(event, scene.project.settings.vitals_websee);
    Ok(Normal { stored: Stored::Events(rows), signal, event_id, keep })
}

/// The SDK sends at once and keeps nothing back, so the difference between `time` and now is its
/// clock's error; a failed call is reported when it ends but dated when it began.
fn place(
    scene: &Scene<'_>,
    kind: &Type,
    fields: &mut Fields<'_, '_>,
    event: &mut Event,
) -> Result<bool, Problem> {
    let claimed = fields.any(&["time"]).as_ref().and_then(time::read);
    let late = match kind {
        Type::Request => fields.obj.get("elapsedTime").and_then(Json::as_f64).unwrap_or(0.0),
        _ => 0.0,
    };
    let late = late.clamp(0.0, 3_600_000.0) as i64;
    let days = scene.project.settings.retention.events_days;
    let placed = time::place(claimed, ClockHint::Immediate { late }, scene.received_at, days)
        .map_err(|p| Problem { reason: Reason::Time, ..p })?;
    (event.ts, event.client_ts) = (placed.ts, placed.client_ts);
    Ok(claimed.is_some())
}

fn common(scene: &Scene<'_>, fields: &mut Fields<'_, '_>, event: &mut Event) {
    let keep = &scene.project.settings.privacy.keep_query;
    event.url = scrub::url(&fields.url(&["pageUrl"]), keep);
    event.path = path::template(&event.url);
    event.referrer = scrub::url(&fields.url(&["referrer"]), keep);
    event.sdk_version = fields.short(&["sdkVersion"]);
    // Not sent by the SDK today; understood where a page adds them.
    event.app = fields.short(&["app", "appName"]);
    event.env = scene.env(fields.short(&["env", "environment"]));
    event.release = fields.short(&["release", "version"]);
    let device = fields.object(&["deviceInfo"]);
    columns::device(scene, device, fields, event);
}

fn weigh(scene: &Scene<'_>, fields: &mut Fields<'_, '_>, event: &mut Event) -> bool {
    let settings = &scene.project.settings.sampling;
    let server = match event.kind {
        Kind::Error => settings.error_rate,
        _ => settings.server_rate,
    };
    event.sample_rate = sample::claimed(fields.number(&["sampleRate"])) * server;
    let unit = [&event.session, &event.page_id, &event.event_id];
    let unit = unit.into_iter().find(|u| !u.is_empty());
    sample::keeps(unit.map_or("", String::as_str), server)
}

fn finish(scene: &Scene<'_>, fields: Fields<'_, '_>, report: &perf::Report<'_>, event: &mut Event) {
    let budget = scene.project.settings.limits.props_bytes as usize;
    event.props = report.props(budget);
    event.extra = fields.rest(budget);
}
