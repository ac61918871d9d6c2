//! Logs of devices and back ends; `docs/protocol/logs.md` is the specification.

mod decode;
mod enqueue;
mod normalise;
mod protect;

pub(crate) use decode::Shared;

use crate::decode::fields::Problem;
use crate::enqueue::Fate;
use crate::normalise::id::Digest;
use crate::scene::Scene;

pub(crate) const LISTS: &[&str] = &["logs", "entries", "items"];

pub(crate) fn item(scene: &Scene<'_>, shared: &Shared<'_>, raw: &str) -> Result<Fate, Problem> {
    let digest = Digest::of(raw);
    let decoded = decode::item(scene, raw)?;
    let protected = protect::item(scene, shared, decoded);
    let entry = normalise::item(scene, shared, protected, digest)?;
    enqueue::item(scene, entry, digest)
}
