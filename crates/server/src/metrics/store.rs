//! What is kept, and what waits to be. Only figures that cost no query.

use super::text::Text;
use crate::App;

pub fn write(text: &mut Text, app: &App) {
    let inbox = &app.store.inbox;
    let (backlog, pressure) = (inbox.backlog(), inbox.pressure());
    text.gauge("signalbox_inbox_items", "Acknowledged, not yet in the warehouse")
        .sample(&[], backlog.items);
    text.gauge("signalbox_inbox_bytes", "Bytes of the same").sample(&[], backlog.bytes);
    let age = backlog.oldest.map_or(0, |oldest| (app.clock.now() - oldest).max(0));
    text.gauge("signalbox_inbox_oldest_age_seconds", "How long the oldest has waited; 0 for none")
        .sample(&[], age as f64 / 1000.0);
    text.counter("signalbox_inbox_committed_total", "Batches that were acknowledged, ever")
        .sample(&[], backlog.committed_seq);
    text.counter("signalbox_inbox_applied_total", "Batches that reached the warehouse, ever")
        .sample(&[], backlog.applied_seq);
    let help = "Refused for want of disk: 0 nothing, 1 recordings, 2 events, 3 logs, 4 everything";
    text.gauge("signalbox_disk_pressure", help).sample(&[], pressure as u8);
    let recordings = app.store.recordings.status();
    text.gauge("signalbox_recordings_bytes", "Screen recordings").sample(&[], recordings.bytes);
}
