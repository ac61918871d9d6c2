use serde::{Deserialize, Serialize};

use crate::{Event, Heartbeat, LogEntry, Recording};

/// Which wire format an item came in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// `/api/telemetry/batch`
    Native,
    /// `/reportData`, `/api/report`
    WebSee,
    /// `/api/logs`, `/api/devices/heartbeat`
    Logs,
}

impl Source {
    pub const ALL: [Source; 3] = [Source::Native, Source::WebSee, Source::Logs];

    pub const fn name(self) -> &'static str {
        match self {
            Source::Native => "native",
            Source::WebSee => "websee",
            Source::Logs => "logs",
        }
    }

    pub fn parse(name: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|s| s.name() == name)
    }
}

/// What kind of thing an item is to the store: decides its table, retention and place on the
/// disk-pressure ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signal {
    Event,
    /// An event of kind error: kept longest when the disk fills.
    Error,
    Log,
    Recording,
}

/// One accepted item on its way through the inbox. An item may become several rows (one report
/// with five vitals), but it is received, deduplicated and counted as one. New kinds come last: an
/// inbox knows them by their place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Stored {
    Events(Vec<Event>),
    Log(LogEntry),
    /// A segment, and the event that says where it came from.
    Recording(Recording, Box<Event>),
    Heartbeat(Heartbeat),
}
