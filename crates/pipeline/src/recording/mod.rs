//! Screen recordings: rrweb events behind up to three layers, masked and packed again. Reports of
//! both SDKs carry them.

mod decode;
mod enqueue;
mod mask;
mod normalise;
mod protect;

use model::{Event, Recording};

use crate::decode::Json;
use crate::decode::fields::Problem;
use crate::scene::Scene;

/// `event` carries what the report says about itself, `segment` its rrweb events.
pub(crate) fn item(
    scene: &Scene<'_>,
    event: Event,
    segment: Option<Json<'_>>,
) -> Result<Recording, Problem> {
    let text =
        decode::segment(segment, scene.project.settings.limits.recording_raw_bytes as usize)?;
    let masked = protect::segment(&text, &scene.project.settings.privacy)?;
    let packed = enqueue::compress(masked.text.as_bytes())?;
    Ok(normalise::recording(event, &masked, packed))
}
