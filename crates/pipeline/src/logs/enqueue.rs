use model::{LogEntry, Signal, Stored};

use crate::decode::fields::Problem;
use crate::enqueue::{Fate, pack};
use crate::normalise::id::Digest;
use crate::scene::Scene;

pub(super) fn item(scene: &Scene<'_>, entry: LogEntry, digest: Digest) -> Result<Fate, Problem> {
    let id = entry.id.clone();
    pack(scene, &Stored::Log(entry), Signal::Log, id, digest)
}
