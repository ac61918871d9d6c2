use serde::{Deserialize, Serialize};

use crate::{Millis, ProjectId, Rating, Signal, Source, names};

names! {
    /// The families of events, whatever wire format they came in by.
    #[derive(Default, PartialOrd, Ord, Deserialize)]
    Kind {
        /// A page view, or the end of one (`name` is the path, `duration_ms` the stay).
        Page = "page",
        /// A named interaction.
        #[default]
        Event = "event",
        /// Something went wrong in the page; see [`ErrorClass`].
        Error = "error",
        /// One request of the page (`name` is "METHOD /path").
        Api = "api",
        /// One web vital or custom timing (`name`, `value`, `rating`).
        Vital = "vital",
        /// Performance detail without a single value: `longTask`, `memory`, `resourceList`.
        Perf = "perf",
        /// The page was checked for being blank (`ok` is false while it was).
        WhiteScreen = "whitescreen",
        /// A recording segment arrived; the segment itself stands beside the events.
        Recording = "recording",
    }
}

names! {
    /// What kind of error an event of [`Kind::Error`] is.
    #[derive(Default, PartialOrd, Ord, Deserialize)]
    ErrorClass {
        #[default]
        Js = "js",
        Promise = "promise",
        Resource = "resource",
        Http = "http",
        Framework = "framework",
        Custom = "custom",
    }
}

names! {
    #[derive(Default, PartialOrd, Ord, Deserialize)]
    DeviceType {
        #[default]
        Unknown = "unknown",
        Desktop = "desktop",
        Mobile = "mobile",
        Tablet = "tablet",
        Bot = "bot",
    }
}

/// One row of telemetry. Strings are empty, not absent, when the sender said nothing: a missing
/// release and an empty one mean the same to every report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub project: ProjectId,
    pub source: Option<Source>,
    /// The sender's id, or a hash of the content when it sent none.
    pub event_id: String,
    /// Which row of the item this is, where one item became several.
    pub part: u16,
    /// Corrected time of the event.
    pub ts: Millis,
    /// What the sender claimed, when it had to be corrected.
    pub client_ts: Option<Millis>,
    pub received_at: Millis,
    pub seq: Option<i64>,

    pub kind: Kind,
    pub class: Option<ErrorClass>,
    pub name: String,
    pub app: String,
    pub env: String,
    pub release: String,
    pub sdk_version: String,

    pub session: String,
    pub visitor: String,
    /// Pseudonym of the user, never the raw id unless the project says so.
    pub user: String,
    pub role: String,
    /// One per page load.
    pub page_id: String,
    /// Scrubbed URL; `path` is its normalised template.
    pub url: String,
    pub path: String,
    pub referrer: String,

    pub status: Option<i32>,
    pub ok: Option<bool>,
    pub duration_ms: Option<f64>,
    /// [`crate::bucket`] of the duration.
    pub duration_bucket: Option<i16>,
    pub value: Option<f64>,
    /// [`crate::bucket`] of the value.
    pub value_bucket: Option<i16>,
    pub rating: Option<Rating>,
    pub client_rating: Option<Rating>,
    pub retries: Option<i32>,
    pub timed_out: Option<bool>,

    pub message: String,
    pub stack: String,
    pub file: String,
    pub line: Option<i32>,
    pub column: Option<i32>,
    /// Groups equal errors; empty for other kinds.
    pub fingerprint: String,
    pub fatal: Option<bool>,
    /// The recording that was running, if any.
    pub recording_id: String,

    pub browser: String,
    pub browser_version: String,
    pub os: String,
    pub os_version: String,
    pub device: String,
    pub device_type: DeviceType,
    pub country: String,
    /// /24 or /48; the full address is never kept.
    pub ip_prefix: String,
    pub bot: bool,

    /// 1.0 when nothing was left out; the event stands for `1 / sample_rate` events.
    pub sample_rate: f64,
    /// Evaluated variants at the time of the event.
    pub flags: String,
    /// JSON object of the sender's own properties.
    pub props: String,
    /// JSON object of every other field of the original (breadcrumbs, request, response, …).
    pub extra: String,
}

impl Event {
    pub fn signal(&self) -> Signal {
        match self.kind {
            Kind::Error => Signal::Error,
            Kind::Recording => Signal::Recording,
            _ => Signal::Event,
        }
    }
}
