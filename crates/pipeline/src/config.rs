//! `GET /api/telemetry/config`: what an SDK should know before it sends anything.

use model::Project;
use serde::Serialize;

use crate::SdkConfig;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'p> {
    /// The kill switch: while false an SDK collects and sends nothing.
    enabled: bool,
    sample_rate: f64,
    error_sample_rate: f64,
    disabled_fields: &'p [String],
    allowed_fields: &'p [String],
    /// Empty: every event name is allowed.
    allowed_events: &'p [String],
    keep_query: &'p [String],
    max_batch_size: u32,
    max_interval_ms: u32,
    max_batch_items: u32,
    max_body_bytes: u32,
    max_recording_bytes: u32,
    /// Whether `Sec-GPC` and `DNT` stop collection: an SDK can save the request.
    respect_do_not_track: bool,
    mask_recordings: bool,
}

pub(crate) fn sdk_config(project: &Project) -> SdkConfig {
    use model::settings::OptOut;
    let s = &project.settings;
    let body = Body {
        enabled: s.enabled,
        sample_rate: s.sampling.sdk_rate(s.app_kind),
        error_sample_rate: s.sampling.error_rate,
        disabled_fields: &s.privacy.disabled_fields,
        allowed_fields: &s.privacy.allowed_fields,
        allowed_events: &s.privacy.allowed_events,
        keep_query: &s.privacy.keep_query,
        max_batch_size: s.sdk.max_batch_size.min(s.limits.batch_items),
        max_interval_ms: s.sdk.max_interval_ms,
        max_batch_items: s.limits.batch_items,
        max_body_bytes: s.limits.body_bytes,
        max_recording_bytes: s.limits.recording_raw_bytes,
        respect_do_not_track: s.privacy.opt_out == OptOut::Drop,
        mask_recordings: s.privacy.mask_recordings,
    };
    // Plain data with string keys: writing cannot fail.
    let json = serde_json::to_string(&body).unwrap_or_default();
    let etag = format!("\"{}\"", hex::encode(&blake3::hash(json.as_bytes()).as_bytes()[..12]));
    SdkConfig { json, etag }
}

#[cfg(test)]
mod tests {
    use crate::testing::project;

    use super::*;

    #[test]
    fn the_tag_changes_with_the_content_only() {
        let mut project = project();
        let first = sdk_config(&project);
        project.version += 1;
        assert_eq!(sdk_config(&project), first);
        project.settings.enabled = false;
        let off = sdk_config(&project);
        assert_ne!(off.etag, first.etag);
        assert!(off.json.contains("\"enabled\":false"));
        assert!(first.json.contains("\"sampleRate\":0.05"), "{}", first.json);
    }
}
