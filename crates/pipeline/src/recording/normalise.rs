use model::{Event, Recording};

use super::protect::Masked;

pub(super) fn recording(event: &Event, masked: &Masked, segment: Vec<u8>) -> Recording {
    let fallback = event.ts;
    let placed = |ts: Option<i64>| ts.unwrap_or(fallback);
    // A clock that was wrong for the report was wrong for its events as well.
    let shift = event.client_ts.map_or(0, |claimed| event.ts.saturating_sub(claimed));
    Recording {
        project: event.project,
        recording_id: event.recording_id.clone(),
        event_id: event.event_id.clone(),
        app: event.app.clone(),
        env: event.env.clone(),
        release: event.release.clone(),
        session: event.session.clone(),
        visitor: event.visitor.clone(),
        user: event.user.clone(),
        page_id: event.page_id.clone(),
        url: event.url.clone(),
        ts: event.ts,
        received_at: event.received_at,
        first_ts: placed(masked.first_ts.map(|t| t.saturating_add(shift))),
        last_ts: placed(masked.last_ts.map(|t| t.saturating_add(shift))),
        events: masked.events,
        raw_bytes: masked.text.len() as u64,
        segment,
    }
}
