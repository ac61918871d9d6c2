use model::Millis;
use serde_json::value::RawValue;

use crate::native::{Position, Secret};

/// A valid message of a client.
#[derive(Debug, Clone)]
pub struct ClientMessage<'a> {
    /// Answers repeat it.
    pub request_id: Option<String>,
    /// The client's clock.
    pub ts: Option<Millis>,
    pub action: Action<'a>,
}

#[derive(Debug, Clone)]
pub enum Action<'a> {
    Ping,
    /// To be sent back as it came.
    Echo {
        data: Option<&'a RawValue>,
    },
    Subscribe {
        /// At least one.
        channels: Vec<String>,
        /// Where an earlier connection got to.
        since: Option<Position>,
        /// The shortest time between two messages.
        throttle_ms: Option<u32>,
    },
    Unsubscribe {
        channels: Vec<String>,
    },
    /// The push with the message's `requestId` was received and dealt with.
    Ack,
    /// The first message of a connection without a ticket, or a fresh ticket for a running one.
    Auth {
        token: Secret,
    },
    /// A type of which this layer knows nothing.
    Unknown {
        name: String,
    },
}
