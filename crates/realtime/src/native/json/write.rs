//! Server messages as text. Every one has `id`, `type`, `timestamp`, `event` and `data`.

use model::Millis;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::kinds::Kind;
use super::server::Event;
use crate::native::Version;

/// What surrounds a message.
#[derive(Debug, Clone, Copy)]
pub struct Envelope {
    pub id: Uuid,
    pub timestamp: Millis,
    pub version: Version,
    /// Whether `direction` is named: a matter of configuration.
    pub direction: bool,
}

#[derive(Serialize)]
struct Frame<'a, D> {
    #[serde(serialize_with = "hyphenated")]
    id: Uuid,
    #[serde(rename = "type")]
    kind: Kind,
    timestamp: Millis,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    event: &'a str,
    data: D,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
}

#[derive(Serialize)]
struct Batch<'a> {
    events: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(serialize_with = "hyphenated")]
    id: Uuid,
    timestamp: Millis,
    event: &'a str,
    data: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    epoch: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
}

/// Appends events of one type to `out`: several as a `batch_update` in `envelope`, a single one
/// under its own id and time, none as nothing.
pub fn write_events(out: &mut Vec<u8>, envelope: Envelope, kind: Kind, events: &[Event<'_>]) {
    match events {
        [] => {}
        [event] => {
            let envelope = Envelope { id: event.id, timestamp: event.timestamp, ..envelope };
            let frame = envelope.frame(kind, event.event, event.data);
            put(
                out,
                &Frame {
                    seq: event.seq,
                    offset: event.offset,
                    epoch: event.epoch,
                    metadata: envelope.allows(event.metadata),
                    ..frame
                },
            );
        }
        several => {
            let events = several.iter().map(|event| envelope.item(event)).collect();
            put(out, &envelope.frame(kind, "batch_update", Batch { events }));
        }
    }
}

impl Envelope {
    pub(super) fn put(self, out: &mut Vec<u8>, kind: Kind, event: &str, data: impl Serialize) {
        put(out, &self.frame(kind, event, data));
    }

    fn frame<'a, D>(self, kind: Kind, event: &'a str, data: D) -> Frame<'a, D> {
        Frame {
            id: self.id,
            kind,
            timestamp: self.timestamp,
            direction: self.direction.then_some("server-to-client"),
            event,
            data,
            seq: None,
            offset: None,
            epoch: None,
            version: (self.version == Version::V1_1).then(|| self.version.as_str()),
            metadata: None,
        }
    }

    fn item<'a>(self, event: &Event<'a>) -> Item<'a> {
        Item {
            id: event.id,
            timestamp: event.timestamp,
            event: event.event,
            data: event.data,
            seq: event.seq,
            offset: event.offset,
            epoch: event.epoch,
            metadata: self.allows(event.metadata),
        }
    }

    fn allows(self, metadata: Option<&RawValue>) -> Option<&RawValue> {
        metadata.filter(|_| self.version == Version::V1_1)
    }
}

/// On the stack: every event has an id.
fn hyphenated<S: Serializer>(id: &Uuid, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
}

fn put(out: &mut Vec<u8>, frame: &impl Serialize) {
    serde_json::to_writer(out, frame).expect("plain data, string keys, and memory to write to");
}
