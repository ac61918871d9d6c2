use std::borrow::Cow;

use model::{Level, LogEntry, Reason};

use super::Shared;
use super::protect::Protected;
use crate::decode::fields::{Problem, truncate};
use crate::decode::{Fields, Json};
use crate::normalise::id::{self, Digest};
use crate::normalise::time::{self, ClockHint};
use crate::scene::Scene;

const MAX_TAGS: usize = 32;

pub(super) fn item(
    scene: &Scene<'_>,
    shared: &Shared<'_>,
    item: Protected<'_, '_>,
    digest: Digest,
) -> Result<LogEntry, Problem> {
    let Protected { mut fields, device, id } = item;
    let settings = &scene.project.settings;
    let claimed = match fields.any(&["timestamp", "ts", "time"]) {
        None => None,
        Some(value) => Some(time::read(&value).ok_or(Problem::at(
            Reason::Time,
            "timestamp",
            "is neither ms nor ISO 8601",
        ))?),
    };
    let hint = shared.drift.map_or(ClockHint::Unknown, ClockHint::Drift);
    let placed = time::place(claimed, hint, scene.received_at, settings.retention.logs_days)
        .map_err(|p| Problem { field: Some(Cow::Borrowed("timestamp")), ..p })?;
    let level = fields.short(&["level", "severity"]);
    let level = match level.as_str() {
        "" => Level::default(),
        name => {
            let unknown = || Problem::at(Reason::Schema, "level", "is not a known level");
            Level::parse(name).ok_or_else(unknown)?
        }
    };
    let message = fields.text(&["message", "msg"]);
    let tags = tags(&mut fields)?;
    let or = |own: String, shared: &String| if own.is_empty() { shared.clone() } else { own };
    let app = or(fields.short(&["app", "service"]), &shared.app);
    let env = scene.env(or(fields.short(&["env", "environment"]), &shared.env));
    let release = or(fields.short(&["release", "version"]), &shared.release);
    fields.check()?;
    for (key, value) in &shared.extra.0 {
        if fields.obj.get(key).is_none() {
            fields.obj.0.push((key.clone(), value.clone()));
        }
    }
    let id = match id.as_str() {
        "" => {
            let unique = claimed.is_none().then_some(scene.received_at);
            scene.twins.borrow_mut().id(digest, &[&device, &app], unique)
        }
        given => id::given(given),
    };
    Ok(LogEntry {
        project: scene.project_id(),
        id,
        device,
        ts: placed.ts,
        client_ts: placed.client_ts,
        received_at: scene.received_at,
        level,
        message,
        tags,
        app,
        env,
        release,
        ip_prefix: scene.ip_prefix.clone(),
        extra: fields.rest(settings.limits.props_bytes as usize),
    })
}

/// A list of strings, or one string.
fn tags(fields: &mut Fields<'_, '_>) -> Result<Vec<String>, Problem> {
    const LONGEST_TAG: usize = 128;
    let wrong = Problem::at(Reason::Schema, "tags", "must be a list of strings");
    let list = match fields.any(&["tags"]) {
        None => return Ok(Vec::new()),
        Some(Json::Str(tag)) => vec![Json::Str(tag)],
        Some(Json::Arr(list)) => list,
        Some(_) => return Err(wrong),
    };
    if list.len() > MAX_TAGS {
        fields.truncated.push("tags");
    }
    let tag = |value| match value {
        Json::Str(tag) => Ok(truncate(tag, LONGEST_TAG).0),
        n @ (Json::Int(_) | Json::Float(_)) => Ok(n.to_text()),
        _ => Err(wrong.clone()),
    };
    list.into_iter().take(MAX_TAGS).map(tag).collect()
}
