//! Screen recordings: rrweb events behind up to three layers, masked and packed again. Reports of
//! both SDKs carry them.

mod decode;
mod enqueue;
mod mask;
mod normalise;
mod protect;

use model::{Event, Kind, Stored};

use crate::decode::Json;
use crate::decode::fields::Problem;
use crate::scene::Scene;

/// `event` carries what the report says about itself, `segment` its rrweb events. Both are kept:
/// the one among the events, the other as a file.
pub(crate) fn item(
    scene: &Scene<'_>,
    mut event: Event,
    segment: Option<Json<'_>>,
) -> Result<Stored, Problem> {
    let text =
        decode::segment(segment, scene.project.settings.limits.recording_raw_bytes as usize)?;
    let masked = protect::segment(&text, &scene.project.settings.privacy)?;
    let packed = enqueue::compress(masked.text.as_bytes())?;
    event.kind = Kind::Recording;
    if event.recording_id.is_empty() {
        event.recording_id.clone_from(&event.event_id);
    }
    event.name.clone_from(&event.recording_id);
    // Recordings are never sampled by the server.
    event.sample_rate = 1.0;
    let recording = normalise::recording(&event, &masked, packed);
    let span = recording.last_ts.saturating_sub(recording.first_ts);
    event.duration_ms = Some(span as f64);
    event.duration_bucket = model::bucket::of(span as f64);
    Ok(Stored::Recording(recording, Box::new(event)))
}
