use super::normalise::Normal;
use crate::decode::fields::Problem;
use crate::enqueue::{Fate, pack};
use crate::normalise::id::Digest;
use crate::scene::Scene;

pub(super) fn item(scene: &Scene<'_>, item: Normal, digest: Digest) -> Result<Fate, Problem> {
    if !item.keep {
        return Ok(Fate::Sampled);
    }
    pack(scene, &item.stored, item.signal, item.event_id, digest)
}
