//! Reports of the web-see SDK; `docs/protocol/websee.md` is the specification.

mod columns;
mod decode;
mod enqueue;
mod normalise;
mod perf;
mod protect;

pub(crate) use decode::api_key;

use crate::decode::fields::Problem;
use crate::enqueue::Fate;
use crate::normalise::id::Digest;
use crate::scene::Scene;

/// A report is an object, or a list of them without a shared part.
pub(crate) const LISTS: &[&str] = &[];

pub(crate) fn item(scene: &Scene<'_>, raw: &str) -> Result<Fate, Problem> {
    let digest = Digest::of(raw);
    let decoded = decode::item(scene, raw)?;
    let protected = protect::item(scene, decoded);
    let normal = normalise::item(scene, protected, digest)?;
    enqueue::item(scene, normal, digest)
}
