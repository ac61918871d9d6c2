//! What devices say about themselves; `docs/protocol/logs.md` is the specification.

mod decode;
mod enqueue;
mod normalise;
mod protect;

use model::Millis;

use crate::decode::Obj;
use crate::decode::fields::Problem;
use crate::enqueue::Fate;
use crate::normalise::time;
use crate::scene::Scene;

pub(crate) const LISTS: &[&str] = &["devices", "items"];

/// How far the sender's clock is behind ours, where the batch says what it shows.
pub(crate) fn drift(scene: &Scene<'_>, shared: &Obj<'_>) -> Option<Millis> {
    let sent_at = shared.get("sentAt").and_then(time::read)?;
    Some(scene.received_at.saturating_sub(sent_at))
}

pub(crate) fn item(scene: &Scene<'_>, drift: Option<Millis>, raw: &str) -> Result<Fate, Problem> {
    let decoded = decode::item(scene, raw)?;
    let protected = protect::item(scene, decoded)?;
    let normal = normalise::item(scene, drift, protected)?;
    enqueue::item(scene, normal)
}
