//! The native batch; `docs/protocol/telemetry.md` is the specification.

mod decode;
mod enqueue;
mod errors;
mod kinds;
mod normalise;
mod perf;
mod protect;

pub(crate) use decode::Shared;
pub(crate) use decode::{claimed_user, user};
pub(crate) use errors::name_in;
pub(crate) use perf::{Metric, vital};

use crate::decode::fields::Problem;
use crate::enqueue::Fate;
use crate::normalise::id::Digest;
use crate::scene::Scene;

pub(crate) const LISTS: &[&str] = &["events"];

pub(crate) fn item(scene: &Scene<'_>, shared: &Shared<'_>, raw: &str) -> Result<Fate, Problem> {
    let digest = Digest::of(raw);
    let decoded = decode::item(scene, raw)?;
    let protected = protect::item(scene, shared, decoded)?;
    let normal = normalise::item(scene, shared, protected, digest)?;
    enqueue::item(scene, normal, digest)
}
