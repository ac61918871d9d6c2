use std::borrow::Cow;

use model::{Heartbeat, Millis, Reason};

use super::protect::Protected;
use crate::decode::fields::{Problem, truncate};
use crate::normalise::id::{Digest, Twins};
use crate::normalise::time::{self, ClockHint};
use crate::scene::Scene;

const LONGEST_STATUS: usize = 64;

pub(super) struct Normal {
    pub heartbeat: Heartbeat,
    pub id: String,
    pub digest: Digest,
}

pub(super) fn item(
    scene: &Scene<'_>,
    drift: Option<Millis>,
    item: Protected<'_, '_>,
) -> Result<Normal, Problem> {
    let Protected { mut fields, device } = item;
    let unreadable = Problem::at(Reason::Time, "timestamp", "is neither ms nor ISO 8601");
    let claimed = fields.any(&["timestamp", "ts", "time"]);
    let claimed = claimed.map(|value| time::read(&value).ok_or(unreadable)).transpose()?;
    let hint = drift.map_or(ClockHint::Unknown, ClockHint::Drift);
    let days = scene.project.settings.retention.logs_days;
    let placed = time::place(claimed, hint, scene.received_at, days)
        .map_err(|p| Problem { field: Some(Cow::Borrowed("timestamp")), ..p })?;
    let status = fields.short(&["status"]);
    fields.check()?;
    let status = match status.trim() {
        "" => Heartbeat::ONLINE.to_owned(),
        given => truncate(Cow::Borrowed(given), LONGEST_STATUS).0,
    };
    // The same word of the same moment is a repetition, however the rest is written. Without a
    // moment it is a new one.
    let what = ["heartbeat", device.as_str(), status.as_str()];
    let digest = Digest::of(&claimed.map_or_else(String::new, |ms| ms.to_string()));
    let id = match claimed {
        Some(_) => Twins::default().id(digest, &what, None),
        None => scene.twins.borrow_mut().id(digest, &what, Some(scene.received_at)),
    };
    let heartbeat = Heartbeat {
        project: scene.project_id(),
        device,
        status,
        ts: placed.ts,
        received_at: scene.received_at,
    };
    Ok(Normal { heartbeat, id, digest })
}
