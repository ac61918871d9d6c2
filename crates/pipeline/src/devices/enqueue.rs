use model::{Signal, Stored};

use super::normalise::Normal;
use crate::decode::fields::Problem;
use crate::enqueue::{Fate, pack};
use crate::scene::Scene;

/// Under disk pressure a device goes where its lines go.
pub(super) fn item(scene: &Scene<'_>, normal: Normal) -> Result<Fate, Problem> {
    let Normal { heartbeat, id, digest } = normal;
    pack(scene, &Stored::Heartbeat(heartbeat), Signal::Log, id, digest)
}
