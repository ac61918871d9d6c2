use model::{Event, Recording};

use super::protect::Masked;

pub(super) fn recording(event: Event, masked: &Masked, segment: Vec<u8>) -> Recording {
    let fallback = event.ts;
    let placed = |ts: Option<i64>| ts.unwrap_or(fallback);
    // A clock that was wrong for the report was wrong for its events as well.
    let shift = event.client_ts.map_or(0, |claimed| event.ts.saturating_sub(claimed));
    Recording {
        project: event.project,
        recording_id: if event.recording_id.is_empty() {
            event.event_id.clone()
        } else {
            event.recording_id
        },
        event_id: event.event_id,
        app: event.app,
        env: event.env,
        release: event.release,
        session: event.session,
        visitor: event.visitor,
        user: event.user,
        page_id: event.page_id,
        url: event.url,
        ts: event.ts,
        received_at: event.received_at,
        first_ts: placed(masked.first_ts.map(|t| t.saturating_add(shift))),
        last_ts: placed(masked.last_ts.map(|t| t.saturating_add(shift))),
        events: masked.events,
        raw_bytes: masked.text.len() as u64,
        segment,
    }
}
