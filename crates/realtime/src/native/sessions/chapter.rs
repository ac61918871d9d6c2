//! `history_data`: what was said before, in one message.

use std::sync::Arc;

use bytes::Bytes;
use model::Millis;
use serde_json::value::RawValue;

use super::voice::Voice;
use crate::hub::Event;
use crate::hub::history::Since;
use crate::hub::wire::Wire;
use crate::hub::{Hub, Scope};
use crate::native::Position;
use crate::native::json::{self, History, HistoryData, ServerMessage, Source};
use crate::websocket::frame;

#[derive(Debug)]
pub(super) struct Chapter<'a> {
    pub source: &'a Source,
    /// Oldest first.
    pub events: &'a [Arc<Event>],
    pub limit: usize,
    /// There are others than these.
    pub more: bool,
    /// The oldest come first, and the client goes on from there.
    pub forward: bool,
    pub gap: bool,
    pub request_id: Option<&'a str>,
}

impl Chapter<'_> {
    /// As many of the events as the limits allow; takes their bytes off `budget`.
    pub fn write(&self, voice: Voice, now: Millis, budget: &mut usize) -> Bytes {
        let wire = Wire::plain(voice.dialect());
        let fits = |event: &&Arc<Event>| {
            let left = budget.checked_sub(event.frames(wire).len());
            left.is_some_and(|left| {
                *budget = left;
                true
            })
        };
        let chosen: Vec<_> = if self.forward {
            self.events.iter().take(self.limit).take_while(fits).collect()
        } else {
            let newest = self.events.iter().rev().take(self.limit).take_while(fits);
            let mut newest: Vec<_> = newest.collect();
            newest.reverse();
            newest
        };
        let records: Vec<_> = chosen.iter().filter_map(|event| record(event, wire)).collect();
        let history = HistoryData {
            source: self.source,
            records: &records,
            limit: u32::try_from(self.limit).unwrap_or(u32::MAX),
            has_more: self.more || records.len() < self.events.len(),
            gap: self.gap,
            request_id: self.request_id,
        };
        voice.json(now, &ServerMessage::History(history))
    }
}

/// The message as it was sent, without its frame.
fn record(event: &Event, wire: Wire) -> Option<&RawValue> {
    let (_, text) = frame::payloads(event.frames(wire)).next()?;
    serde_json::from_slice(text).ok()
}

/// What a request for history finds.
#[derive(Debug)]
pub(super) struct Found {
    pub events: Vec<Arc<Event>>,
    pub more: bool,
    pub gap: bool,
    pub forward: bool,
}

/// Going forward from `since` the oldest come first, otherwise the newest.
pub(super) fn find(hub: &Hub, scope: &Scope, room: &str, asked: &History, limit: usize) -> Found {
    let known = |position: &Position| (position.epoch == **hub.epoch()).then_some(position.offset);
    let since = asked.since.as_ref().map(known);
    let before = asked.before.as_ref().map(known);
    // Everything that is known is newer than a position of another life of the hub.
    let mut gap = since == Some(None) || before == Some(None);
    let mut events = match since {
        Some(Some(offset)) => match hub.since(scope, &[room.into()], offset) {
            Since::Complete(events) => events,
            Since::Gap { .. } => {
                gap = true;
                hub.last(scope, room, usize::MAX)
            }
        },
        _ => hub.last(scope, room, usize::MAX),
    };
    match before {
        Some(Some(offset)) => events.retain(|event| event.offset < offset),
        Some(None) => events.clear(),
        None => {}
    }
    let more = events.len() > limit;
    let forward = since.is_some() && !gap;
    if forward {
        events.truncate(limit);
    } else {
        events = events.split_off(events.len().saturating_sub(limit));
    }
    Found { events, more, gap, forward }
}

/// The room of a source.
pub(super) fn room(source: &json::Source) -> &str {
    match source {
        Source::Type(kind) => super::subscriptions::stream_room(*kind),
        Source::Channel(name) => name,
    }
}
